"""`jianbao key`: who may feed, search and operate → lines of the keys file, which running services read again by themselves."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from shared.configured import configured
from shared.errors import Misconfigured, Rejected
from shared.keys.file import changing, read
from shared.keys.key import SCOPES, Key, hashed, new_salt, new_secret
from shared.settings import CommonSettings
from shared.terminal import write_json

SHANGHAI = ZoneInfo("Asia/Shanghai")

KEY_HELP = """API keys: who may feed, search and operate, in a file that ingest and search read again when it changes.

The file is the one that JIANBAO_KEYS_FILE names, or --file. It holds no key, only hashes.

Examples: jianbao key make weekly --source shuangtan-weekly · jianbao key list · jianbao key revoke weekly
"""

MAKE_HELP = """Make a random API key and print it: it is shown this once and stored nowhere.

Without --scope it may feed, and take back what it may feed; without --source of all sources. To change a key, make a new one and revoke the old one.

Exits 1 when there is a key of that name already: names in logs and records stay those of one key.

Examples:

  jianbao key make weekly --source shuangtan-weekly --source 'daily-*'

  jianbao key make desk --scope search --expires 2026-12-31

  jianbao key make duty --scope search --scope operate --json
"""

LIST_HELP = """List keys with what they may do, also those that have expired or were revoked.

Examples:

  jianbao key list

  jianbao key list --json | jq -r 'select(.standing == "valid") | .name'
"""

REVOKE_HELP = """Revoke keys: running services refuse them within a second. A revoked key stays in the list.

Nothing is changed, and it exits 1, when one of the names is not there.

Example: jianbao key revoke weekly
"""

File = Annotated[Path | None, typer.Option("--file", envvar="JIANBAO_KEYS_FILE", help="The keys file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line for each key.")]

key = typer.Typer(no_args_is_help=True, help=KEY_HELP)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` command."""
    app.add_typer(key, name="key")


@key.command("make", help=MAKE_HELP)
def make(
    name: Annotated[str, typer.Argument(help="What it is called in logs and records: one word, such as the feeder's.")],
    scope: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(SCOPES)}; may be repeated. operate includes search.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Source that it may feed and take back, * standing for any characters; may be repeated.")
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day on which it is valid, in Asia/Shanghai.")] = None,
    file: File = None,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """See MAKE_HELP."""
    secret, salt = new_secret(), new_salt()
    scopes = tuple(dict.fromkeys(scope or ["ingest"]))
    if source and "ingest" not in scopes:
        raise typer.BadParameter("sources say what a key may feed and take back: leave --source out, or add --scope ingest", param_hint="--source")
    made = _made(name, salt, hashed(secret, salt), scopes, source, _after(expires))
    path = _path(file)
    with changing(path) as keys:
        if any(each.name == name for each in keys):
            raise Rejected("name_taken", f"there is a key {name} in {path} already, perhaps a revoked one: choose another name")
        keys.append(made)
    if as_json:
        write_json(json.dumps({"key": secret} | _facts(made), ensure_ascii=False))
    else:
        typer.echo(secret)
        typer.echo(f"This is the key {name}, for JIANBAO_API_KEY or the header Authorization: Bearer. It is not shown again.", err=True)


@key.command("list", help=LIST_HELP)
def listed(file: File = None, as_json: AsJson = False) -> None:
    """See LIST_HELP."""
    keys = read(_path(file))[1] or ()
    if as_json:
        for each in keys:
            write_json(json.dumps(_facts(each), ensure_ascii=False))
        return
    table = Table("name", "may", "sources", "made", "valid until", "")
    for each in keys:
        standing = each.standing(datetime.now(UTC))
        until = _day(each.revoked_at or each.expires_at)
        table.add_row(
            each.name,
            ", ".join(each.scopes),
            ", ".join(each.sources or ("all",)) if "ingest" in each.scopes else "",
            _day(each.created_at),
            until,
            "" if standing == "valid" else standing,
        )
    Console(highlight=False).print(table)


@key.command("revoke", help=REVOKE_HELP)
def revoke(names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of keys.")], file: File = None, as_json: AsJson = False) -> None:
    """See REVOKE_HELP."""
    path = _path(file)
    read(path)  # raises where there is none: revoking makes no file
    with changing(path) as keys:
        if unknown := [name for name in names if all(each.name != name for each in keys)]:
            raise Rejected("unknown_key", f"there is no key {', '.join(unknown)} in {path}. Nothing was changed; `jianbao key list` shows all")
        now = datetime.now(UTC)
        for at, each in enumerate(keys):
            if each.name in names and each.revoked_at is None:
                keys[at] = each.model_copy(update={"revoked_at": now})
        done = [each for each in keys if each.name in names]
    for each in done:
        if as_json:
            write_json(json.dumps(_facts(each), ensure_ascii=False))
        else:
            typer.echo(f"{each.name}  revoked")


def _path(file: Path | None) -> Path:
    path = file or configured(CommonSettings).keys_file
    if path is None:
        raise Misconfigured("no keys file is named: set JIANBAO_KEYS_FILE to its path, for this command and for the services, or use --file")
    return path


def _made(name: str, salt: str, sha256: str, scopes: tuple[str, ...], sources: list[str] | None, expires_at: datetime | None) -> Key:
    """The key; raises BadParameter that names the option at fault."""
    options = {"name": "NAME", "scopes": "--scope", "sources": "--source"}
    words = {
        "name": "a name is one word of at most 64 letters, digits, '_', '.' or '-'",
        "scopes": f"a scope is one of {', '.join(SCOPES)}",
        "sources": "a source is one word of at most 64 letters, digits, '_', '.' or '-', with * for any characters",
    }
    try:
        given: dict[str, Any] = {"name": name, "scopes": scopes, "sources": tuple(sources) if sources else None}
        return Key(salt=salt, sha256=sha256, created_at=datetime.now(UTC), expires_at=expires_at, **given)
    except ValidationError as error:
        at = str(error.errors()[0]["loc"][0])
        raise typer.BadParameter(words[at], param_hint=options[at]) from None


def _after(day: str | None) -> datetime | None:
    """The first moment after a day in Asia/Shanghai; raises BadParameter where it is none, or is over."""
    if day is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            raise ValueError(day)
        after = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter("a day is written YYYY-MM-DD, such as 2026-12-31", param_hint="--expires") from None
    if after <= datetime.now(UTC):
        raise typer.BadParameter("that day is over", param_hint="--expires")
    return after


def _day(moment: datetime | None) -> str:
    """In Asia/Shanghai, to the minute; "" where there is none."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


def _facts(each: Key) -> dict[str, Any]:
    """All that is known of a key but hash and salt."""
    facts = each.model_dump(mode="json", exclude={"salt", "sha256"})
    return facts | {"standing": each.standing(datetime.now(UTC))}
