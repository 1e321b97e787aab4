"""Lists that were paged through lately → where the best hit of each wording stands in them, as far as it was asked for. Pure.

A story that was told a hundred thousand times stands in the way of every page behind the first; it is looked at once for all of them. A list is a
search and its point in time, in which nothing changes, so nothing here grows old.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any

LISTS = 64
"""The latest; some 100 KB each at most."""
KEYS = 2_000
"""Of one list: a hundred pages of twenty. Beyond that it begins anew."""


class Memory:
    """The best hits of the latest lists."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Hashable, dict[str, Sequence[Any]]] = OrderedDict()

    def of(self, place: Hashable) -> dict[str, Sequence[Any]]:
        """Key → sort values of its best hit; what is learned is to be put in."""
        known = self._lists.setdefault(place, {})
        self._lists.move_to_end(place)
        if len(known) > KEYS:
            known.clear()
        if len(self._lists) > LISTS:
            self._lists.popitem(last=False)
        return known
