"""`jianbao feed`: arguments → digests fed, one line a file."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from services.ingest import fields
from services.ingest.feed import Outcome, Patience, is_address
from services.ingest.feed import feed as feeding
from services.ingest.feed_wait import ended
from services.ingest.feeding import connect
from services.ingest.feeding.choose import chosen
from services.ingest.feeding.pace import LivePace
from shared.configured import configured
from shared.errors import Rejected
from shared.records import MAX_DIGEST_BYTES
from shared.settings import IngestSettings
from shared.terminal import file_name, readable, write_json

PATIENCE_SECONDS = 30.0
"""How long ingest may be away: a restart of the service or of Kafka takes less."""

WAIT_SECONDS = 120.0
"""For all that was fed to be searchable: some three seconds on a quiet machine, and a digest may take a minute."""

HELP = """Feed digests: each FILE (an address of the web, or - for standard input) becomes one digest.

A folder stands for the files in it and below, and '2026/**/*.md' in quotation marks for those that match; hidden and unfinished files are
left out. Begun again after Ctrl-C it goes on: what was fed is a duplicate, which takes no longer than to say so.

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

  jianbao feed archive --source daily

  pdftotext weekly.pdf - | jianbao feed - --source weekly --title 周报第12期

  jianbao feed https://example.org/weekly/12 --source weekly

  jianbao feed inbox.mbox letter.eml Maildir/ --source weekly
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("feed", help=HELP)(feed)


def feed(
    context: typer.Context,
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
    at_once: Annotated[
        bool,
        typer.Option(
            "--at-once",
            help="Feed as fast as Kafka takes it. Else many files are fed as fast as they are worked on, so that what others feed meanwhile "
            "is searchable as soon as ever.",
        ),
    ] = False,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to go on trying while ingest or Kafka is away.")] = PATIENCE_SECONDS,
    wait: Annotated[bool, typer.Option("--wait", help="Until each is searchable, a dead letter or in quarantine; 1 if any died.")] = False,
    wait_seconds: Annotated[float, typer.Option(min=0, help="At most, with --wait, once all are fed.")] = WAIT_SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each file.")] = False,
) -> None:
    """Feed digests; the help is HELP."""
    files = chosen(files)
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
    away: list[str] = []
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
            at_once=at_once,
            wait=patience,
            as_json=as_json,
            taken=taken,
            away=away,
        )
    )
    if wait:
        search = configured(IngestSettings).search_url if kafka else None  # ingest says itself where search is
        failed += asyncio.run(ended(taken, seconds=wait_seconds, key=api_key, as_json=as_json, search_url=search))
    if failed:
        # Which stack was asked, as `jianbao` found it for all commands.
        stack = context.find_root().obj
        if away and stack is not None and (hint := stack.hint(away[0])):
            typer.echo(hint, err=True)
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
    at_once: bool,
    wait: float,
    as_json: bool,
    taken: list[Outcome],
    away: list[str],
) -> int:
    """How many files failed, each reported as it is done; all that were taken are put into `taken`, and into `away` why others could not be."""
    errors = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    counts = dict.fromkeys(("fed", "fed before", "failed"), 0)
    async with AsyncExitStack() as stack:
        target, behind = await (connect.straight(stack, wait, above_last=above_last) if kafka else connect.api(stack, to, api_key))
        fetch = await connect.web(stack, said) if any(map(is_address, files)) else None
        progress = stack.enter_context(Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal))
        task = progress.add_task("feeding", total=len(files))

        said_before = ""

        def waiting(reason: str) -> None:
            nonlocal said_before
            progress.update(task, description="waiting")
            if reason != said_before:
                errors.print(f"waiting: {reason}", markup=False, soft_wrap=True)
            said_before = reason

        def held_back(service: str) -> None:
            progress.update(task, description=f"waiting for {service}")

        def tell(what: str) -> None:
            errors.print(what, markup=False, soft_wrap=True)

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
            pace=None if at_once else LivePace(behind, patience=wait, waiting=held_back, tell=tell),
        ):
            counts[_became(outcome)] += 1
            fed = sum(counts.values())
            # A mailbox is one file and many digests.
            progress.update(task, completed=fed, total=max(len(files), fed), description="feeding")
            _report(outcome, progress, as_json=as_json)
            taken += [outcome] if outcome.ok else []
            away += [str(outcome.error["message"])] if outcome.error and outcome.error.get("status") == 503 else []
    if sum(counts.values()) > 1:
        tell(", ".join(f"{count:,} {what}" for what, count in counts.items() if count))
    return counts["failed"]


def _became(outcome: Outcome) -> str:
    if not outcome.ok:
        return "failed"
    return "fed before" if outcome.duplicate_of else "fed"


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
