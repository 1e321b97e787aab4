"""Word's list numbering (numbering.xml) → the marker that each paragraph of a list is printed with: `一、`, `（二）`, `3.`, `④`, a bullet. Pure.

ECMA-376 part 1, 17.9: a list counts by level; a level starts over when one above it went on; levels below are printed within `%1.%2`.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

from shared.text.numerals import numeral

LEVELS = 9

MARKER = 60
"""Characters of what a level prints; Word's own longest, `第%1章` and its like, have ten. It stands before each paragraph of a list."""

_CHINESE = frozenset(
    [
        "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
        "taiwaneseCountingThousand", "taiwaneseDigital", "ideographTraditional", "koreanDigital2",
    ]
)  # fmt: skip
_CIRCLES = frozenset(["decimalEnclosedCircle", "decimalEnclosedCircleChinese"])
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    """How one level of a list is printed."""

    form: str
    text: str
    start: int
    blank: bool
    """White space stands between the number and the text."""
    legal: bool = False
    """Numbers of other levels are printed in digits too, whatever their form."""
    style: str | None = None
    """The paragraph style whose paragraphs are of this level."""


@dataclass
class Numbering:
    """Counts the lists of one document."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    """By numId, by level."""
    lists: dict[str, str] = field(default_factory=dict)
    """The list that a numId belongs to: several go on in one."""
    counts: dict[str, list[int | None]] = field(default_factory=dict)

    def depth(self, number: str, style: str | None) -> int | None:
        """The level of list `number` that paragraphs of `style` are on; None where the list names none."""
        return next((depth for depth, level in self.levels.get(number, {}).items() if style and level.style == style), None)

    def marker(self, number: str, depth: int) -> str | None:
        """The next marker of list `number` at level `depth` (from 0); None where it prints none."""
        levels = self.levels.get(number)
        if levels is None or not 0 <= depth < LEVELS or depth not in levels:
            return None
        counts = self.counts.setdefault(self.lists[number], [None] * LEVELS)
        level = levels[depth]
        counts[depth] = level.start if counts[depth] is None else (counts[depth] or 0) + 1
        for deeper in range(depth + 1, LEVELS):
            counts[deeper] = None
        if level.form == "bullet":
            return "- "
        if level.form == "none" and not _PLACE.search(level.text):
            return level.text or None

        def printed(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            there = levels.get(at, level)
            count = counts[at]
            return written(count if count is not None else there.start, "decimal" if level.legal else there.form)

        marker = _PLACE.sub(printed, level.text)
        if not marker.strip():
            return None
        return f"{marker} " if level.blank and marker[-1] not in "、）】。．" else marker


def written(number: int, form: str) -> str:
    """A number in one of Word's forms; the ones not known as digits."""
    if form in _CHINESE:
        return numeral(number)
    if form in _CIRCLES and 1 <= number <= 20:
        return chr(0x245F + number)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26 * 20:
        letter = chr((number - 1) % 26 + ord("A")) * ((number - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and 1 <= number <= 3999:
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True
    ):
        text += letters * (number // value)
        number %= value
    return text


def read(root: Any) -> Numbering:
    """The lists in the root element of numbering.xml (None where a document has none)."""
    numbering = Numbering()
    if root is None:
        return numbering
    definitions = root.findall(qn("w:abstractNum"))
    abstract = {one.get(qn("w:abstractNumId")): _levels(one) for one in definitions}
    # A list style is defined once; the lists that use it name it instead of levels of their own.
    named = {style: one.get(qn("w:abstractNumId")) for one in definitions if (style := _value(one, "w:styleLink"))}
    linked = {one.get(qn("w:abstractNumId")): named.get(style) for one in definitions if (style := _value(one, "w:numStyleLink"))}
    for one in root.findall(qn("w:num")):
        number, of = one.get(qn("w:numId")), one.find(qn("w:abstractNumId"))
        base = of.get(qn("w:val")) if of is not None else None
        base = linked.get(base) or base
        if number is None or base is None or base not in abstract:
            continue
        levels = dict(abstract[base])
        numbering.lists[number] = base
        for override in one.findall(qn("w:lvlOverride")):
            depth, start = _number(override.get(qn("w:ilvl"))), override.find(qn("w:startOverride"))
            for level in override.findall(qn("w:lvl")):
                levels[depth] = _level(level)
            if start is not None and depth in levels:
                before = levels[depth]
                levels[depth] = replace(before, start=_number(start.get(qn("w:val"))))
                numbering.lists[number] = f"num {number}"  # a list that starts over is one of its own
        numbering.levels[number] = levels
    return numbering


def _levels(abstract: Any) -> dict[int, Level]:
    return {_number(level.get(qn("w:ilvl"))): _level(level) for level in abstract.findall(qn("w:lvl"))[:LEVELS]}


def _level(level: Any) -> Level:
    return Level(
        form=_value(level, "w:numFmt") or "decimal",
        text=(_value(level, "w:lvlText") or "")[:MARKER],
        start=_number(_value(level, "w:start") or "1"),
        blank=(_value(level, "w:suff") or "tab") != "nothing",
        legal=level.find(qn("w:isLgl")) is not None,
        style=_value(level, "w:pStyle"),
    )


def _value(element: Any, name: str) -> str | None:
    child = element.find(qn(name))
    return child.get(qn("w:val")) if child is not None else None


def _number(written_: str | None) -> int:
    """A whole number of XML; 0 for what is none."""
    return int(written_) if written_ and written_.isascii() and written_.isdigit() and len(written_) < 7 else 0
