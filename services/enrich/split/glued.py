"""Lines that an exporter ran together → the lines that they were, where a numbering says so. Pure.

Where 01, 02, 04 begin lines and `……完毕03某某` stands between, the third story begins within that line; and a digest may come as one paragraph:
1、……。2、……。3、……。
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.enrich.blocks import Block, Document
from services.enrich.split.markers import marker_of
from services.enrich.split.units import SHORT

REACH = 10
"""Blocks behind a numbered line in which the next number is looked for: a story has fewer."""
LONGEST = 5000
"""Characters of a line that is searched; longer ones are no story's."""
MANY = 3
"""Numbers in a row that part a line which no number begins."""
_STYLES = ("comma", "dot", "padded", "alone")
_BEFORE, _APART = r"(?:(?<=[。！？；;!?…”」》）)])|(?<=[。！？；;!?…]\s))", r"(?<=[。！？；;!?…”」》）)\s])"
"""What stands before a number that begins a story: the end of a sentence, or just a space where a whole numbering follows."""
_BEHIND = r"(?=\s?[\u4e00-\u9fffA-Z《“「【])"


def parted(document: Document) -> Document:
    """The document with a block for each number that stands within a line though its numbering lacks it."""
    cuts = dict(_missing(document.blocks)) or dict(_unnumbered(document.blocks))
    if not cuts:
        return document
    bold = [block.emphasised for block in document.blocks if block.marker and block.marker.numbered]
    solid = sum(bold) > 0.5 * len(bold)
    blocks = (piece for index, block in enumerate(document.blocks) for piece in _pieces(block, cuts.get(index, ()), solid))
    return replace(document, blocks=tuple(blocks))


def _missing(blocks: Sequence[Block]) -> Iterator[tuple[int, list[int]]]:
    """The lines that hold a number which is missing between the lines that begin with one, and where."""
    numbered = [
        (index, block.marker.number or 0, block.marker.style, len(block.marker.text) == 2 and block.marker.text.isascii())
        for index, block in enumerate(blocks)
        if block.marker and block.marker.style in _STYLES and block.kind not in ("row", "code")
    ]
    if len(numbered) < 2 and not (numbered and len(blocks) < REACH):
        return
    for (index, number, style, padded), following in zip(numbered, [*numbered[1:], None], strict=True):
        if following is not None and number < following[1] <= number + 1:
            continue
        last = following[1] if following is not None and following[1] > number else number + 100
        expected = number + 1
        for at in range(index, min(following[0] if following else len(blocks), index + REACH)):
            found: list[int] = []
            while expected < last and (place := _place(blocks[at], expected, style, padded, found[-1] if found else 1)) is not None:
                found.append(place)
                expected += 1
            if found:
                yield at, found


def _place(block: Block, number: int, style: str, padded: bool, start: int, before: str = _BEFORE) -> int | None:
    """Where `number` stands within a line, behind `start`, as a marker of that style would."""
    text = block.text
    if str(number) not in text or len(text) > LONGEST or block.kind in ("row", "code"):
        return None
    if padded:
        if len(text) > 2 * SHORT or number > 9:
            return None  # only a title's own line was run together with what stood above it; 12 is a figure more often than a number
        pattern = rf"(?<=[^\W\d_A-Za-z]|[。！？!?”）)\s]){number:02d}{_BEHIND}"
    elif style == "comma":
        pattern = rf"{before}{number}[、丶]{_BEHIND}"
    else:
        pattern = rf"{before}{number}[.．]{_BEHIND}"
    match = re.compile(pattern).search(text, start)
    return match.start() if match else None


def _unnumbered(blocks: Sequence[Block]) -> Iterator[tuple[int, list[int]]]:
    """The lines of a digest without any numbered line that hold a whole numbering: 早报：1、……。2、……。3、……。"""
    if len(blocks) > REACH or any(block.marker and block.marker.numbered for block in blocks):
        return
    for index, block in enumerate(blocks):
        for style, sign in (("comma", "、"), ("dot", ".")):
            first = block.text.find(f"1{sign}")
            if first < 0 or (first and block.text[first - 1] not in "：:。！ 　】"):
                continue
            found = [first]
            while len(found) < 100 and (place := _place(block, len(found) + 1, style, False, found[-1], _APART)) is not None:
                found.append(place)
            if len(found) >= MANY:
                yield index, [place for place in found if place]
                break


def _pieces(block: Block, places: Sequence[int], bold: bool) -> Iterator[Block]:
    """The block cut at `places`, offsets in its text; `bold`: lines that a number begins are, also where a plain one stood before it."""
    if not places:
        yield block
        return
    for first, after in itertools.pairwise([0, *places, len(block.text)]):
        text = block.text[first:after].rstrip()
        yield replace(
            block,
            text=text,
            start=block.start + first,
            end=block.start + first + len(text),
            kind="paragraph" if first else block.kind,
            level=0 if first else block.level,
            marker=marker_of(text) if first else block.marker,
            strong=len(text) if first and bold and len(text) <= SHORT else max(0, min(block.strong - first, len(text))),
            links=tuple(link for link in block.links if link.text in text),
            images=() if first else block.images,
            flows=block.flows and not first,
        )
