"""A preview → what the page 送入 shows of it: bounded, escaped, in the order of the text. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.search.answer import entity_markup as marked
from services.search.chinese import warning
from services.search.web.rendering import WARNINGS
from shared.preview.answer import Preview, in_order
from shared.records import DigestWarning, EnrichedDigest, Item, Other

MOST_PIECES, MOST_CHARACTERS = 400, 300_000
"""Items and other texts of a digest that are shown, and their characters: the longest real digests have some 300 items."""

STRUCK = frozenset(["contents", "greeting", "disclaimer", "advertisement", "qr_code", "credits", "earlier_issues", "footer"])
"""Kinds of boilerplate, struck through. Titles and sections are kept with the items; the rest is found as other text."""


@dataclass(frozen=True)
class ShownItem:
    """An item with its marks."""

    item: Item
    title: str | None
    """HTML"""
    lines: Sequence[marked.Line]
    mentions: Mapping[str, Sequence[marked.Mention]]


@dataclass(frozen=True)
class ShownPiece:
    """An item or other text."""

    item: ShownItem | None = None
    other: Other | None = None
    struck: bool = False


@dataclass(frozen=True)
class Shown:
    """A preview for the page."""

    preview: Preview
    pieces: Sequence[ShownPiece]
    left_out: int
    """Items that are there and not shown"""
    warnings: Sequence[tuple[str, str]]
    """What kind it is, and what about it"""


def shown(preview: Preview) -> Shown:
    """As much as a page can show."""
    pieces: list[ShownPiece] = []
    size = items = 0
    for piece in in_order(preview.digest):
        size += len(piece.item.body) if piece.item else len(piece.other.text) if piece.other else 0
        if pieces and (size > MOST_CHARACTERS or len(pieces) >= MOST_PIECES):
            break
        items += piece.item is not None
        struck = piece.other is not None and piece.other.kind in STRUCK
        pieces.append(ShownPiece(_item(piece.item) if piece.item else None, piece.other, struck))
    digest = preview.digest
    warnings = [(WARNINGS.get(one.kind, one.kind), _words(one, digest)) for one in digest.warnings[:MOST_PIECES]]
    return Shown(preview, pieces, len(digest.items) - items, warnings)


def _words(one: DigestWarning, digest: EnrichedDigest) -> str:
    """In Chinese, with where it can be mended."""
    mend = "，可在上面填写" if one.kind == "date_inferred" and digest.published_on is None else ""
    return warning(one.message) + mend


def _item(item: Item) -> ShownItem:
    entities = [entity.model_dump(mode="json") for entity in item.entities]
    title = marked.lines(item.title or "", entities, field="title")
    return ShownItem(item, title[0].html if title else None, marked.lines(item.body, entities, field="body"), marked.by_kind(entities))
