"""`jianbao parse` and `jianbao extract`: the pure core on files and pipes, no server needed."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shared.records import MediaType, RawDigest

_SUFFIXES: dict[str, "MediaType"] = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
}


class Type(StrEnum):
    """Media types, by the words that people use."""

    text = "text/plain"
    markdown = "text/markdown"
    html = "text/html"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` app."""
    app.command(name="parse", epilog="Examples: jianbao parse weekly.txt --published-on 2026-02-06 · cat page.html | jianbao parse - --show")(parse)
    app.command(name="extract", epilog='Example: echo \'{"id":"1","title":null,"text":"2月2日,昆山市人民政府印发…"}\' | jianbao extract')(extract)


def parse(
    files: Annotated[list[str], typer.Argument(help="Files, or - for standard input", metavar="FILE…", show_default=False)],
    published_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Publication day; inferred when not given")] = None,
    source: Annotated[str, typer.Option(help="Who publishes")] = "file",
    media_type: Annotated[Type | None, typer.Option(help="By the name's ending, else by content")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the digest in colours for people")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say by what habit each item was found")] = False,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object an item, one a line (the default)")] = False,
) -> None:
    """Split digests into items with their entities: one JSON object an item, one a line."""
    from shared.errors import Rejected

    failed = False
    for name in files:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            raw = _raw(name, data, source=source, media_type=media_type, published_on=published_on)
            _print(raw, data, show=show and not json_lines, explain=explain)
        except OSError as error:
            failed = _fail(f"{name}: can't be read: {error.strerror}")
        except Rejected as refused:
            failed = _fail(f"{name}: {refused.message}")
    if failed:
        raise typer.Exit(1)


def extract() -> None:
    """Find entities: JSON lines {"id","title","text","published_on"} on standard input, {"id","entities":[…]} out."""
    from datetime import date

    import orjson

    from services.enrich.entities import extract as entities_of

    failed = False
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            asked = orjson.loads(line)
            day = date.fromisoformat(asked["published_on"]) if asked.get("published_on") else None
            found = entities_of(asked.get("title"), str(asked.get("text") or ""), published_on=day)
        except (ValueError, TypeError, AttributeError) as error:
            failed = _fail(f'line {number} is not of the form {{"id","title","text","published_on"}}: {error}')
            continue
        _write(orjson.dumps({"id": asked.get("id"), "entities": [entity.model_dump(mode="json") for entity in found]}))
    if failed:
        raise typer.Exit(1)


def _raw(name: str, data: bytes, *, source: str, media_type: Type | None, published_on: datetime | None) -> "RawDigest":
    import hashlib

    from services.enrich.readers import media_type_of
    from shared.charset import decide, decode
    from shared.errors import Rejected
    from shared.ids import digest_id
    from shared.records import MAX_DIGEST_BYTES, RawDigest

    if len(data) > MAX_DIGEST_BYTES:
        raise Rejected("too_large", f"a digest is at most {MAX_DIGEST_BYTES // 2**20} MiB; this one has {len(data) / 2**20:.1f}")
    now = datetime.now(UTC)
    charset = decide(data)
    kind: MediaType = media_type.value if media_type else _SUFFIXES.get(Path(name).suffix.lower()) or media_type_of(data)
    try:
        return RawDigest(
            digest_id=digest_id(source, content=decode(data, charset)[0]),
            source=source,
            media_type=kind,
            charset=charset,
            url=None,
            published_on=published_on.date() if published_on else None,
            received_at=now,
            sha256=hashlib.sha256(data).hexdigest(),
            revision=int(now.timestamp() * 1000),
        )
    except ValueError:
        raise typer.BadParameter("one word of letters, digits, . _ and -", param_hint="--source") from None


def _print(raw: "RawDigest", data: bytes, *, show: bool, explain: bool) -> None:
    import orjson

    from services.enrich.enrich import enrich

    if show or explain:
        from services.enrich.show import explain_digest, show_digest

        (show_digest if show else explain_digest)(raw, data)
        return
    for item in enrich(raw, data, enriched_at=datetime.now(UTC)).items:
        _write(orjson.dumps(item.model_dump(mode="json")))


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _fail(message: str) -> bool:
    typer.secho(f"jianbao: {message}", fg=typer.colors.RED, err=True)
    return True
