"""Blocks → units: what the splitter works on, with a number that stands alone joined to its title. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.blocks import Block
from services.enrich.split.markers import Marker

SHORT = 60
"""Characters of the longest line that is taken for a title by its looks alone; printed titles of news have 10 to 40."""

_LOOSE = re.compile(r"[\s\W_]+")
_TRAILING = re.compile(r"(?:\s*(?:[↗→…»›>]|#\d{1,3}|\.{3,6}|\(\d{1,3}\)))+$|\s\d{1,3}$")
"""What stands behind a title in a contents list: arrows, leaders, page numbers; looked for in the last characters only."""
_EMOJI = re.compile("^[^\\w《“「『【（(〈\"'<\\[$￥#@+-]+|[\\s\\u2190-\\u21ff\\u2600-\\u27bf\\ufe0f\\U0001f000-\\U0001faff]+$")
ENDED = "。；;！？!?…，,"


@dataclass(frozen=True, slots=True)
class Unit:
    """One or several blocks that are read as one line."""

    first: int
    """Index of its first block."""
    after: int
    """Index of the block behind its last."""
    text: str
    """Without marker."""
    marker: Marker | None
    block: Block
    """The block that holds the text."""

    joined: bool = False
    """Its number stood alone on the line before."""

    @property
    def heading(self) -> int:
        """The level of a real heading, else 0; paragraphs that an editor marked as headings are none."""
        return self.block.level if self.block.kind == "heading" and len(self.text) <= 2 * SHORT and not self.text.endswith("。") else 0

    @property
    def prominent(self) -> bool:
        """A heading, emphasised as a whole, or set apart by a number on a line of its own."""
        return self.joined or self.heading > 0 or (self.block.emphasised and not self.sentence)

    @property
    def number(self) -> int | None:
        """The number it begins with."""
        return self.marker.number if self.marker else None

    @property
    def sentence(self) -> bool:
        """Text to be read, not a title."""
        return len(self.text) > 2 * SHORT or self.text.endswith(("。", "；", ";"))

    @property
    def empty(self) -> bool:
        """A picture or a rule: nothing to read."""
        return not self.text and not self.marker

    @property
    def titular(self) -> bool:
        """Short and not ended like a sentence."""
        return 0 < len(self.text) <= SHORT and self.text[-1] not in ENDED and self.block.kind not in ("row", "code")


def units_of(blocks: Sequence[Block]) -> list[Unit]:
    """The units of `blocks`, in order, each block in exactly one."""
    units: list[Unit] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        title = _title_of_number(blocks, at)
        if title is None:
            units.append(Unit(at, at + 1, block.plain if block.marker and block.marker.numbered else block.text, _number(block), block))
            at += 1
        else:
            after = title + 1
            text = blocks[title].text
            # A title broken over lines by an exporter goes on in the same paragraph.
            while after < len(blocks) and blocks[after].flows and text[-1] not in ENDED and len(text) + len(blocks[after].text) <= SHORT:
                text += (" " if text[-1].isascii() and blocks[after].text[:1].isascii() else "") + blocks[after].text
                after += 1
            units.append(Unit(at, after, text, block.marker, blocks[title], joined=True))
            at = after
    return units


def _number(block: Block) -> Marker | None:
    return block.marker if block.marker and block.marker.numbered else None


def _title_of_number(blocks: Sequence[Block], at: int) -> int | None:
    """Where the title of a number that stands alone on its line is: the next line that can be one."""
    marker = blocks[at].marker
    if marker is None or not marker.numbered or marker.length < len(blocks[at].text):
        return None
    for index in range(at + 1, min(at + 4, len(blocks))):
        block = blocks[index]
        if not block.text:
            continue
        if block.marker and block.marker.numbered:
            return None
        return index if block.kind not in ("row", "code") else None
    return None


def key(text: str) -> str:
    """What is left of a title when spacing, punctuation, width, and the marks of contents lists are not looked at."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text[:-16] + _TRAILING.sub("", text[-16:]))).casefold()


def bare(text: str) -> str:
    """A heading without leading emoji and bullets."""
    return (_EMOJI.sub("", text).strip() or text.strip()) if len(text) <= 4 * SHORT else text
