"""Unicode's and OpenCC's tables in, `shared/text/data/folding.tsv` out: one character and the one that it is searched as, a line.

    python -m scripts.folding_table          writes the file

The table is committed and read by shared.text.folding: another version of OpenCC or of Python changes no index until somebody runs this,
looks at what changed, and raises shared.index_names.INDEX_VERSION.
"""

import sys
import unicodedata
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from opencc import OpenCC

TARGET = Path(__file__).parent.parent / "shared/text/data/folding.tsv"

HEAD = """\
# What shared.text.folding makes of single characters. Made by scripts/folding_table.py; not edited by hand.
# Traditional to simplified: OpenCC {opencc} (https://github.com/BYVoid/OpenCC), dictionaries of t2s, tw2s and hk2s for single characters,
# Copyright 2010-2026 Carbo Kuo and contributors, Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
# Case and compatibility forms (NFKC where one character stays one): Unicode {unicode}, https://www.unicode.org/license.txt.
# The rest (quotation marks, dashes, brackets …): PRINTED in the script, by hand.
"""

PRINTED = {
    '"': "“”„‟〝〞「」『』",
    "'": "‘’‚‛",
    # Standards are printed with each of these: GB/T 32151.1—2015, –2015, −2015.
    "-": "‐‑‒–—―−",
    "/": "∕⁄",
    ":": "∶",
    "·": "・‧•∙⋅",
    "…": "⋯",
    "~": "〜∼",
    # 国发〔2026〕1号 is typed with whatever brackets the keyboard has; round ones mean something else and stay.
    "[": "〔【〖",
    "]": "〕】〗",
    "≥": "≧⩾",
    "≤": "≦⩽",
    "x": "×✕",  # 2×660MW
    "零": "〇",  # 二〇三〇年
    # Where OpenCC leaves a single character as it is, since words decide: 看著 is 看着 and 著作 stays, 瞭解 is 了解 and 瞭望 stays.
    # Both sides are folded, so that 著作 still finds 著作.
    "着": "著",
    "了": "瞭",
    "借": "藉",
    "干": "乾",
    # Variants that OpenCC does not hold to be traditional.
    "堤": "隄", "仿": "倣", "浚": "濬", "藤": "籐", "枪": "鎗", "焊": "銲", "焰": "燄",
}  # fmt: skip
"""Character searched for: those that are printed for it and that neither Unicode nor OpenCC makes equal."""

FOREIGN = (
    "ADLAM", "ARABIC", "ARMENIAN", "CHEROKEE", "COPTIC", "DESERET", "GEORGIAN", "GLAGOLITIC", "HALFWIDTH HANGUL", "HANGUL", "HEBREW",
    "MEDEFAIDRIN", "OLD HUNGARIAN", "OSAGE", "VITHKUQI", "WARANG CITI",
)  # fmt: skip
"""Beginnings of the names of characters that are left alone: no digest has them, and each costs an entry in the settings of the index."""


def single(character: str, converters: list[OpenCC]) -> str:
    """One step of folding; the character itself where there is none."""
    if character in _PRINTED:
        return _PRINTED[character]
    for form in (unicodedata.normalize("NFKC", character), character.lower()):
        # White space stays what it is: no analyzer sees it. A combining mark would be dropped with the character that it stands for.
        if len(form) == 1 and form != character and unicodedata.category(form)[0] not in "ZM":
            return form
    if character != "么":  # 幺 in Taiwan, but 什么 everywhere else
        for converter in converters:
            simplified: str = converter.convert(character)
            if len(simplified) == 1 and simplified != character:
                return simplified
    return character


_PRINTED = {form: character for character, forms in PRINTED.items() for form in forms}


def pairs() -> Iterator[tuple[str, str]]:
    """(character, what it becomes after as many steps as there are), by code point."""
    converters = [OpenCC(name) for name in ("t2s", "tw2s", "hk2s")]
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character)[0] == "C" or unicodedata.name(character, "").startswith(FOREIGN):
            continue
        seen = [character]
        while (after := single(seen[-1], converters)) != seen[-1]:
            if after in seen:
                raise ValueError(f"{character} goes in a circle: {seen}")
            seen.append(after)
        if len(seen) > 1:
            yield character, seen[-1]


def main() -> None:
    """Write the file."""
    head = HEAD.format(opencc=version("opencc"), unicode=unicodedata.unidata_version)
    lines = [f"{character}\t{folded}\n" for character, folded in pairs()]
    TARGET.write_text(head + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} characters in {TARGET}")


if __name__ == "__main__":
    main()
