"""A command → the book of dead letters, Ctrl-C that lets the letters in hand be finished, and a bar for who waits. Its standard error only."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shared import elastic
from shared.configured import configured
from shared.dead_letters.manifests import manifests
from shared.dead_letters.reading import register
from shared.dead_letters.register import Register
from shared.errors import JianbaoError
from shared.kafka.scan import Scanner
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings


@dataclass
class Session:
    """What one command works with."""

    common: CommonSettings
    kafka: KafkaSettings
    scanner: Scanner
    register: Register
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def session() -> AsyncIterator[Session]:
    """All letters with their states, settings from the environment. Raises Unavailable or Misconfigured.

    Without Elasticsearch it says so and goes on: then what is solved stays in the list.
    """
    common, kafka = configured(CommonSettings), configured(KafkaSettings)
    async with Scanner(kafka) as scanner:
        with bar("reading") as progress:
            task = progress.add_task("", total=None)
            found = await register(scanner, common.topics, progress=lambda done, total: progress.update(task, completed=done, total=total))
        made = Session(common, kafka, scanner, found)
        await _look_up(made)
        with _interruptible(made.stop):
            yield made


async def _look_up(made: Session) -> None:
    digest_ids = made.register.unsettled(len(made.register.letters))
    if not digest_ids:
        return
    settings = configured(ElasticsearchSettings)
    client = elastic.connect(settings)
    try:
        made.register.learn(await manifests(client, settings, digest_ids, namespace=made.common.namespace))
    except JianbaoError as error:
        sys.stderr.write(f"jianbao: {error}. So letters that are solved can't be told from open ones: all are listed\n")
    finally:
        await client.close()


@contextlib.contextmanager
def _interruptible(stop: asyncio.Event) -> Iterator[None]:
    """The first Ctrl-C sets `stop`; the second ends the command at once. Where Ctrl-C is ignored it stays so."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        stop.set()

    try:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGINT, first)
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def bar(what: str) -> Progress:
    """A progress bar on standard error; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
