"""Printed issue numbers in the order of their issues → numbers that are missing between them. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

MOST_MISSING = 20
"""Numbers missing at one place: of more it is another count that begins, no gap."""

_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_COUNT = r"(\d{1,6}|[零〇一二三四五六七八九十百]{1,7})"
_NUMBER = re.compile(rf"第?\s*{_COUNT}(?:\s*(?:[-—–~、/至和]|[-—–]{{2}})\s*第?{_COUNT})?\s*[期号辑刊]")
_VOLUME = re.compile(r"(?:vol(?:ume)?|no|issue)s?\b[.\s#]*(\d{1,6})(?:\s*[-—–/]\s*(\d{1,6}))?", re.IGNORECASE)
_TOTAL = re.compile(rf"总\s*(?:第|期数?)?\s*{_COUNT}\s*期?")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")


@dataclass(frozen=True)
class Number:
    """An issue's number, or those of one that counts for several (第5、6期合刊)."""

    first: int
    last: int
    year: int | None = None
    """Where it counts anew with each year, and says which"""


@dataclass(frozen=True)
class Gap:
    """Numbers that are missing between two issues."""

    numbers: tuple[int, ...]
    year: int | None = None


def read(printed: str | None) -> Number | None:
    """The number in 第6期, 2026年第3期, 第3期(总第123期), Vol.12, 第十二期; None for what says none.

    A total goes on over the years, so where one is printed it is the number.
    """
    text = unicodedata.normalize("NFKC", printed or "")
    if total := _TOTAL.search(text):
        return Number(_value(total[1]), _value(total[1]))
    found = _NUMBER.search(text) or _VOLUME.search(text)
    if found is None:
        return None
    first = _value(found[1])
    last = _value(found[2]) if found[2] else first
    year = _YEAR.search(text[: found.start()])
    if last < first or last - first > MOST_MISSING:
        last = first
    return Number(first, last, int(year[1]) if year else None)


def gaps(numbers: Iterable[Number]) -> list[Gap]:
    """What is missing between the first and the last; issues that came late, or in another order, are not.

    Without years, a number far below the one before begins to count anew.
    """
    found: list[Gap] = []
    for year, series in _series(numbers):
        there = sorted({number for one in series for number in range(one.first, one.last + 1)})
        for before, after in pairwise(there):
            if 1 < after - before <= MOST_MISSING + 1:
                found.append(Gap(tuple(range(before + 1, after)), year))
    return found


def _series(numbers: Iterable[Number]) -> list[tuple[int | None, list[Number]]]:
    """Numbers that go on from one another: of one year, or between two that begin anew."""
    by_year: dict[int, list[Number]] = {}
    bare: list[Number] = []
    for one in numbers:
        if one.year is None:
            bare.append(one)
        else:
            # A new year begins with its first number, where the year before is there too.
            first = [Number(0, 0, one.year)] if one.year - 1 in by_year else []
            by_year.setdefault(one.year, first).append(one)
    made: list[tuple[int | None, list[Number]]] = [*by_year.items(), (None, [])]
    for at, one in enumerate(bare):
        last = made[-1][1]
        anew = bool(last) and one.last <= last[-1].last // 2 and one.first <= MOST_MISSING
        # 第51期, 第1期: unless the old count goes on beside, as that of another kind of issue does.
        if anew and all(later.last <= last[-1].last for later in bare[at:]):
            made.append((None, [Number(0, 0), one]))
        else:
            last.append(one)
    return made


def _value(said: str) -> int:
    """12 of 12, 十二; 123 of 一二三, 一百二十三."""
    if said.isascii():
        return int(said)
    if not set(said) & set("十百"):
        return int("".join(str(_CHINESE[digit]) for digit in said))
    total, digit = 0, 0
    for char in said:
        if char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            digit = _CHINESE[char]
    return total + digit
