"""A raw digest and its bytes → the digest in colours on the terminal: items, sections, boilerplate, and why it was parted so."""

from rich.console import Console
from rich.text import Text

from services.enrich.readers import read
from services.enrich.split.split import SplitDigest, split
from shared.records import RawDigest

_ITEMS = ("cyan", "green")
_KINDS = {"digest_title": "bold white on blue", "section": "bold yellow", "contents": "magenta"}


def show_digest(raw: RawDigest, data: bytes) -> None:
    """Print the whole text: items in two colours by turns, titles bold, sections yellow, the contents list magenta, other boilerplate dim."""
    document = read(data, media_type=raw.media_type, charset=raw.charset)
    parted = split(document)
    console = Console(highlight=False, soft_wrap=True)
    pieces: list[tuple[int, int, str, str]] = [
        (piece.start, piece.end, _KINDS.get(piece.kind, "dim"), piece.kind) for piece in parted.boilerplate
    ]  # fmt: skip
    for number, spans in enumerate(parted.spans):
        pieces.extend((span.start, span.end, _ITEMS[number % 2], f"item {number + 1}") for span in spans)
    for start, end, style, label in sorted(pieces):
        line = Text(f"{label:>14} │ ", style="dim")
        line.append(document.text[start:end].rstrip("\n").replace("\n", "\n" + " " * 15 + "│ "), style=style)
        console.print(line)
    _summary(console, parted)


def explain_digest(raw: RawDigest, data: bytes) -> None:
    """Print by what habit each item was found, and how sure the splitter is."""
    parted = split(read(data, media_type=raw.media_type, charset=raw.charset))
    console = Console(highlight=False, soft_wrap=True)
    for number, story in enumerate(parted.stories, 1):
        line = Text(f"{number:>4}  ", style="dim")
        line.append(f"{story.by:<18}", style="yellow")
        line.append(" / ".join((*story.section_path, story.headline)))
        console.print(line)
    _summary(console, parted)


def _summary(console: Console, parted: SplitDigest) -> None:
    console.print(Text(f"{len(parted.stories)} items, confidence {parted.confidence:g}", style="bold"))
    for reason in parted.reasons:
        console.print(Text(f"  {reason}"))
    for warning in parted.warnings:
        console.print(Text(f"  warning {warning.kind}: {warning.message}", style="red"))
