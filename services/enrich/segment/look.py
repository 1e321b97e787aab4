"""A unit of the splitter → a Look: what a reader sees of a line before reading it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.blocks import Block
from services.enrich.split.units import Unit, key

SAID = 160
"""Characters of the longest line that is looked for elsewhere in its digest: contents lists say titles again, not texts."""
NEAR = 6
"""Characters that may stand before a link with which a line begins: an emoji, a tag's bracket."""

_EMOJI = re.compile("^[\\s\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff★☆⭐]+")
_TAG = re.compile(r"^\[[^\]]{1,8}\]\s*\S")
_BRACKET = re.compile(r"^[【〔〖][^】〕〗]{1,40}[】〕〗]")
_LABEL = re.compile(r"^[\W_]{0,3}([^\s:：，,。]{1,10})\s*[:：]")
_PLAIN = frozenset(("comma", "dot", "tight", "space", "colon", "alone"))
_ENDS = {
    "。": 1, "；": 2, ";": 2, "：": 3, ":": 3, "？": 4, "?": 4, "！": 5, "!": 5, "…": 6, "，": 7, ",": 7, "”": 8, "）": 9, ")": 9, "】": 10,
}  # fmt: skip
LENGTHS = (0, 4, 10, 24, 48, 90, 200)
"""Upper ends of the classes of length, in characters: a label, a section, a title, a long title, a brief, a sentence, a paragraph."""


@dataclass(frozen=True, slots=True)
class Look:
    """One line; `text` is without its marker."""

    text: str
    kind: str = "paragraph"
    level: int = 0
    numbering: str = ""
    """The family of its marker: empty for none, `bullet`, `plain` for 1. 1、 1), else the marker's own style."""
    number: int = -1
    strong: int = 0
    """Emphasised characters at its beginning."""
    linked: int = 0
    """Characters up to the end of the link that it begins with."""
    links: int = 0
    images: int = 0
    cells: tuple[str, ...] = ()
    header: bool = False
    flows: bool = False
    joined: bool = False
    """Its number stood on a line of its own."""
    path: str = ""
    """What a page or Word calls it."""

    @property
    def emphasis(self) -> int:
        """0 none, 1 its beginning, 2 all of it."""
        return 2 if self.text and self.strong >= max(1, len(self.text) - 2) else 1 if self.strong >= 2 else 0

    @property
    def numbered(self) -> bool:
        """A number and no bullet."""
        return self.numbering not in ("", "bullet")


@dataclass(frozen=True, slots=True)
class Shape:
    """What is worked out of a Look's text once."""

    said: str
    emphasis: int
    link: int
    """0 none, 1 it begins with a link, 2 it is one."""
    bracket: int
    """0 none, 1 it begins with 【…】, 2 it is that alone, 3 it begins with a [tag]."""
    emoji: bool
    label: str
    """`来源` of `来源：某报`."""
    end: int
    """The class of its last character; 0 for a letter."""
    size: int
    """The class of its length."""


def looks_of(units: Sequence[Unit], blocks: Sequence[Block]) -> list[Look]:
    """The Look of each unit."""
    return [_look(unit, blocks) for unit in units]


def _look(unit: Unit, blocks: Sequence[Block]) -> Look:
    block, marker, text = unit.block, unit.marker or unit.block.marker, unit.text
    joined = unit.after - unit.first > 1
    begun = len(block.text) - len(text) if text and block.text.endswith(text) else marker.length if marker else 0
    if marker is not None and not marker.numbered and block.marker is marker:
        begun, text = marker.length, block.text[marker.length :].strip() or block.text
    strong = (len(text) if unit.prominent or block.emphasised else 0) if joined else max(0, min(len(text), block.strong - begun))
    place = text.find(block.links[0].text, 0, NEAR + len(block.links[0].text)) if block.links and block.links[0].text else -1
    return Look(
        text,
        block.kind,
        block.level,
        "" if marker is None else "plain" if marker.style in _PLAIN else marker.style,
        -1 if marker is None or marker.number is None else marker.number,
        strong,
        place + len(block.links[0].text) if place >= 0 else 0,
        len(block.links),
        sum(len(one.images) for one in blocks[unit.first : unit.after]),
        block.cells,
        block.header,
        block.flows,
        joined,
        block.path,
    )


def shape_of(look: Look) -> Shape:
    """The Shape of a Look."""
    text, size = look.text, len(look.text)
    label = _LABEL.match(text)
    boxed = _BRACKET.match(text)
    return Shape(
        key(text) if size <= SAID else "",
        look.emphasis,
        0 if not look.linked else 2 if look.linked >= size - 1 else 1,
        (2 if boxed.end() == size else 1) if boxed else 3 if _TAG.match(text) else 0,
        bool(_EMOJI.match(text)),
        label[1] if label else "",
        _ENDS.get(text[-1:], 0),
        next((index for index, most in enumerate(LENGTHS) if size <= most), len(LENGTHS)),
    )
