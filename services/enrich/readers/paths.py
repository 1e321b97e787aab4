"""Elements of a page → the path of a line: its block, the one around it, and the look of its first words. Pure.

A publisher's pages come from one template, so a line's path says what it is where its words don't: `div.card>h3.title`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from services.enrich.readers.shown import BLOCKS

KEPT = 60
"""Characters of an element's classes, and of its look: what tells a title stands in the first of them."""

LOOKED_AT = 400
"""Characters of an attribute that are looked at; WeChat's editors write styles of up to 300."""

PATHS = 1000
"""Paths of a page that are told apart; the page of the most classes has some 60. Further lines have none."""

_BARE = frozenset(["", "body", "center", "div", "dl", "html", "main", "ol", "section", "table", "tbody", "thead", "ul"])
"""Names that say nothing of a line within; a `footer` does."""

_LOOK = re.compile(r"(?:^|;)\s*(color|font-size|font-weight|text-align|background(?:-color)?)\s*:\s*([^;]{1,30})", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


class Place(NamedTuple):
    """The innermost block, the next one around it that has a class or a look, and the last two such elements of the line."""

    outer: str = ""
    inner: str = ""
    around: str = ""
    about: str = ""


def entered(place: Place, tag: str, attributes: Mapping[str, str | None]) -> Place:
    """The place within an element at `place`."""
    classes, style = attributes.get("class"), attributes.get("style")
    name = _named(tag, (classes or "")[:LOOKED_AT], (style or "")[:LOOKED_AT]) if classes or style else tag[:20]
    if tag in BLOCKS:
        # A bare element between, such as a list's, says nothing that the block's own name doesn't.
        return Place(place.outer or place.inner if place.inner in _BARE else place.inner, name)
    return place if not (classes or style) else Place(place.outer, place.inner, place.about, name)


class Paths:
    """The paths of one page's lines, each kept once."""

    def __init__(self) -> None:
        self._known: dict[Place, str] = {}

    def of(self, place: Place) -> str:
        """`div.card>h3.title`, `section>p span{color:red}`; empty beyond `PATHS` of a page."""
        known = self._known.get(place)
        if known is not None:
            return known
        if len(self._known) >= PATHS:
            return ""
        blocks = ">".join(filter(None, (place.outer, place.inner)))
        path = " ".join(filter(None, (blocks, place.around, place.about)))
        self._known[place] = path
        return path


@lru_cache(maxsize=2000)
def _named(tag: str, classes: str, style: str) -> str:
    """An element's name, classes and look; numbers in classes count lines (`item-12`), so they are all one."""
    name = ".".join([tag[:20], *_NUMBER.sub("9", classes).split()])[: 20 + KEPT]
    look = ";".join(sorted(f"{what}:{''.join(value.split())}".lower() for what, value in _LOOK.findall(style)))[:KEPT]
    return f"{name}{{{look}}}" if look else name
