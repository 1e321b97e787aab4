"""`jianbao rebuild`, `rollback`, `clean` and `status`: arguments → one operation on the indices, with a progress bar."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, TypeVar

import typer
from elastic_transport import TransportError
from elasticsearch import ApiError

from services.operate.bar import bar
from services.operate.rebuild.outcome import Done, Options
from services.operate.rebuild.run import Rebuild
from shared import elastic, log
from shared.configured import configured
from shared.errors import Unavailable
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings, KafkaSettings

HELP = """Make new indices from the enriched topic beside the live ones, compare, and swap them in; searches and writes go on meanwhile.

Nothing is swapped where the new indices would lack or change what the live ones have. The old ones stay, to go back to, until the next rebuild a day
later or `jianbao rebuild clean`. Stopped at any moment, what was half made is removed, by the next run at the latest.

Examples:

  jianbao rebuild

  jianbao rebuild --no-swap

  jianbao rebuild status

  jianbao rebuild rollback
"""

ROLLBACK_HELP = """Go back to the old indices: they are caught up from the enriched topic, compared and swapped in, the same way.

Examples:

  jianbao rebuild rollback

  jianbao rebuild rollback --to items-v3-2
"""

CLEAN_HELP = """Remove old indices that are not live, and what a killed run left over; never the live ones.

Examples:

  jianbao rebuild clean

  jianbao rebuild clean --older-than 0
"""

STATUS_HELP = """Show which indices are live, which stand by, and who is rebuilding.

Example: jianbao rebuild status
"""

rebuild = typer.Typer(invoke_without_command=True, help=HELP)

T = TypeVar("T")

AcceptMissing = Annotated[bool, typer.Option("--accept-missing", help="Give up digests of the live index that the topic no longer has.")]
AcceptChanged = Annotated[bool, typer.Option("--accept-changed", help="Take it that digests say something else under the same version.")]
Rate = Annotated[float, typer.Option(min=0, help="Digests a second at most; 0 for as many as go.")]
Sample = Annotated[int, typer.Option(min=0, help="Digests whose documents are compared word by word; all are compared by version and counts.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `jianbao`."""
    app.add_typer(rebuild, name="rebuild")


@rebuild.callback()
def rebuild_(
    context: typer.Context,
    no_swap: Annotated[bool, typer.Option("--no-swap", help="Only make and compare them; `rollback --to` swaps them in later.")] = False,
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Leave the indices of earlier rebuilds, however old.")] = False,
    accept_missing: AcceptMissing = False,
    accept_changed: AcceptChanged = False,
    rate: Rate = 0,
    sample: Sample = 1000,
) -> None:
    """See HELP."""
    if context.invoked_subcommand is not None:
        return
    options = _options(swap=not no_swap, keep_old=keep_old, accept_missing=accept_missing, accept_changed=accept_changed, rate=rate, sample=sample)
    _say_done(_run(lambda one: one.rebuild(options)))


@rebuild.command("rollback", help=ROLLBACK_HELP)
def rollback(
    to: Annotated[str | None, typer.Option(metavar="INDEX", help="One of the two indices; else those that were replaced last.")] = None,
    accept_missing: AcceptMissing = False,
    accept_changed: AcceptChanged = False,
    rate: Rate = 0,
    sample: Sample = 1000,
) -> None:
    """See ROLLBACK_HELP."""
    options = _options(accept_missing=accept_missing, accept_changed=accept_changed, rate=rate, sample=sample)
    _say_done(_run(lambda one: one.rollback(options, to)))


@rebuild.command("clean", help=CLEAN_HELP)
def clean(older_than: Annotated[float, typer.Option(min=0, help="Hours since they were live.")] = 24) -> None:
    """See CLEAN_HELP."""
    removed = _run(lambda one: one.clean(timedelta(hours=older_than)))
    typer.echo(f"removed {', '.join(removed)}" if removed else "nothing to remove")


@rebuild.command("status", help=STATUS_HELP)
def status() -> None:
    """See STATUS_HELP."""
    for line in _run(lambda one: one.status()):
        typer.echo(line)


def _options(**facts: bool | float | int) -> Options:
    return Options(**facts)  # type: ignore[arg-type]  # each is named in Options with its type, and typer has checked it


def _say_done(done: Done) -> None:
    typer.echo(str(done))
    if done.removed:
        typer.echo(f"removed old {', '.join(done.removed)}")
    if not done.swapped:
        typer.echo(f"swap it in with: jianbao rebuild rollback --to {done.target.index('items')}")


def _run(work: Callable[[Rebuild], Awaitable[T]]) -> T:
    """What `work` gives; Ctrl-C and SIGTERM end it in order, so that nothing half made stays."""
    stopped: list[signal.Signals] = []

    async def stoppable() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def stop(received: signal.Signals) -> None:
            if not stopped:  # what is removed at the end must not be cut off by a second one
                task.cancel()
            stopped.append(received)

        for each in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # not on Windows
                loop.add_signal_handler(each, stop, each)
        return await _connected(work)

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        if stopped and stopped[0] is signal.SIGTERM:
            raise Unavailable("stopped by SIGTERM") from None
        raise KeyboardInterrupt from None


async def _connected(work: Callable[[Rebuild], Awaitable[T]]) -> T:
    common, elasticsearch, settings = configured(CommonSettings), configured(ElasticsearchSettings), configured(IndexSettings)
    kafka = configured(KafkaSettings)
    log.setup("rebuild", common)
    client = elastic.connect(elasticsearch, connections=settings.in_flight + 4)
    try:
        with bar() as shown:
            return await work(Rebuild(common, kafka, elasticsearch, settings, client, shown))
    except (ApiError, TransportError) as error:
        raise elastic.explained(error, elasticsearch) from error
    finally:
        await client.close()
