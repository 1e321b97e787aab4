"""Text → text of the same length in which everything that is searched as the same is the same. Pure.

    碳達峰　ＣＯ₂：２５％ → 碳达峰　co2:25%

Case, width, traditional and simplified characters, subscripts and superscripts, quotation marks, dashes and brackets. One code point always stays
one, so a place in the folded text is the same place in the text, and what is marked there is marked exactly. What takes several (CO2 二氧化碳,
㎡ 平方米) is no folding: see services.search.query.synonyms.

Elasticsearch folds by the same table: `MAPPINGS` in a `mapping` character filter, before the tokenizer.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

TABLE: dict[int, str] = {}
"""Code point → the one character that it is searched as: data/folding.tsv, made by scripts/folding_table.py."""

for _line in (Path(__file__).parent / "data/folding.tsv").read_text(encoding="utf-8").splitlines():
    if not _line.startswith("#"):
        _character, _folded = _line.split("\t")
        TABLE[ord(_character)] = _folded

_USUAL = (range(0x2000, 0x2070), range(0x3000, 0xA000), range(0xFF00, 0xFFF0))
"""What Chinese text is made of: punctuation, ideographs, full-width forms."""

# With what stays as it is: `translate` takes a third of its time for each character that its table does not know.
_LOOKED_UP = {code: code for usual in _USUAL for code in usual} | {code: ord(folded) for code, folded in TABLE.items()}


def fold(text: str) -> str:
    """The text as it is searched; as many code points as before, and nothing left to fold."""
    return text.translate(_LOOKED_UP)


# The last question's answer is kept, as several things are made of one item's body.
fold_body = lru_cache(maxsize=1)(fold)
"""The same, of an item's body."""


def compact(folded: str) -> str:
    """Folded text without the characters that Elasticsearch's `chars` tokenizer drops, so that phrases are found over them."""
    return DROPPED.sub("", folded)


def _rule(character: str, folded: str) -> str:
    return f"{_escaped(character)}=>{_escaped(folded)}"


def _escaped(character: str) -> str:
    """As a `mapping` character filter reads it: letters and digits as they are; everything else, which may mean something to it, by its code."""
    if character.isalnum():
        return character
    units = character.encode("utf-16-be").hex().upper()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


MAPPINGS = [_rule(chr(code), folded) for code, folded in TABLE.items()]
"""`裡=>里`, `\\uFF05=>\\u0025`: the setting `mappings` of the character filter."""

_NUMBER_BLOCKS = ("¼¾", "⅐↋", "①⓿", "❶➓", "〡〩", "㈠㈩", "㉈㉏", "㉑㉟", "㊀㊉", "㊱㊿")
KEPT_NUMBERS = "".join(chr(code) for block in _NUMBER_BLOCKS for code in range(ord(block[0]), ord(block[1]) + 1) if code not in TABLE)
"""Ⅱ, ⑩, ½: neither letter nor digit to the tokenizer, which without `custom_token_chars` would drop them, so that `Ⅱ类` found Ⅲ类."""


def _dropped() -> str:
    """A character class of what is neither letter, decimal digit, punctuation, symbol nor of KEPT_NUMBERS.

    Unassigned code points are kept: what this Python does not know may be a letter to the newer Unicode of Elasticsearch's Java.
    """
    ranges = list(_BEYOND)
    for code in range(0x10000):
        if unicodedata.category(chr(code)) in _DROPPED_KINDS and chr(code) not in KEPT_NUMBERS:
            ranges.append((code, code))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_DROPPED_KINDS = frozenset(("Zs", "Zl", "Zp", "Mn", "Mc", "Me", "Nl", "No", "Cc", "Cf", "Cs", "Co"))

_BEYOND = ((0x1F100, 0x1F10C), (0xE0000, 0xE01EF), (0xF0000, 0x10FFFF))
"""Beyond the first plane only numbers with a full stop, tags and private use: Python's `re` goes through these ranges one by one at each character,
and all of them (numbers and marks of scripts that no digest has) would make it forty times slower."""

DROPPED = re.compile(f"[{_dropped()}]+")
