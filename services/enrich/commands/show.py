"""A raw digest and its bytes → the digest in colours on the terminal: items with what they mention, other text; or why it was parted so."""

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from services.enrich.blocks import Document
from services.enrich.enrich import enrich
from services.enrich.readers import read
from services.enrich.split import reasons
from services.enrich.split.digest import SplitDigest
from services.enrich.split.split import split
from services.enrich.taught.taught import split_known
from shared.preview.answer import in_order
from shared.records import EnrichedDigest, Item, RawDigest
from shared.settings import ReadLimits
from shared.sources import Source
from shared.text.bidi import visible

_ITEMS = ("cyan", "green")
_ENTITIES = {
    "region": "cyan", "region_group": "cyan", "agency": "magenta", "company": "yellow", "document": "green", "document_no": "green",
    "standard": "green", "date": "blue", "quantity": "red", "scheme": "green", "person": "magenta",
}  # fmt: skip
_KINDS = {"digest_title": "bold white on blue", "section": "bold yellow", "contents": "magenta"}


def show_digest(raw: RawDigest, data: bytes, console: Console, known: Source | None = None) -> None:
    """Print what the digest says of itself, then items and other text as they follow each other, boilerplate struck through.

    It is what a preview shows before the digest is fed: made from the record that would be published.
    """
    digest = enrich(raw, data, enriched_at=raw.received_at, limits=ReadLimits(), known=known)
    _itself(console, digest)
    if digest.quarantine is not None:
        console.print(Text(f"  held in quarantine, {digest.quarantine.code}: {digest.quarantine.message}", style="red"))
        _line(console, "beginning", Text(visible(digest.quarantine.beginning)))
    for piece in in_order(digest):
        if piece.item is not None:
            _item(console, piece.item)
        elif piece.other is not None:
            style = _KINDS.get(piece.other.kind, "dim" if piece.other.kind == "rest" else "dim strike")
            _line(console, piece.other.kind, Text(visible(piece.other.text), style=style))
    _summary(console, len(digest.items), digest)


def _item(console: Console, item: Item) -> None:
    """Title and body with what they mention, between them what the item is about."""
    about = (*item.section_path, item.doc_type, item.level, *(topic.name for topic in item.topics))
    if item.title is not None:
        _line(console, f"item {item.ordinal}", _mentions(item, "title", item.title, "bold"))
    _line(console, "" if item.title is not None else f"item {item.ordinal}", Text(" · ".join(filter(None, about)) or "not classed", style="dim"))
    if item.body:
        _line(console, "", _mentions(item, "body", item.body, ""))
    if item.source_line:
        _line(console, "", Text(visible(item.source_line), style="dim"))
    named: dict[str, dict[str, None]] = {}
    for entity in item.entities:
        named.setdefault(entity.type, {})[str((entity.canonical or {}).get("name") or entity.text)] = None
    if named:
        told = Text(" · ").join(Text(f"{kind} ").append(visible(", ".join(names)), style=_ENTITIES[kind]) for kind, names in named.items())
        _line(console, "mentions", told)


def _mentions(item: Item, field: str, text: str, style: str) -> Text:
    """A text with each mention in the colour of its type; marks of direction are made visible piece by piece, as they take more room then."""
    shown = Text(style=style)
    at = 0
    for entity in sorted((one for one in item.entities if one.field == field), key=lambda one: (one.start, -one.end)):
        if entity.start >= at:
            shown.append(visible(text[at : entity.start]))
            shown.append(visible(text[entity.start : entity.end]), style=_ENTITIES.get(entity.type, "underline"))
            at = entity.end
    shown.append(visible(text[at:]))
    return shown


def _labelled(label: str) -> Text:
    """A line's beginning, in a style of its own."""
    return Text.assemble((f"{label:>14} │ ", "dim"))


def _line(console: Console, label: str, text: Text) -> None:
    """A text of one or several lines behind a label."""
    for number, line in enumerate(text.split("\n", allow_blank=True) if "\n" in text.plain else [text]):
        console.print(_labelled("" if number else label).append_text(line))


def explain_digest(raw: RawDigest, data: bytes, console: Console, known: Source | None = None) -> None:
    """Print where each piece begins and why: items, sections, boilerplate; then how sure the splitter is and what it saw."""
    document, parted = _parted(raw, data, known)
    rows: list[tuple[int, int, str, str, str]] = []
    for piece in parted.boilerplate:
        rows.append((piece.start, piece.end, piece.kind, _KINDS.get(piece.kind, "dim"), reasons.of_boilerplate(piece.kind)))
    for number, (story, spans) in enumerate(zip(parted.stories, parted.spans, strict=True), 1):
        why = reasons.of_item(story.by, story.number)
        if story.title is None:
            why += "; its line is text, so it has no title"
        for place, span in enumerate(spans):
            rows.append((span.start, span.end, f"item {number}", _ITEMS[number % 2], "goes on" if place else why))
    for start, end, label, style, why in sorted(rows):
        line = _labelled(label)
        line.append(_fitted(document.text[start:end]), style=style)
        line.append(f"  {why}", style="dim italic")
        console.print(line)
    _summary(console, len(parted.stories), parted)


def _itself(console: Console, found: EnrichedDigest) -> None:
    """Title, publisher, day of publication with how it is known, issue number, and the items' topics and document types, the most frequent first."""
    day = f"{found.published_on} ({found.published_on_basis})" if found.published_on else None
    share = f"{found.share:.0%} of the text" if found.share is not None else None
    facts = (
        ("title", found.title),
        ("publisher", found.publisher),
        ("published on", day),
        ("issue number", found.issue_number),
        ("in items", share),
        ("topics", _counted(topic.name for item in found.items for topic in item.topics)),
        ("types", _counted(item.doc_type for item in found.items if item.doc_type)),
    )
    for label, value in facts:
        line = _labelled(label)
        console.print(line.append(visible(value or "not said"), style="bold" if value else "dim"))


FEW = 8
"""Topics and types of a digest that are told."""


def _counted(names: Iterable[str]) -> str:
    """`碳市场 4, 储能 2`."""
    return ", ".join(f"{name} {n}" for name, n in Counter(names).most_common(FEW))


FITTED = 44
"""Columns that the first line of a piece may take, a Chinese character taking two, so that the reasons stand below each other."""


def _fitted(text: str) -> str:
    """The first line, cut or filled to FITTED columns."""
    shown = next((line.strip() for line in text.split("\n") if line.strip()), "")
    cut = Text(visible(shown))
    cut.truncate(FITTED, overflow="ellipsis", pad=True)
    return cut.plain


def _parted(raw: RawDigest, data: bytes, known: Source | None) -> tuple[Document, SplitDigest]:
    document = read(data, media_type=raw.media_type, charset=raw.charset, limits=ReadLimits())
    return document, split_known(document, known) if known else split(document)


def _summary(console: Console, items: int, found: SplitDigest | EnrichedDigest) -> None:
    console.print(Text(f"{items} items, confidence {found.confidence:g}", style="bold"))
    for reason in found.reasons:
        console.print(Text(f"  {reason}"))
    for warning in found.warnings:
        console.print(Text(f"  warning {warning.kind}: {visible(warning.message)}", style="red"))
