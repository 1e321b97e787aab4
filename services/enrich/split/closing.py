"""The stories' last lines → where the last story really ends. Pure.

Where every story of a digest closes in the same way, with its source or its link, what stands behind that in the last one is the
digest's own end: nobody announces a self-portrait of the publisher.
"""

import re
from collections.abc import Sequence
from typing import Literal

from services.enrich.split.items import SOURCE, SOURCE_ALONE
from services.enrich.split.units import Unit

Close = Literal["source", "link", "text"]
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
    closes = [close_of(units, last) for first, after in stories[:-1] if (last := _last(units, first, after)) is not None]
    for habit in ("source", "link"):
        if closes.count(habit) >= REGULAR * len(closes):
            first, after = stories[-1]
            for index in range(after - 1, first, -1):
                if units[index].text and close_of(units, index) == habit:
                    return index + 1 if index + 1 < after else None
            return None
    return None


def _last(units: Sequence[Unit], first: int, after: int) -> int | None:
    return next((index for index in range(after - 1, first, -1) if units[index].text), None)
