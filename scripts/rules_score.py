"""Gold items in, for each rule of the extractors how often it was right beside the confidence that its findings carry out.

    python -m scripts.rules_score GOLD.jsonl [GOLD.jsonl …]

`services/enrich/entities/confidence.py` says where its numbers come from: this is the measurement. A finding is right if the gold of its item has
its value; kinds that the gold does not tell (persons, schemes, groups of regions) are left out, as are findings without a value.
"""

import argparse
import calendar
import json
import re
import sys
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from services.enrich.entities import extract
from shared.records import Entity, QuantityValue

ENOUGH = 10
"""Findings from which on a share says something."""


def right(entity: Entity, gold: dict[str, list[Any]]) -> bool:
    """Whether the item's gold has what was found."""
    wanted = gold.get(entity.type, [])
    if isinstance(entity.value, QuantityValue):
        return any(_near(entity.value, quantity) for quantity in wanted)
    value = str(entity.value)
    if entity.type == "region":
        return value in {code for _, code in wanted}
    if entity.type == "date":
        return days(value) in {days(day) for _, day in wanted}
    return norm(value) in {norm(name) for name in wanted}


def norm(written: object) -> str:
    """A name without brackets, quotation marks and spaces, as the gold's scorer compares it."""
    return re.sub(r"[\s《》〈〉“”\"'（）()\[\]〔〕【】]", "", unicodedata.normalize("NFKC", str(written))).replace("—", "-").lower()


def days(value: str) -> str:
    """An ISO day, month, year or interval as an interval of days."""

    def edge(part: str, last: bool) -> str:
        if part == "..":
            return part
        year, month, day = ([*part.split("-"), "", ""])[:3]
        month = month or ("12" if last else "01")
        return f"{year}-{month}-{day or (calendar.monthrange(int(year), int(month))[1] if last else '01')}"

    first, _, last = value.partition("/")
    return f"{edge(first, False)}/{edge(last or first, True)}"


def _near(value: QuantityValue, gold: list[Any]) -> bool:
    """The same operator, number and unit, and half of the pairs of characters of the shorter indicator."""
    one, other = ({norm(text)[i : i + 2] for i in range(len(norm(text)) - 1)} for text in (value.indicator, gold[0]))
    same = (value.op, value.number, norm(value.unit)) == (gold[1], float(gold[2]), norm(gold[3]))
    return same and len(one & other) * 2 >= min(len(one), len(other))


def main() -> int:
    """Print a line for each rule; 0 always, as no score is asked for here."""
    parser = argparse.ArgumentParser(description="Precision of each rule beside its confidence.")
    parser.add_argument("gold", type=Path, nargs="+")
    tally: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for file in parser.parse_args().gold:
        for line in file.read_text("utf-8").splitlines():
            item = json.loads(line)
            day = date.fromisoformat(item["published_on"]) if item.get("published_on") else None
            seen: set[tuple[str, str, str]] = set()
            for entity in extract(item.get("title"), item["text"], published_on=day):
                key = (entity.type, entity.rule, str(entity.value))
                told = entity.value is not None and not entity.inferred and entity.type in item["entities"] and (entity.type != "date" or day)
                if not told or key in seen:
                    continue
                seen.add(key)
                row = tally[entity.rule]
                row[0] += right(entity, item["entities"])
                row[1] += 1
                row[2] += entity.confidence
    print(f"{'rule':24}{'right':>7}{'found':>7}{'(r+1)/(f+2)':>13}{'confidence':>12}")
    for rule, (hits, found, sure) in sorted(tally.items()):
        share = f"{(hits + 1) / (found + 2):.2f}" if found >= ENOUGH else "few"
        print(f"{rule:24}{hits:7.0f}{found:7.0f}{share:>13}{sure / found:12.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
