"""`jianbao archive`: the raw topic to a folder and back, and a look at whether the folder is whole."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.operate.archive.export import export as exporting
from services.operate.archive.load import load
from services.operate.archive.verify import verify as verifying
from shared import operations
from shared.configured import configured
from shared.operations import Action
from shared.settings import CommonSettings, KafkaSettings

GROUP_HELP = """The archive outside Kafka: every digest as received, in plain files, from which a lost cluster is made again.

Example: jianbao archive export /backup/jianbao
"""

EXPORT_HELP = """Write what is new in the raw topic (and what operators did) to DIR: gzip with one JSON object a line, one file or more a day.

Made for every night: it only adds files. Kill it at any time, the next run goes on; two at once on one DIR are refused.

Examples:

  jianbao archive export /backup/jianbao

  zcat /backup/jianbao/2026/11/*.jsonl.gz | jq -r 'select(.topic=="raw") | .headers[0][1]'
"""

IMPORT_HELP = """Publish what DIR holds into the raw topic, made where it is missing; the services then do the rest.

What the topic has already is left out, so it can be broken off and run again. Damaged files are named before anything is written.

Examples:

  jianbao archive import /backup/jianbao

  jianbao archive import /backup/jianbao --rate 50
"""

VERIFY_HELP = """Read all of DIR and say what is damaged or missing; exit status 1 when something is.

Examples: jianbao archive verify /backup/jianbao · (cd /backup/jianbao && sha256sum -c SHA256SUMS)
"""

archive = typer.Typer(no_args_is_help=True, help=GROUP_HELP)

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The archive's folder.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` command."""
    app.add_typer(archive, name="archive")


@archive.command("export", help=EXPORT_HELP)
def export(directory: Directory) -> None:
    """See EXPORT_HELP."""
    settings, topics = configured(KafkaSettings), configured(CommonSettings).topics
    with _progress("exporting") as progress:
        report = asyncio.run(exporting(directory, settings, topics, progress=progress))
    if report.files:
        asyncio.run(_keep("export", str(directory.absolute()), f"{report.records['raw']} raw records, {report.records['operations']} operations"))
    for file in report.files:
        typer.echo(f"{file.path}  {file.records} records  {file.size:,} bytes")
    typer.echo(f"{report.records['raw']} raw records and {report.records['operations']} operations are new in {directory}")
    if report.erased:
        typer.echo(f"Erased since the last export, and perhaps still in here from before: {' '.join(report.erased)}")
        typer.echo(f"Take them out with: jianbao erase {' '.join(report.erased)} --archive {directory} --reason … --yes")


@archive.command("import", help=IMPORT_HELP)
def import_(
    directory: Directory,
    skip_damaged: Annotated[bool, typer.Option("--skip-damaged", help="Import the others when some are damaged; exit status 1 then.")] = False,
    rate: Annotated[float, typer.Option(min=0, help="Records a second at most; 0 sets no limit.")] = 0,
) -> None:
    """See IMPORT_HELP."""
    settings, topics = configured(KafkaSettings), configured(CommonSettings).topics
    with _progress("importing") as progress:
        loaded = asyncio.run(load(directory, settings, topics, skip_damaged=skip_damaged, rate=rate, progress=progress))
    new = f"{loaded.records['raw']} raw records and {loaded.records['operations']} operations"
    if any(loaded.records.values()):
        asyncio.run(_keep("import", str(directory.absolute()), new))
    typer.echo(f"{new} imported, {loaded.there} were there already")
    if loaded.erased:
        typer.echo(f"{loaded.erased} left out: their digests were erased later")
    if loaded.damaged:
        typer.secho(f"left out as damaged: {', '.join(loaded.damaged)}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1)


@archive.command("verify", help=VERIFY_HELP)
def verify(directory: Directory) -> None:
    """See VERIFY_HELP."""
    with _progress("reading") as progress:
        found = verifying(directory, progress=progress)
    for path in found.strange:
        typer.echo(f"{path}: not in the manifest, and so not part of the archive", err=True)
    for path, problem in found.problems:
        typer.secho(f"{path}: {problem}", fg=typer.colors.RED, err=True)
    typer.echo(f"{found.files - len(found.problems)} of {found.files} files are whole: {found.records} records")
    if found.problems:
        raise typer.Exit(1)


async def _keep(action: Action, directory: str, detail: str) -> None:
    done = operations.Operation(action=action, subject=directory, by=operations.operator(), detail=detail)
    await operations.keep(configured(KafkaSettings), configured(CommonSettings).topics.operations.name, [done])


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    errors = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
