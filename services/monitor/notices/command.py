"""`jianbao notify`: the channels of a file, and whether a test notice reaches each."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.configured import configured
from shared.errors import Misconfigured
from shared.notices.answers import Answer
from shared.notices.channel import Channel, read
from shared.notices.notice import Line, Notice
from shared.notices.send import send
from shared.settings import MonitorSettings
from shared.terminal import write_json

HELP = """Show who is told of changes of health; with --test, send each a test notice, now and once.

The channels are those of the file that MONITOR_NOTICES names, or --file. A test goes to a channel whatever its levels and times of silence are.

Exits 1 when a channel did not take the notice, and says why.

Examples:

  jianbao notify --test

  jianbao notify --test --channel 值班群 --file notices.toml
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to `jianbao`."""
    app.command("notify", help=HELP)(notify)


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send a test notice.")] = False,
    channel: Annotated[list[str] | None, typer.Option(help="This channel only; may be repeated.")] = None,
    file: Annotated[Path | None, typer.Option(help="The file of channels; MONITOR_NOTICES unless given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each channel.")] = False,
) -> None:
    """Show the channels, or test them."""
    try:
        settings = configured(MonitorSettings)
        channels = _chosen(file or settings.notices, channel or [])
    except Misconfigured as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    answers = asyncio.run(_send(channels, settings.page_url)) if test else [None] * len(channels)
    rows = [_row(one, answer) for one, answer in zip(channels, answers, strict=True)]
    if as_json:
        for row in rows:
            write_json(orjson.dumps(row))
    else:
        _show(rows)
    if any(answer is not None and answer.outcome != "delivered" for answer in answers):
        raise typer.Exit(1)


def _chosen(path: Path | None, names: Sequence[str]) -> list[Channel]:
    if path is None:
        raise Misconfigured("no file of channels: set MONITOR_NOTICES or give --file; deploy/notices.toml shows one")
    channels = read(path)
    if not channels:
        raise Misconfigured(f"{path} has no channels; deploy/notices.toml shows some")
    known = [channel.name for channel in channels]
    if unknown := [name for name in names if name not in known]:
        raise Misconfigured(f"{path} has no channel {unknown[0]!r}, only {', '.join(known)}")
    return [channel for channel in channels if not names or channel.name in names]


async def _send(channels: Sequence[Channel], url: str) -> list[Answer | None]:
    async with httpx.AsyncClient(trust_env=False) as client:
        return [*await asyncio.gather(*(send(_test_notice(url), channel, client) for channel in channels))]


def _test_notice(url: str) -> Notice:
    return Notice(
        id=f"test-{secrets.token_hex(8)}",
        level="news",
        title="简报流水线：测试通知",
        lines=(Line(text="收到即说明此通道可用，无须处理。"),),
        url=url,
        at=datetime.now(UTC),
    )


def _row(channel: Channel, answer: Answer | None) -> dict[str, object]:
    row: dict[str, object] = {"channel": channel.name, "kind": channel.kind, "levels": channel.levels, "silent": channel.silent}
    return row if answer is None else row | {"outcome": answer.outcome, "reason": answer.reason}


_SAID = {"delivered": "taken", "again": "not taken now", "wrong": "refused"}


def _show(rows: Sequence[dict[str, object]]) -> None:
    tested = "outcome" in rows[0]
    table = Table("channel", "kind", *(("test", "why") if tested else ("levels", "silent")), box=None)
    for row in rows:
        last = (_SAID[str(row["outcome"])], str(row["reason"])) if tested else (_joined(row["levels"]), _joined(row["silent"]))
        # Text, not str: what a person called a channel must not be read as markup.
        table.add_row(*(Text(cell) for cell in (str(row["channel"]), str(row["kind"]), *last)))
    Console().print(table)


def _joined(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else ""
