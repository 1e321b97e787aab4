"""`jianbao watch`: arguments → a folder watched, one line a file."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import httpx
import typer

from services.ingest import fields
from services.ingest.feed import Api
from services.ingest.sources.folder.bundle import DIGESTS, REQUESTS, Bundle
from services.ingest.sources.folder.folder import Folder, Listener, follow
from services.ingest.sources.folder.handing import AT_ONCE, Handing
from services.ingest.sources.folder.report import Report
from services.ingest.sources.folder.settling import SECONDS
from shared.errors import Rejected, Unavailable
from shared.keys.request import is_loopback

WAIT_SECONDS = 30.0
"""With --once, how long ingest may be away: a restart of the service or of Kafka takes less."""

HELP = """Watch a folder: each file in it is fed once, as soon as it is whole.

What was fed is kept in a ledger, so that a watch that was stopped or killed
goes on where it was; or files move to --done and --failed, the latter each
with its reason in FILE.reason.txt. A file that can't be taken does not stop
the others. While ingest is away, files wait.

FILE.meta.toml beside a file may say its title, published_on, external_id, url
and source, and so may front matter at its top. A file that changes, or of
which something else is said, is fed again; what is said late of a file in
--done or --failed brings it back.

Examples:

  jianbao watch inbox --source shuangtan-weekly --done done --failed failed

  jianbao watch 简报 --by-folder --id-from path --ignore '*.log'

  jianbao watch inbox --once     # what is there; exit status 1 if any failed
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("watch", help=HELP)(watch)


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder, with those in it.")],
    source: Annotated[str, typer.Option(help="Who publishes: one word.")] = "local",
    by_folder: Annotated[bool, typer.Option("--by-folder", help="Each folder in DIR is a source: 双碳周报/05.md is of 双碳周报.")] = False,
    id_from: Annotated[
        Literal["content", "name", "path"],
        typer.Option(help="name, path: a file's name, or its path below DIR, is its external id: changed, it is replaced."),
    ] = "content",
    done: Annotated[Path | None, typer.Option(help="Where files move that were taken; else they stay.")] = None,
    failed: Annotated[Path | None, typer.Option(help="Where files move that can't be taken; else they stay.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="What to leave out: '*.log', drafts, 'old/*'; repeatable.")] = None,
    settle: Annotated[float, typer.Option(min=0, help="Seconds for which a file must be the same to be whole.")] = SECONDS,
    once: Annotated[bool, typer.Option("--once", help="Deal with what is there and end; exit status 1 if any failed.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try what failed and stayed where it is once more.")] = False,
    to: Annotated[str, typer.Option("--to", envvar="INGEST_URL", help="Address of ingest.")] = "http://127.0.0.1:8401",
    api_key: Annotated[
        str | None,
        typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others."),
    ] = None,
    wait: Annotated[float, typer.Option(min=0, help="With --once: seconds to go on trying while ingest is away.")] = WAIT_SECONDS,
    state: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the ledger is kept; else with this user's state.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each file.")] = False,
) -> None:
    """Watch a folder; the help is HELP."""
    try:
        fields.source(source)
    except Rejected as refused:
        raise typer.BadParameter(refused.message, param_hint="--source") from None
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise typer.BadParameter("--api-key goes into a header: it takes printable ASCII only")
    watched = Folder(
        path=folder,
        source=source,
        by_folder=by_folder,
        id_from=id_from,
        done=done,
        failed=failed,
        ignored=tuple(ignore or ()),
        settle=settle,
        links=True,
    )
    report = Report(as_json=as_json)
    stopped = asyncio.run(_watch(watched, report, to, api_key, wait=wait, state=state, once=once, retry=retry))
    if stopped is signal.SIGINT:
        raise KeyboardInterrupt
    if stopped is signal.SIGTERM and once:
        raise Unavailable("stopped by SIGTERM")
    if once and report.unwell:
        raise typer.Exit(1)


async def _watch(
    folder: Folder,
    report: Report,
    to: str,
    key: str | None,
    *,
    wait: float,
    state: Path | None,
    once: bool,
    retry: bool,
) -> signal.Signals | None:
    """Watch until a signal, which is returned, or with `once` until all is dealt with."""
    handing_stop = asyncio.Event()
    received = _stopping(handing_stop, report)
    async with _client(to) as client:
        api = Api(client, to, key)
        patience, at_once = wait if once else None, REQUESTS * DIGESTS
        handing = Handing(Bundle(api).put, folder.source, report.waiting, patience, handing_stop, at_once)
        began = (lambda root: None) if once else (lambda root: report.say(f"watching {root}; Ctrl-C stops"))
        listener = Listener(began, report.dealt, report.backlog, report.trouble)
        try:
            await follow(folder, handing, target=to, state=state, listener=listener, once=once, retry=retry)
        except asyncio.CancelledError:
            if not received:
                raise
        finally:
            report.end()
        if handing.gave_up:
            raise Unavailable("ingest is away; the files that were not taken stay where they are")
    return received[0] if received else None


def _stopping(stop: asyncio.Event, report: Report) -> list[signal.Signals]:
    """Stop after what is in hand at the first SIGINT or SIGTERM, at once at the second; those that came."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[signal.Signals] = []

    def came(number: signal.Signals) -> None:
        if received and task is not None:
            task.cancel()
        else:
            report.say("stopping after what is in hand; once more stops at once")
        received.append(number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(NotImplementedError):  # not on Windows
                loop.add_signal_handler(number, came, number)
    return received


def _client(url: str) -> httpx.AsyncClient:
    # A proxy of the environment must not be asked for this machine's own address.
    # Ingest answers within its ack timeout (10 s by default); 60 s leaves room for larger ones.
    try:
        direct = is_loopback(httpx.URL(url).host)
    except httpx.InvalidURL:
        direct = False
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    return httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5), trust_env=not direct, limits=limits)
