"""The stories' last lines → where the last story really ends. Pure.

Where every story of a digest closes in the same way, with its source or its link, what stands behind that in the last one is the
digest's own end: nobody announces a self-portrait of the publisher.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from services.enrich.split import boilerplate
from services.enrich.split.items import SOURCE, SOURCE_ALONE
from services.enrich.split.parts import Part
from services.enrich.split.units import Unit

Close = Literal["source", "link", "text"]
_LABEL = re.compile(r"^[\W_]{0,3}(\w{1,8})\s*[:：丨|｜]")
_URL = re.compile(r"^\W*(?:https?://|www\.)\S+\W*$", re.IGNORECASE)
REGULAR = 0.6
"""Share of the other stories that must close alike."""
FEW = 3
"""Stories from which one can speak of a habit."""


def close_of(units: Sequence[Unit], index: int) -> Close:
    """How the line at `index` closes a story."""
    unit = units[index]
    if _URL.match(unit.text) or (unit.block.links and unit.block.links[0].text == unit.text):
        return "link"
    before = units[index - 1].text if index else ""
    if SOURCE.match(unit.text) or SOURCE_ALONE.match(before):
        return "source"
    return "text"


def end_of_last(units: Sequence[Unit], stories: Sequence[tuple[int, int]]) -> int | None:
    """Where the last of `stories` ([first, after) in units) ends by the habit of the others; None where there is none or it keeps to it."""
    if len(stories) < FEW:
        return None
    if (ruled := _behind_rule(units, stories)) is not None:
        return ruled
    closes = [close_of(units, last) for first, after in stories[:-1] if (last := _last(units, first, after)) is not None]
    for habit in ("source", "link"):
        if closes.count(habit) >= REGULAR * len(closes):
            first, after = stories[-1]
            for index in range(after - 1, first, -1):
                if units[index].text and close_of(units, index) == habit:
                    return index + 1 if index + 1 < after else None
            return None
    return None


def _behind_rule(units: Sequence[Unit], stories: Sequence[tuple[int, int]]) -> int | None:
    """The rule in the last story that text stands behind, where no other story has such a one."""

    def rule(first: int, after: int) -> int | None:
        last = _last(units, first, after)
        return None if last is None else next((index for index in range(first + 1, last) if units[index].block.kind == "rule"), None)

    if any(rule(first, after) is not None for first, after in stories[:-1]):
        return None
    return rule(*stories[-1])


def _last(units: Sequence[Unit], first: int, after: int) -> int | None:
    return next((index for index in range(after - 1, first, -1) if units[index].text), None)


def label_of(unit: Unit) -> str:
    """What a line that stands below each story begins with: 编辑：小王, 阅读原文."""
    label = _LABEL.match(unit.text)
    return label[1] if label else unit.said


def labelled(unit: Unit) -> bool:
    """Begins with a label: 风险提示：政策落地不及预期。"""
    return _LABEL.match(unit.text) is not None


def leaves_of(units: Sequence[Unit], parts: tuple[Part, ...]) -> Iterator[tuple[int, int]]:
    """The units of each story, in order."""
    for part in parts:
        if part.parts:
            yield from leaves_of(units, part.parts)
        elif part.head is not None and not (units[part.head].titular and boilerplate.heading_kind(units[part.head].text)):
            yield part.first, part.after
