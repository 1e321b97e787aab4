"""Two items' texts and days in, whether they tell the same story in nearly the same words out. Pure.

    part      letters, in fours, of the shorter text that stand in the longer one too
    source    nobody tells a story twice: what one source brings again in other words is the next of a row (第七场报告会)
    numbers   what stands between the same words must be the same number: last month's figures in this month's sentence are another story
    passing   how many hours ago it was published and how often it was read is no difference (shared.text.story_keys)
    dressing  nor is what a page puts around a story: 【快讯】, (来源:新华社) (shared.text.dressing)
    days      press offices greet every guest in the same words; what lies weeks apart must be the same nearly to the letter

The bounds were set on 3,500 pairs of real items that share a band, by reading samples beside each bound.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.search.models import days
from shared.text.bands import LEAST, READ, letters, shingles
from shared.text.dressing import bare
from shared.text.folding import fold
from shared.text.numerals import number
from shared.text.story_keys import lasting


@dataclass(frozen=True, slots=True)
class Bound:
    """What two texts must reach to be the same story; of BOUNDS any one will do."""

    days: float
    """Apart at most; items without a day count as of one day"""
    letters: int
    """Of the shorter at least"""
    part: float
    overlap: float
    """Shared of all that both have: a brief in a long item of many things is a part of it, not the same story"""


SAME = Bound(math.inf, 24, 0.95, 0.95)
"""All but a character or two: whoever tells it, and whenever."""

NEAR_DAYS = 14
"""Beyond which SAME alone counts"""

BOUNDS = (SAME, Bound(3, LEAST, 0.8, 0.35), Bound(3, 24, 0.6, 0.2), Bound(NEAR_DAYS, 24, 0.8, 0.15))
"""For two sources. Dailies have it within three days, each in words of its own; weeklies repeat what dailies had."""

UPDATED = Bound(1, 60, 0.85, 0.8)
"""With one number that differs, where both link to the same page: a story that was told again with a later count. Without the link it is the price or
rate of another day: of 17 pairs in a month of one daily that differed in numbers alone, 16 were tables of another day."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?|(?<=第)[一二三四五六七八九十百]+")
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BETWEEN = re.compile(r"[\W_]+")
_WORDS_BEFORE = 4
"""Characters before a number that tell what it is the number of, with the one behind it."""


@dataclass(frozen=True, slots=True)
class Text:
    """What of an item is compared."""

    length: int
    """Letters and digits"""
    shingles: frozenset[int]
    numbers: Mapping[str, frozenset[str]] = field(repr=False)
    """Words around → the numbers there"""
    source: str
    day: date | None
    links: frozenset[str] = frozenset()


def text(title: str | None, body: str, *, source: str, day: date | None, links: Iterable[str] = ()) -> Text:
    """An item's title and body, ready to be compared; who publishes it, the day it was published, and the pages that it links to."""
    title, body = bare(title, body)
    whole = lasting(fold(f"{title or ''} {body}"[:READ]))
    plain = letters(whole)
    return Text(len(plain), frozenset(shingles(plain)), _numbers(whole), source, day, frozenset(filter(_is_page, links)))


def of_source(source: Mapping[str, Any]) -> Text:
    """The same of an item's document."""
    day = days.day(source)
    links = (str(link.get("url") or "") for link in source.get("links") or ())
    return text(source.get("title"), source["body"], source=source["source"], day=date.fromisoformat(day) if day else None, links=links)


def _is_page(url: str) -> bool:
    """Whether it says more than whose site it is."""
    return bool(url.partition("://")[2].partition("/")[2].strip("/"))


def days_apart(one: str | None, other: str | None) -> int:
    """Days between two dates as documents hold them; 0 where one is missing."""
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) if one and other else 0


def same_story(one: Text, other: Text) -> bool:
    """Whether they tell the same; the order does not matter."""
    length = min(one.length, other.length)
    if length < LEAST:
        return False
    shared = len(one.shingles & other.shingles)
    part = shared / min(len(one.shingles), len(other.shingles))
    overlap = shared / (len(one.shingles) + len(other.shingles) - shared)
    apart = abs((one.day - other.day).days) if one.day and other.day else 0
    bounds = (SAME,) if one.source == other.source else BOUNDS
    differing = _contradictions(one.numbers, other.numbers)
    if differing == 1 and one.links & other.links:
        bounds = (UPDATED,)
    elif differing:
        return False
    return any(apart <= b.days and length >= b.letters and part >= b.part and overlap >= b.overlap for b in bounds)


def _numbers(folded: str) -> dict[str, frozenset[str]]:
    plain = _COMMA.sub("", folded)
    found: dict[str, set[str]] = {}
    at = 0
    for match in _NUMBER.finditer(plain):
        before = _BETWEEN.sub("", plain[max(at, match.start() - 2 * _WORDS_BEFORE) : match.start()])[-_WORDS_BEFORE:]
        at = match.end()
        if at == len(plain):
            break  # a text that was cut may end within a number
        behind = plain[at] if plain[at].isalpha() else ""
        found.setdefault(f"{before}#{behind}", set()).add(_plain(match[0]))
    return {words: frozenset(numbers) for words, numbers in found.items()}


def _plain(written: str) -> str:
    """14.0 as 14, 二十一 as 21."""
    if written[0].isdecimal():
        return written.rstrip("0").rstrip(".") if "." in written else written
    value = number(written)
    return written if value is None else str(value)


def _contradictions(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> int:
    """Between how many same words each has a number that the other has not; one that says more only says more."""
    return sum(1 for words, numbers in one.items() if numbers - (others := other.get(words, numbers)) and others - numbers)
