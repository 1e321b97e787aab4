"""`jianbao feed`: arguments → digests fed, one line a file."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Literal

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from services.ingest import fields
from services.ingest.accept import Submission
from services.ingest.again.follower import READ_SECONDS, Follower
from services.ingest.again.take import Taker
from services.ingest.feed import Api, Outcome, Patience, Straight, Target, is_address
from services.ingest.feed import feed as feeding
from services.ingest.feed_wait import ended
from services.ingest.publish import KafkaPublisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import KafkaDesk
from shared import log
from shared.configured import configured
from shared.errors import Rejected
from shared.keys.request import is_loopback
from shared.records import MAX_DIGEST_BYTES
from shared.settings import CommonSettings, IngestSettings, KafkaSettings, WebSettings
from shared.terminal import file_name, readable, write_json

PATIENCE_SECONDS = 30.0
"""How long ingest may be away: a restart of the service or of Kafka takes less."""

WAIT_SECONDS = 120.0
"""For all that was fed to be searchable: some three seconds on a quiet machine, and a digest may take a minute."""

STILL_READING = """what was fed before is still being read: until it is, \
a file that was fed long ago may be written again"""

HELP = """Feed digests: each FILE (an address of the web, or - for standard input) becomes one digest.

A file that can't be taken does not stop the others; the exit code is then 1. A date in a file's name (周报2026-02-06.docx) is its day of publication.

What the source was fed before is a duplicate and keeps its title and day, whatever its white space,
line ends, full-width characters and charset are now; with another --title or --published-on it becomes
a revision.

Mail (.eml, mbox, a Maildir, or standard input with --media-type message/rfc822) becomes a digest for each text and
each attached document, known by its Message-ID, under its subject and of the day that it was sent.

With --wait it ends once it is known what became of each: how many items are searchable, and the digest's page. The
key must be allowed to search then.

Examples:

  jianbao feed weekly.txt --source shuangtan-weekly --external-id 2026-12 --wait

  jianbao feed 2026/*.html --source daily --id-from name

  pdftotext weekly.pdf - | jianbao feed - --source weekly --title 周报第12期

  jianbao feed https://example.org/weekly/12 --source weekly

  jianbao feed inbox.mbox letter.eml Maildir/ --source weekly
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("feed", help=HELP)(feed)


def feed(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Text, Markdown or HTML in UTF-8, GB18030 or Big5; - reads standard input.")],
    source: Annotated[str, typer.Option(help="Who publishes: one word.")] = "local",
    url: Annotated[str | None, typer.Option(help="Where the digest was published; its identity unless --external-id is given.")] = None,
    title: Annotated[str | None, typer.Option(help="The digest's title.")] = None,
    published_on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Its day; else by name, title or text.")] = None,
    external_id: Annotated[str | None, typer.Option(help="Its identity: fed again under the same one, the digest is replaced.")] = None,
    id_from: Annotated[
        Literal["name", "content"], typer.Option(help="name: a file's name is its external id, so the file fed again under its name is replaced.")
    ] = "content",
    media_type: Annotated[str | None, typer.Option(help="Such as text/plain, text/html or application/pdf; else by suffix, else by content.")] = None,
    to: Annotated[str, typer.Option("--to", envvar="INGEST_URL", help="Address of ingest.")] = "http://127.0.0.1:8401",
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")] = None,
    kafka: Annotated[bool, typer.Option("--kafka", help="Straight to Kafka (KAFKA_*, JIANBAO_NAMESPACE) instead of through ingest.")] = False,
    above_last: Annotated[
        bool,
        typer.Option(
            "--above-last",
            help="With --kafka: find each digest's last revision and go above it, even one from the future, and with nothing new "
            "(what ended as a dead letter counts as fed: retry the letter, or feed it so).",
        ),
    ] = False,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to go on trying while ingest or Kafka is away.")] = PATIENCE_SECONDS,
    wait: Annotated[bool, typer.Option("--wait", help="Until each is searchable, a dead letter or in quarantine; 1 if any died.")] = False,
    wait_seconds: Annotated[float, typer.Option(min=0, help="At most, with --wait, once all are fed.")] = WAIT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each file.")] = False,
) -> None:
    """Feed digests; the help is HELP."""
    one = len(files) == 1
    if not one and (external_id or url or title):
        raise typer.BadParameter("--external-id, --url and --title name one digest; feed several files without them, or one by one")
    if files.count("-") > 1:
        raise typer.BadParameter("- stands for standard input and can be given once")
    if id_from == "name" and any(map(is_address, files)):
        raise typer.BadParameter("--id-from name is for files: a page's identity is its address")
    if id_from == "name" and (external_id or "-" in files):
        raise typer.BadParameter("--id-from name takes the id from each file's name: leave --external-id and - out")
    if above_last and not kafka:
        raise typer.BadParameter("--above-last reads the raw topic: it takes --kafka")
    for name, value in (("--api-key", api_key), ("--media-type", media_type)):
        if value and not (value.isascii() and value.isprintable()):
            raise typer.BadParameter(f"{name} goes into a header: it takes printable ASCII only")
    said = {"source": source, "url": url, "title": title, "published_on": published_on, "external_id": external_id}
    try:
        fields.published_on(published_on)  # Of no file: wrong usage, told before any is fed.
    except Rejected as refused:
        raise typer.BadParameter(refused.message, param_hint="--published-on") from None
    taken: list[Outcome] = []
    failed = asyncio.run(
        _feed(
            files,
            said,
            media_type=media_type,
            id_from_name=id_from == "name",
            to=to,
            api_key=api_key,
            kafka=kafka,
            above_last=above_last,
            wait=patience,
            as_json=as_json,
            taken=taken,
        )
    )
    if wait:
        search = configured(IngestSettings).search_url if kafka else None  # ingest says itself where search is
        failed += asyncio.run(ended(taken, seconds=wait_seconds, key=api_key, as_json=as_json, search_url=search))
    if failed:
        raise typer.Exit(1)


async def _feed(
    files: list[str],
    said: dict[str, str | None],
    *,
    media_type: str | None,
    id_from_name: bool,
    to: str,
    api_key: str | None,
    kafka: bool,
    above_last: bool,
    wait: float,
    as_json: bool,
    taken: list[Outcome],
) -> int:
    """How many files failed, each reported as it is done; all that were taken are put into `taken`."""
    errors = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    failed = fed = 0
    async with AsyncExitStack() as stack:
        straight = _straight(stack, wait, above_last=above_last) if kafka else None
        target = await (straight or _api(stack, to, api_key))
        fetch = await _web(stack, said) if any(map(is_address, files)) else None
        progress = stack.enter_context(Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal))
        task = progress.add_task("feeding", total=len(files))

        said_before = ""

        def waiting(reason: str) -> None:
            nonlocal said_before
            progress.update(task, description="waiting")
            if reason != said_before:
                errors.print(f"waiting: {reason}", markup=False, soft_wrap=True)
            said_before = reason

        async for outcome in feeding(
            files,
            target,
            said=said,
            stdin=sys.stdin.buffer,
            max_bytes=MAX_DIGEST_BYTES,
            media_type=media_type,
            id_from_name=id_from_name,
            patience=Patience(wait),
            waiting=waiting,
            fetch=fetch,
        ):
            failed += not outcome.ok
            fed += 1
            # A mailbox is one file and many digests.
            progress.update(task, completed=fed, total=max(len(files), fed), description="feeding")
            _report(outcome, progress, as_json=as_json)
            taken += [outcome] if outcome.ok else []
    return failed


async def _api(stack: AsyncExitStack, url: str, key: str | None) -> Target:
    # A proxy of the environment must not be asked for this machine's own address.
    # Ingest answers within its ack timeout (10 s by default); 60 s leaves room for larger ones.
    try:
        direct = is_loopback(httpx.URL(url).host)
    except httpx.InvalidURL:
        direct = False
    client = await stack.enter_async_context(httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5), trust_env=not direct))
    return Api(client, url, key)


async def _web(stack: AsyncExitStack, said: dict[str, str | None]) -> Callable[[str], Awaitable[Submission]]:
    # Here, as its packages take a third of a second, and files need none of them.
    from services.ingest.sources.fetch.opened import fetching
    from services.ingest.sources.single import fetched

    polite = await stack.enter_async_context(fetching(configured(WebSettings)))
    return lambda url: fetched(url, said, polite)


async def _straight(stack: AsyncExitStack, wait: float, *, above_last: bool) -> Target:
    common, ingest = configured(CommonSettings), configured(IngestSettings)
    log.setup("feed", common.model_copy(update={"log_level": "error"}))
    settings = configured(KafkaSettings)
    wait = max(wait, 1)
    # Of the wait, half is left for connecting.
    read_seconds = min(READ_SECONDS, wait / 2)
    memory = None if above_last else Follower(settings, common.topics.raw.name, read_seconds=read_seconds)
    publisher = KafkaPublisher(
        settings,
        common.topics,
        ack_timeout=ingest.ack_timeout,
        clock_seconds=ingest.clock_seconds,
        memory=memory,
    )
    await stack.enter_async_context(publisher)
    await publisher.connected(timeout=wait)
    if memory is not None and not memory.complete:
        typer.echo(STILL_READING, err=True)
    desk = KafkaDesk(settings, common.topics) if above_last else None
    return Straight(Taker(publisher, memory), Revisions(lambda: time.time_ns() // 1_000_000), ingest.max_bytes, desk)


def _report(outcome: Outcome, progress: Progress, *, as_json: bool) -> None:
    """One line for a file: on standard output what was taken (everything, as JSON), on standard error what was not."""
    console = progress.console  # of standard error
    if outcome.left_out and not as_json:
        console.print(Text(f"{file_name(outcome.file)}: attached and no document: {', '.join(map(readable, outcome.left_out))}"), soft_wrap=True)
    if not as_json and not outcome.ok:
        # Text, as a style of print's own would also colour the bar that is drawn again below.
        console.print(Text(f"{file_name(outcome.file)}: {(outcome.error or {}).get('message')}", style="red"), soft_wrap=True)
        return
    if as_json:
        line = json.dumps(outcome.to_dict(), ensure_ascii=False)
    else:
        line = f"{readable(outcome.file)}  {outcome.digest_id}  {outcome.revision}"
        line += "  duplicate" if outcome.duplicate_of else ""
    if console.is_terminal and sys.stdout.isatty():
        console.print(line, markup=False, soft_wrap=True)  # above the progress bar, as both go to one terminal
    elif as_json:
        write_json(line)
    else:
        typer.echo(line)
