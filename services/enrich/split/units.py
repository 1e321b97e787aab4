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
_TRAILING = re.compile(r"(?:[.·…_-]{2,}|…|\s)\s*[(（]?\d{1,3}[)）]?$|(?:\s*(?:[↗→…»›>]|#\d{1,3}|[.·_-]{3,}|[(（]\d{1,3}[)）]))+$")
"""What stands behind a title in a contents list: arrows, leaders, page numbers; looked for in the last characters only."""
TRAILING = 16
"""Characters at the end of a line in which leaders and page numbers are looked for; longer leaders are punctuation that `key` drops."""
_EMOJI = re.compile("^[^\\w《“「『【〔〖（(〈\"'<\\[$￥#@+-]+|[\\s\\u2190-\\u21ff\\u2600-\\u27bf\\ufe0f\\U0001f000-\\U0001faff]+$")
_FRAMED = re.compile(r"^(?:【([^】]+)】|\[([^\]]+)\]|「([^」]+)」|『([^』]+)』|〖([^〗]+)〗|[|｜/—–=~*·•◆■●▌\s-]+(.+?)[|｜/—–=~*·•◆■●▌\s-]*)$")
FRAMES = "★☆◆◇■□●○▲▼—–-=~*#|｜/·• "
"""Signs that stand on both sides of a section's name."""
ENDED = "。；;！？!?…，,"


@dataclass(frozen=True, slots=True)
class Unit:
    """One or several blocks that are read as one line; what is asked of it again and again is worked out once, by `_unit`."""

    first: int
    """Index of its first block."""
    after: int
    """Index of the block behind its last."""
    text: str
    """Without marker."""
    marker: Marker | None
    block: Block
    """The block that holds the text."""
    heading: int
    """The level of a real heading, else 0; paragraphs that an editor marked as headings are none."""
    prominent: bool
    """A heading, emphasised as a whole, or set apart by a number on a line of its own."""
    number: int | None
    """The number it begins with."""
    sentence: bool
    """Text to be read, not a title."""
    empty: bool
    """A picture or a rule: nothing to read."""
    titular: bool
    """Short and not ended like a sentence."""
    said: str
    """What `key` leaves of it; empty for text that is too long to be a title."""


def _unit(first: int, after: int, text: str, marker: Marker | None, block: Block, *, joined: bool = False) -> Unit:
    """A unit; `joined`: its number stood alone on the line before."""
    size = len(text)
    heading = block.level if block.kind == "heading" and size <= 2 * SHORT and not text.endswith("。") else 0
    sentence = size > 2 * SHORT or text.endswith(("。", "；", ";"))
    return Unit(
        first,
        after,
        text,
        marker,
        block,
        heading,
        joined or heading > 0 or (block.emphasised and not sentence),
        marker.number if marker else None,
        sentence,
        not text and not marker,
        0 < size <= SHORT and text[-1] not in ENDED and block.kind not in ("row", "code"),
        key(text) if size <= 2 * SHORT else "",
    )


def units_of(blocks: Sequence[Block]) -> list[Unit]:
    """The units of `blocks`, in order, each block in exactly one."""
    units: list[Unit] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        title = _title_of_number(blocks, at)
        if title is None:
            units.append(_unit(at, at + 1, block.plain if block.marker and block.marker.numbered else block.text, _number(block), block))
            at += 1
        else:
            after = title + 1
            text = blocks[title].text
            # A title broken over lines by an exporter goes on in the same paragraph.
            while after < len(blocks) and blocks[after].flows and text[-1] not in ENDED and len(text) + len(blocks[after].text) <= SHORT:
                text += (" " if text[-1].isascii() and blocks[after].text[:1].isascii() else "") + blocks[after].text
                after += 1
            units.append(_unit(at, after, text, block.marker, blocks[title], joined=True))
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


def unpaged(text: str) -> str:
    """A line of a contents list without leaders and page number: `直播带货新规……6`."""
    return (text[:-TRAILING] + _TRAILING.sub("", text[-TRAILING:])).rstrip(" .·…_-") or text


def key(text: str) -> str:
    """What is left of a title when spacing, punctuation, width, and the marks of contents lists are not looked at."""
    shown = text[:-TRAILING] + _TRAILING.sub("", text[-TRAILING:])
    return _LOOSE.sub("", shown if shown.isascii() else unicodedata.normalize("NFKC", shown)).casefold()


def bare(text: str) -> str:
    """A heading without leading emoji and bullets."""
    return (_EMOJI.sub("", text).strip() or text.strip()) if len(text) <= 4 * SHORT else text


def section_name(text: str) -> str:
    """The name of a section as its heading prints it, without a frame: 【国内行情】, —— 要闻 ——, 宏观：."""
    shown = bare(text).rstrip(":：")
    if text[:1] in FRAMES and shown[-1:] in FRAMES:
        return shown.rstrip(FRAMES)
    framed = _FRAMED.match(shown)
    return next(name for name in framed.groups() if name) if framed else shown
