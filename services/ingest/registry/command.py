"""`jianbao source`: what is known of sources shown, changed, and brought in and out as files, through ingest's API."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from services.ingest.registry import toml_file
from services.ingest.registry.client import Json, SourceApi
from services.ingest.sources.feeds import opml
from shared.errors import Rejected
from shared.registry.edit import FIELDS
from shared.registry.entry import Entry, Feed
from shared.terminal import file_name, printable, write_json

HELP = """Sources: what they are called, how they are fetched, and whether they are on.

A source is known from its first digest on; more is said of it here, on the page 来源, or in a file that ingest reads at its start
(INGEST_SOURCES_FILE). Changes go through ingest's API with your key: one that feeds edits its own sources, one that operates all.
"""
LIST_HELP = """List sources with how they are fetched and what the last fetch found.

Examples: jianbao source list · jianbao source list --json
"""
SHOW_HELP = """Show all that is known of a source.

Example: jianbao source show shuangtan-weekly
"""
SET_HELP = """Say something of a source: FIELD=VALUE, as often as wanted; an empty value takes it back. A source that is not known is made.

Fields: name, publisher, region (a code of GB/T 2260), language, cadence (daily, workdays, weekly, biweekly, monthly, quarterly, yearly,
irregular), taxonomy (energy, general, news), profile (the source whose examples its digests are split by), base_url,
usual_from (day of the first issue in its present layout, where a new one is right), on; and
fetch.kind (feed, page, folder, imap) with fetch.url and what else its kind has. Times are in seconds.

Examples:

  jianbao source set shuangtan name=双碳周报 cadence=weekly region=320500

  jianbao source set shuangtan fetch.kind=feed fetch.url=https://example.org/feed.xml fetch.every=1800

  jianbao source set shuangtan fetch=
"""
ON_HELP = """Switch a source on: it is fetched again, and its digests are taken.

Example: jianbao source on shuangtan-weekly
"""
OFF_HELP = """Switch a source off: it is not fetched, and what is fed under its name is refused. What is there stays.

Example: jianbao source off shuangtan-weekly
"""
IMPORT_HELP = """Bring in sources from a TOML file, or feeds from an OPML file that a reader of feeds has written.

Sources that somebody has edited stay as they are; --replace has the file rule. Of OPML each address that is known already is left out.

Examples: jianbao source import sources.toml --dry-run · jianbao source import subscriptions.opml
"""
EXPORT_HELP = """Write all sources as TOML, as `jianbao source import` takes it; with --opml their feeds as OPML.

Examples: jianbao source export > sources.toml · jianbao source export --opml > feeds.opml
"""

source = typer.Typer(no_args_is_help=True, help=HELP)

To = Annotated[str, typer.Option("--to", envvar="INGEST_URL", help="Address of ingest.")]
ApiKey = Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON objects, one a line.")]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id.", show_default=False)]
INGEST = "http://127.0.0.1:8401"

_NUMBERS = ("fetch.every", "fetch.port")
_SWITCHES = ("on", "fetch.full", "fetch.by_folder")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` command."""
    app.add_typer(source, name="source")


def api(to: str, key: str | None) -> SourceApi:
    """Ingest, as the commands ask it."""
    return SourceApi(to, key)


@source.command("list", help=LIST_HELP)
def list_(to: To = INGEST, api_key: ApiKey = None, as_json: AsJson = False) -> None:
    """See LIST_HELP."""
    with api(to, api_key) as asked:
        found = asked.all()
    for one in found:
        if as_json:
            write_json(orjson.dumps(one))
            continue
        name = f"  {printable(one['name'])}" if one["name"] else ""
        how = _how(one)
        typer.echo(f"{one['source']}{name}  {one['cadence'] or '-'}  {how}{'' if one['on'] else '  OFF'}{_trouble(one)}")
    if not found and not as_json:
        typer.echo("no source is known yet: feed a digest, or say something of one with `jianbao source set`")


@source.command("show", help=SHOW_HELP)
def show(source: SourceName, to: To = INGEST, api_key: ApiKey = None, as_json: AsJson = False) -> None:
    """See SHOW_HELP."""
    with api(to, api_key) as asked:
        found = asked.get(source)
    if found is None:
        raise Rejected("unknown_source", f"there is no source {source}")
    _show(found, as_json=as_json)


@source.command("set", help=SET_HELP)
def set_(
    source: SourceName,
    said: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help="What to say of it.", show_default=False)],
    to: To = INGEST,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """See SET_HELP."""
    changes = dict(map(_field, said))
    with api(to, api_key) as asked:
        known = asked.get(source)
        fields = {name: known[name] for name in FIELDS} if known else {}
        changed = asked.put(source, changed_by(fields, changes), edition=known["edition"] if known else 0)
    _show(changed, as_json=as_json)


@source.command("on", help=ON_HELP)
def on(source: SourceName, to: To = INGEST, api_key: ApiKey = None, as_json: AsJson = False) -> None:
    """See ON_HELP."""
    _switch(source, to, api_key, as_json=as_json, to_on=True)


@source.command("off", help=OFF_HELP)
def off(source: SourceName, to: To = INGEST, api_key: ApiKey = None, as_json: AsJson = False) -> None:
    """See OFF_HELP."""
    _switch(source, to, api_key, as_json=as_json, to_on=False)


@source.command("import", help=IMPORT_HELP)
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="TOML or OPML; - for standard input.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="The file rules, also where somebody has edited a source.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    to: To = INGEST,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """See IMPORT_HELP."""
    content = _content(file)
    failed = False
    with api(to, api_key) as asked:
        known = {one["source"]: one for one in asked.all()}
        for name, fields in _read(content, known.values()).items():
            before = known.get(name)
            done, error = _kept(before, fields, replace=replace), None
            if done in ("made", "changed") and not dry_run:
                try:
                    asked.put(name, dict(fields), edition=before["edition"] if before else 0)
                except Rejected as refused:  # one that is refused does not stop the others
                    done, error, failed = "refused", refused.message, True
            if as_json:
                write_json(orjson.dumps({"source": name, "done": done, "dry_run": dry_run} | ({"error": error} if error else {})))
            else:
                typer.echo(f"{name}  {done}{' (dry run)' if dry_run else ''}{f': {printable(error)}' if error else ''}")
    if failed:
        raise typer.Exit(1)


@source.command("export", help=EXPORT_HELP)
def export(
    as_opml: Annotated[bool, typer.Option("--opml", help="The feeds alone, as readers of feeds take them.")] = False,
    to: To = INGEST,
    api_key: ApiKey = None,
) -> None:
    """See EXPORT_HELP."""
    with api(to, api_key) as asked:
        entries = [_entry(one) for one in asked.all()]
    text = opml.write(entries).decode() if as_opml else toml_file.write(entries)
    typer.echo(text, nl=False)


def changed_by(fields: Json, changes: Json) -> Json:
    """The fields with the changes, those of `fetch.` within it; another kind of fetching begins anew. Pure."""
    made = {name: value for name, value in fields.items() if name in FIELDS} | {name: v for name, v in changes.items() if "." not in name}
    parts = {name.removeprefix("fetch."): value for name, value in changes.items() if name.startswith("fetch.")}
    if parts:
        before = made.get("fetch") or {}
        if parts.get("kind", before.get("kind")) != before.get("kind"):
            before = {}
        made["fetch"] = {name: value for name, value in (before | parts).items() if value is not None}
    return made


def _field(said: str) -> tuple[str, Any]:
    name, equals, value = said.partition("=")
    if not equals:
        raise typer.BadParameter(f"{printable(said)}: write FIELD=VALUE, such as name=双碳周报")
    if name.partition(".")[0] not in FIELDS or (name == "fetch" and value):
        raise typer.BadParameter(f"there is no field {printable(name)}; there are {', '.join(FIELDS)}, and fetch.kind, fetch.url …")
    if not value:
        return name, None
    if name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 10:
        return name, int(value)
    if name in _SWITCHES and value.lower() in (*_TRUE, *_FALSE):
        return name, value.lower() in _TRUE
    return name, value.split() if name == "fetch.ignored" else value


def _switch(source: str, to: str, key: str | None, *, as_json: bool, to_on: bool) -> None:
    with api(to, key) as asked:
        changed = asked.patch(source, {"on": to_on})
    if as_json:
        write_json(orjson.dumps(changed))
    else:
        typer.echo(f"{changed['source']}  {'on' if changed['on'] else 'OFF'}")


def _show(one: Json, *, as_json: bool) -> None:
    if as_json:
        write_json(orjson.dumps(one))
        return
    shown = {name: value for name, value in one.items() if value is not None}
    width = max(map(len, shown))
    for name, value in shown.items():
        said = value if isinstance(value, str) else orjson.dumps(value).decode()
        typer.echo(f"{name:<{width}}  {printable(said)}")


def _how(one: Json) -> str:
    fetch = one["fetch"]
    if fetch is None:
        return "pushed"
    return f"{fetch['kind']} {printable(str(fetch.get('url') or fetch.get('path') or fetch.get('host')))}"


def _trouble(one: Json) -> str:
    state = one["state"]
    if not state or not state["error"]:
        return ""
    return f"  {'PAUSED' if state['paused'] else 'failing'}: {printable(state['error'])}"


def _kept(before: Json | None, fields: toml_file.Said, *, replace: bool) -> str:
    """What is to be done with a source of a file: made, changed, same, or kept as somebody edited it."""
    if before is None:
        return "made"
    entry = _entry(before)
    if entry.wanted.model_dump(mode="json") == Entry(**(_bare(entry) | dict(fields))).wanted.model_dump(mode="json"):
        return "same"
    return "changed" if replace or entry.found else "kept"


def _bare(entry: Entry) -> Json:
    return {"source": entry.source, "edition": 1, "changed_at": entry.changed_at, "by": entry.by}


def _entry(one: Json) -> Entry:
    return Entry.model_validate({name: value for name, value in one.items() if name in Entry.model_fields})


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Rejected("unreadable", f"{file_name(file)} can't be read: {error.strerror}") from error


def _read(content: bytes, known: Iterable[Json]) -> dict[str, toml_file.Said]:
    """Sources of a file: what begins as XML does is OPML."""
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        if not text.startswith(b"<?xml"):  # what does not say so is UTF-8, which the parser does not take it for
            text = b'<?xml version="1.0" encoding="utf-8"?>' + text
        entries = [_entry(one) for one in known]
        urls = {entry.fetch.url for entry in entries if isinstance(entry.fetch, Feed)}
        found = opml.read(text, taken={entry.source for entry in entries})
        return {one.source: {"name": one.name, "fetch": {"kind": "feed", "url": one.url}} for one in found if one.url not in urls}
    try:
        return toml_file.read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Rejected("bad_toml", "the file is no UTF-8") from error
