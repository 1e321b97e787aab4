"""A Document → a Page: its lines with their looks, numbers and style keys, and what the general splitter says of each. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from services.enrich.blocks import Document
from services.enrich.segment.features import Table, table_of
from services.enrich.segment.labels import BODY, CONTENTS, INLINE, OTHER, SECTION, TITLE, UNTITLED
from services.enrich.segment.look import looks_of
from services.enrich.split import glued
from services.enrich.split.digest import SplitDigest
from services.enrich.split.items import Story
from services.enrich.split.split import split
from services.enrich.split.units import Unit, key, units_of
from services.enrich.taught.keys import Keys, keys_of

Splitter = Callable[[Document], SplitDigest]

BEGINNING = 12
"""Characters by which the text behind a title is known on the title's line."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is learned from and what is split: one issue."""

    document: Document
    """With the lines parted that an exporter ran together."""
    units: list[Unit]
    table: Table
    general: SplitDigest
    said: list[int]
    """What each line is by the general splitter."""
    keys: list[Keys]


def page_of(document: Document, splitter: Splitter = split) -> Page:
    """The page of a document as it was read; `splitter` is the general one (measurements name one that has not learned from the family)."""
    general = splitter(document)
    document = glued.parted(document)  # as the general splitter does, so that both speak of the same blocks
    units = units_of(document.blocks)
    said = said_by(general, units)
    table = table_of(looks_of(units, document.blocks))
    return Page(document, units, table, general, said, keys_of(units, table, said))


def said_by(parted: SplitDigest, units: list[Unit]) -> list[int]:
    """The label of each unit by a splitter that speaks of stories and boilerplate."""
    labels = [OTHER] * len(units)
    starts = [unit.block.start for unit in units]
    place = 0
    for piece in sorted(parted.boilerplate, key=lambda piece: piece.start):
        while place < len(units) and starts[place] < piece.start:
            place += 1
        while place < len(units) and starts[place] < piece.end:
            labels[place] = {"section": SECTION, "contents": CONTENTS}.get(piece.kind, OTHER)
            place += 1
    by_block = {block: index for index, unit in enumerate(units) for block in range(unit.first, unit.after)}
    for story, spans in zip(parted.stories, parted.spans, strict=True):
        head = by_block.get(story.first)
        for block in range(story.first, story.after):
            index = by_block.get(block)
            if index is not None and any(span.start <= starts[index] < span.end for span in spans):
                labels[index] = BODY
        if head is not None:
            labels[head] = _head(story, units[head])
    return labels


def _head(story: Story, unit: Unit) -> int:
    if not story.title:
        return UNTITLED
    begun = key(story.body.partition("\n")[0])[:BEGINNING]
    behind = key(unit.text[len(story.title) :])
    return INLINE if begun and len(unit.text) > len(story.title) + 2 and begun in behind else TITLE
