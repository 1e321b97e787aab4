"""`jianbao parse` and `jianbao extract`: the pure core on files and pipes, no server needed."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from shared.terminal import file_name, write_json

if TYPE_CHECKING:
    from datetime import date

    from shared.records import MediaType, RawDigest


class Type(StrEnum):
    """Media types, by the words that people use."""

    text = "text/plain"
    markdown = "text/markdown"
    html = "text/html"
    mhtml = "multipart/related"
    pdf = "application/pdf"
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` app."""
    app.command(name="parse", epilog="Examples: jianbao parse weekly.txt --published-on 2026-02-06 · cat page.html | jianbao parse - --show")(parse)
    app.command(name="test-profile", epilog="Examples: jianbao test-profile · jianbao test-profile mujian")(profile_trial)
    app.command(name="extract", epilog='Example: echo \'{"id":"1","title":null,"text":"2月2日,昆山市人民政府印发…"}\' | jianbao extract')(extract)


def parse(
    files: Annotated[list[str], typer.Argument(help="Files, or - for standard input", metavar="FILE…", show_default=False)],
    published_on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Publication day; inferred when not given")] = None,
    source: Annotated[str, typer.Option(help="Who publishes")] = "file",
    media_type: Annotated[Type | None, typer.Option(help="By the name's ending, else by content")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the digest in colours for people")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say by what habit each item was found")] = False,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object an item, one a line (the default)")] = False,
) -> None:
    """Split digests into items with their entities: one JSON object an item, one a line."""
    from services.enrich.asked import day as day_of
    from shared.errors import Rejected

    try:
        day = day_of(published_on) if published_on else None
    except Rejected as refused:
        raise typer.BadParameter(refused.message, param_hint="--published-on") from None
    failed = False
    for name in files:
        shown = "standard input" if name == "-" else file_name(name)
        try:
            data = _read(name)
            raw = _raw(name, data, source=source, media_type=media_type, published_on=day)
            _print(raw, data, show=show and not json_lines, explain=explain)
        except OSError as error:
            failed = _fail(f"{shown}: can't be read: {error.strerror or error}")
        except Rejected as refused:
            failed = _fail(f"{shown}: {refused.message}")
    if failed:
        raise typer.Exit(1)


def profile_trial(
    names: Annotated[list[str] | None, typer.Argument(help="Profiles; all when none is named", metavar="[NAME]…", show_default=False)] = None,
) -> None:
    """Split the example beside each profile and say what comes out otherwise than expected."""
    from services.enrich.profiles import profiles
    from services.enrich.profiles.trial import differences

    try:
        known = {profile.name: profile for profile in profiles()}
    except ValueError as error:
        _fail(str(error))
        raise typer.Exit(1) from None
    failed = False
    for name in names or known:
        if name not in known:
            failed = _fail(f"{name}: no such profile; there are {', '.join(known)}")
            continue
        try:
            found = differences(known[name])
        except OSError as error:
            failed = _fail(f"{name}: its example can't be read: {error.strerror or error}; put NAME.example.txt and NAME.expected.json beside it")
            continue
        for line in found:
            failed = _fail(f"{name}: {line}")
        if not found:
            typer.echo(f"{name}: as expected")
    if failed:
        raise typer.Exit(1)


def extract() -> None:
    """Find entities: JSON lines {"id","title","text","published_on"} on standard input, {"id","entities":[…]} out.

    `id` is a string or a number and comes back as it was; `title` and `published_on` may be null.

    A line of another form is told on standard error and does not stop the others; the exit status is then 1.
    """
    import orjson

    from services.enrich.asked import MAX_LINE, read_line
    from services.enrich.entities import Allowance
    from services.enrich.entities import extract as entities_of
    from shared.errors import Rejected

    failed, number = False, 0
    while line := sys.stdin.buffer.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise Rejected("too_large", f"line {number}: a line is at most {MAX_LINE // 2**20} MiB; nothing was read beyond it")
        if not line.strip():
            continue
        try:
            asked = read_line(line, first=number == 1)
        except Rejected as refused:
            failed = _fail(f"line {number}: {refused.message}")
            continue
        allowance = Allowance()
        found = entities_of(asked.title, asked.text, published_on=asked.published_on, allowance=allowance)
        if left_out := allowance.message():
            typer.secho(f"jianbao: line {number}: {left_out}", fg=typer.colors.YELLOW, err=True)
        write_json(orjson.dumps({"id": asked.id, "entities": [entity.model_dump(mode="json") for entity in found if not entity.inferred]}))
    if failed:
        raise typer.Exit(1)


def _read(name: str) -> bytes:
    """All bytes of a file, or of standard input for `-`; raises Rejected where they are too many, without reading on, and OSError."""
    from shared.errors import Rejected
    from shared.records import MAX_DIGEST_BYTES

    if name == "-":
        data = sys.stdin.buffer.read(MAX_DIGEST_BYTES + 1)
    else:
        with open(name, "rb") as file:
            data = file.read(MAX_DIGEST_BYTES + 1)
    if len(data) > MAX_DIGEST_BYTES:
        raise Rejected("too_large", f"a digest is at most {MAX_DIGEST_BYTES // 2**20} MiB; this is more")
    return data


def _raw(name: str, data: bytes, *, source: str, media_type: Type | None, published_on: "date | None") -> "RawDigest":
    import hashlib

    from services.enrich.readers import media_type_of
    from shared.charset import decide, decode
    from shared.ids import digest_id
    from shared.media import by_suffix, held
    from shared.records import TEXT_TYPES, RawDigest

    now = datetime.now(UTC)
    named: MediaType | None = media_type.value if media_type else by_suffix(name)
    kind = held(data, named) if named else media_type_of(data)
    charset = decide(data) if kind in TEXT_TYPES else None
    try:
        return RawDigest(
            digest_id=digest_id(source, content=decode(data, charset)[0] if charset else data),
            source=source,
            media_type=kind,
            charset=charset,
            url=None,
            published_on=published_on,
            received_at=now,
            sha256=hashlib.sha256(data).hexdigest(),
            revision=int(now.timestamp() * 1000),
        )
    except ValueError:
        raise typer.BadParameter("one word of letters, digits, . _ and -", param_hint="--source") from None


def _print(raw: "RawDigest", data: bytes, *, show: bool, explain: bool) -> None:
    import orjson

    from services.enrich.enrich import enrich
    from shared.settings import ReadLimits

    if show or explain:
        from services.enrich.show import explain_digest, show_digest

        (show_digest if show else explain_digest)(raw, data)
        return
    for item in enrich(raw, data, enriched_at=datetime.now(UTC), limits=ReadLimits()).items:
        write_json(orjson.dumps(item.model_dump(mode="json")))


def _fail(message: str) -> bool:
    typer.secho(f"jianbao: {message}", fg=typer.colors.RED, err=True)
    return True
