"""Folded text in, short names of listed companies (`shared/names/data/listed.tsv`) with their codes out. Pure.

The names are looked up by their first three characters, in a pass of their own: by pairs, five thousand names would be tried at every third place.
Names of two characters, and all short ones of Taiwan's exchanges, are ordinary words too often: they count only in a text in traditional
characters, and the shortest only where a company would stand.
"""

from collections.abc import Iterator
from functools import lru_cache
from operator import add
from typing import NamedTuple

from services.enrich.entities.words import Scanner
from shared.names.aliases import listed


class Listed(NamedTuple):
    """A short name at [start, end) and its code; `sure` says that it needs nothing around it."""

    start: int
    end: int
    code: str
    sure: bool


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[str]]:
    by: dict[str, list[str]] = {}
    for name in sorted(listed(), key=len, reverse=True):
        if len(name) > 2:
            by.setdefault(name[:3], []).append(name)
    return by


@lru_cache(maxsize=1)
def _short() -> Scanner:
    return Scanner(name for name in listed() if len(name) == 2)


_SURE_IN_TAIWAN = 4
"""Characters from which on a name of Taiwan's exchanges counts in any text."""
_COUNTRY = frozenset("中全我各外多本美英法德韩泰祖爱")
"""What makes 国 the end of another word: 中国+投资本."""


def listed_names(text: str, *, traditional: bool) -> Iterator[Listed]:
    """Names in `text`, at each place the longest; `traditional` says that it was written in such characters."""
    by = _by_beginning()
    codes = listed()
    for i, beginning in enumerate(map(add, map(add, text, text[1:]), text[2:])):
        if beginning in by:
            for name in by[beginning]:
                if text.startswith(name, i):
                    taiwan = codes[name].endswith(".TW")
                    crossing = name[0] == "国" and text[i - 1 : i] in _COUNTRY and i > 0
                    if not crossing and (not taiwan or traditional or len(name) >= _SURE_IN_TAIWAN):
                        yield Listed(i, i + len(name), codes[name], True)
                    break
    if traditional:
        for hit in _short()(text):
            yield Listed(hit.start, hit.end, codes[hit.word], False)
