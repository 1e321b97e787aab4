"""`jianbao dead list`: what the pipeline gave up on, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from shared.terminal import write_json

if TYPE_CHECKING:
    from collections import Counter

    from services.index.deadlist import DeadLine

DEAD_HELP = """Dead letters: digests that a stage gave up on, with their original bytes.

Example: jianbao dead list
"""

dead = typer.Typer(no_args_is_help=True, help=DEAD_HELP)

LIST_HELP = """List dead letters, newest first, and how many there are of each error.

Examples:

  jianbao dead list

  jianbao dead list --stage enrich --error undecodable --limit 50

  jianbao dead list --json | jq .digest_id
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `jianbao`."""
    app.add_typer(dead, name="dead")


@dead.callback()
def _group() -> None:
    """Keeps `list` a subcommand while it is the only one."""


@dead.command("list", help=LIST_HELP)
def list_(
    stage: Annotated[str | None, typer.Option(help="Only of this stage: ingest, enrich or index.")] = None,
    error: Annotated[str | None, typer.Option(help="Only with this error, such as undecodable.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, without the bytes.")] = False,
) -> None:
    """See LIST_HELP."""
    import asyncio

    import orjson

    from services.index import deadlist
    from shared.configured import configured
    from shared.settings import CommonSettings, KafkaSettings

    if stage is not None and stage not in ("ingest", "enrich", "index"):
        raise typer.BadParameter("one of ingest, enrich, index", param_hint="--stage")
    topic = configured(CommonSettings).topics.dead.name
    lines, counts = deadlist.wanted(asyncio.run(deadlist.read(configured(KafkaSettings), topic)), stage=stage, error=error, limit=limit)
    if json:
        for each in lines:
            write_json(orjson.dumps(each.to_dict()))
        return
    if not lines:
        typer.echo(f"No dead letters{' of that kind' if stage or error else ''} in {topic}.")
        return
    _print(lines, counts)


def _print(lines: "list[DeadLine]", counts: "Counter[tuple[str, str]]") -> None:
    from zoneinfo import ZoneInfo

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Text, not str: what a message says must not be read as markup.
    console = Console()
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("time", "stage", "error", "digest", "size", "place", "message"):
        table.add_column(heading, justify="right" if heading == "size" else "left", overflow="fold")
    for each in lines:
        when = each.time.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M:%S")
        cells = (when, each.stage, each.error, each.digest_id, f"{each.size:,}", each.place, each.message)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    shown = sum(counts.values())
    summary = ", ".join(f"{count} {stage}/{error}" for (stage, error), count in counts.most_common())
    console.print(Text(f"{len(lines)} of {shown} dead letters: {summary}"))
