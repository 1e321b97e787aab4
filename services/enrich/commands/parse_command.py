"""`jianbao parse`: files and pipes → their items by the pure core, no server needed."""

import hashlib
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console

from services.enrich.asked import day as day_of
from services.enrich.commands.bounded import Bounded
from services.enrich.commands.examples import example_of
from services.enrich.commands.files import content_of, kind_of
from services.enrich.commands.show import explain_digest, show_digest
from services.enrich.enrich import enrich
from services.enrich.failed import say
from services.enrich.stream.child import WARM_UP
from shared.charset import decode
from shared.configured import configured
from shared.errors import Rejected
from shared.ids import digest_id
from shared.records import RawDigest
from shared.settings import EnrichSettings, ReadLimits
from shared.sources import Source
from shared.terminal import file_name, write_json

How = Literal["json", "show", "explain"]


class Type(StrEnum):
    """Media types, by the words that people use."""

    text = "text/plain"
    markdown = "text/markdown"
    html = "text/html"
    mhtml = "multipart/related"
    pdf = "application/pdf"
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


EXAMPLES = (
    "Examples: jianbao parse weekly.txt --published-on 2026-02-06 · cat page.html | jianbao parse - --show · "
    "jianbao parse 13.html --like 12.html --items right.jsonl"
)


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command(name="parse", epilog=EXAMPLES)(parse)


def parse(
    files: Annotated[list[str], typer.Argument(help="Files, or - for standard input", metavar="FILE…", show_default=False)],
    published_on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Publication day; else by name, title or text")] = None,
    source: Annotated[str, typer.Option(help="Who publishes")] = "file",
    media_type: Annotated[Type | None, typer.Option(help="By the name's ending, else by content")] = None,
    like: Annotated[str | None, typer.Option(metavar="EXAMPLE", help="Split as this issue of the same source was corrected")] = None,
    items: Annotated[str | None, typer.Option(metavar="RIGHT.json", help="The right items of EXAMPLE")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print for people what would be published: items, other text, warnings")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say by what habit each item was found")] = False,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object an item, one a line (the default)")] = False,
) -> None:
    """Split digests into items with their entities: one JSON object an item, one a line.

    Each file has the worker's limits: ENRICH_DIGEST_SECONDS (60), ENRICH_CHILD_MEMORY_MB (1024) and ENRICH_MAX_*. One beyond them is told on
    standard error and does not stop the others; the exit status is then 1. With --like and --items a file is split as `jianbao profile teach`
    would have it split, without a server.
    """
    try:
        day = day_of(published_on) if published_on else None
    except Rejected as refused:
        raise typer.BadParameter(refused.message, param_hint="--published-on") from None
    how: How = "show" if show and not json_lines else "explain" if explain else "json"
    if (like is None) != (items is None):
        raise typer.BadParameter("EXAMPLE and its right items are given together", param_hint="--like, --items")
    known = Source(source=source, knowledge=1, examples=(example_of(like, items),)) if like and items else None
    warm_up = (_raw("-", WARM_UP.encode(), source=source, media_type=Type.text, published_on=day), WARM_UP.encode(), "json", None)
    with Bounded(_printed, configured(EnrichSettings), warm_up=warm_up) as bounded:
        failed = [name for name in files if not _parsed(name, bounded, source=source, media_type=media_type, day=day, how=how, known=known)]
    if failed:
        raise typer.Exit(1)


def _parsed(name: str, bounded: Bounded, *, source: str, media_type: Type | None, day: date | None, how: How, known: Source | None) -> bool:
    """Print what is in a file; False where it can't be read, which is told."""
    shown = "standard input" if name == "-" else file_name(name)
    try:
        data = content_of(name)
        raw = _raw(name, data, source=source, media_type=media_type, published_on=day)
        for line in bounded(raw, data, how, known):
            write_json(line)
    except OSError as error:
        return not say(f"{shown}: can't be read: {error.strerror or error}")
    except Rejected as refused:
        return not say(f"{shown}: {refused.message}")
    return True


def _raw(name: str, data: bytes, *, source: str, media_type: Type | None, published_on: date | None) -> RawDigest:
    now = datetime.now(UTC)
    kind, charset = kind_of(name, data, media_type.value if media_type else None)
    try:
        return RawDigest(
            digest_id=digest_id(source, content=decode(data, charset)[0] if charset else data),
            source=source,
            media_type=kind,
            charset=charset,
            url=None,
            file_name=None if name == "-" else PurePath(name).name,
            published_on=published_on,
            received_at=now,
            sha256=hashlib.sha256(data).hexdigest(),
            revision=int(now.timestamp() * 1000),
        )
    except ValueError:
        raise typer.BadParameter("one word of letters, digits, . _ and -", param_hint="--source") from None


def _printed(raw: RawDigest, data: bytes, how: How, known: Source | None) -> list[bytes]:
    """The lines to print, made in the child."""
    if how == "json":
        items = enrich(raw, data, enriched_at=datetime.now(UTC), limits=ReadLimits(), known=known).items
        return [orjson.dumps(item.model_dump(mode="json")) for item in items]
    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as captured:
        (show_digest if how == "show" else explain_digest)(raw, data, console, known)
    return captured.get().encode("utf-8", "replace").splitlines()
