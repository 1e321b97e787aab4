"""A raw digest and its bytes → the digest in colours on the terminal: items, sections, boilerplate, and why it was parted so."""

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
from shared.records import RawDigest
from shared.settings import ReadLimits
from shared.sources import Source
from shared.text.bidi import visible

_ITEMS = ("cyan", "green")
_KINDS = {"digest_title": "bold white on blue", "section": "bold yellow", "contents": "magenta"}


def show_digest(raw: RawDigest, data: bytes, console: Console, known: Source | None = None) -> None:
    """Print what the digest says of itself, then its text: items in two colours by turns, sections yellow, contents magenta, boilerplate dim."""
    document, parted = _parted(raw, data, known)
    _itself(console, raw, data, known)
    pieces: list[tuple[int, int, str, str]] = [
        (piece.start, piece.end, _KINDS.get(piece.kind, "dim"), piece.kind) for piece in parted.boilerplate
    ]  # fmt: skip
    for number, spans in enumerate(parted.spans):
        pieces.extend((span.start, span.end, _ITEMS[number % 2], f"item {number + 1}") for span in spans)
    for start, end, style, label in sorted(pieces):
        line = Text(f"{label:>14} │ ", style="dim")
        line.append(visible(document.text[start:end]).rstrip("\n").replace("\n", "\n" + " " * 15 + "│ "), style=style)
        console.print(line)
    _summary(console, parted)


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
        line = Text(f"{label:>14} │ ", style="dim")
        line.append(_fitted(document.text[start:end]), style=style)
        line.append(f"  {why}", style="dim italic")
        console.print(line)
    _summary(console, parted)


def _itself(console: Console, raw: RawDigest, data: bytes, known: Source | None) -> None:
    """Title, publisher, day of publication with how it is known, issue number, and the items' topics and document types, the most frequent first."""
    found = enrich(raw, data, enriched_at=raw.received_at, limits=ReadLimits(), known=known)
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
        line = Text(f"{label:>14} │ ", style="dim")
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


def _summary(console: Console, parted: SplitDigest) -> None:
    console.print(Text(f"{len(parted.stories)} items, confidence {parted.confidence:g}", style="bold"))
    for reason in parted.reasons:
        console.print(Text(f"  {reason}"))
    for warning in parted.warnings:
        console.print(Text(f"  warning {warning.kind}: {warning.message}", style="red"))
