"""`jianbao up`, `down`, `status` and `demo`: everything on this machine, without Docker."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.stack import demo as demonstration
from deploy.stack.background import Wishes, current, start, stop
from deploy.stack.report import as_table, completeness, exit_status
from shared.terminal import write_json


def up(
    kafka_port: Annotated[int | None, typer.Option(help="Port for Kafka, 9092 unless given; 0 takes any free one.", min=0, max=65535)] = None,
    elasticsearch_port: Annotated[
        int | None, typer.Option(help="Port for Elasticsearch, 9200 unless given; 0 takes any free one.", min=0, max=65535)
    ] = None,
    ingest_port: Annotated[
        int | None, typer.Option(help="Port for the push API, INGEST_PORT or 8401 unless given; 0 takes any free one.", min=0, max=65535)
    ] = None,
    search_port: Annotated[
        int | None, typer.Option(help="Port for pages and search, SEARCH_PORT or 8402 unless given; 0 takes any free one.", min=0, max=65535)
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where digests are kept between runs; the user's data folder unless given.")] = None,
    no_services: Annotated[bool, typer.Option("--no-services", help="Kafka and Elasticsearch only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
) -> None:
    """Start Kafka, Elasticsearch and the six services in the background, and return when all are ready.

    The first time Kafka and Elasticsearch are fetched (180 MB). What was fed is kept until the data folder is deleted.

    Examples: jianbao up · jianbao up --no-services --kafka-port 0 --elasticsearch-port 0
    """
    started, state = start(
        Wishes(
            kafka_port=kafka_port,
            elasticsearch_port=elasticsearch_port,
            ingest_port=ingest_port,
            search_port=search_port,
            data_dir=data_dir,
            services=not no_services,
        )
    )
    if as_json:
        write_json(json.dumps({"started": started, "addresses": state.addresses, "logs": str(state.log_dir), "data": str(state.data_dir)}, indent=2))
        return
    typer.echo("Everything is ready:" if started else "Already running (`jianbao down` stops it):")
    for name, address in state.addresses.items():
        typer.echo(f"  {name:14} {address}")
    typer.echo(f"  {'logs':14} {state.log_dir}")
    typer.echo(f"  {'data':14} {state.data_dir}")


def down() -> None:
    """Stop what `jianbao up` started, services first, and wait until all of it is gone. Data is kept.

    Example: jianbao down
    """
    typer.echo("Stopped." if stop() else "Nothing was running.")


def status(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show each process that `jianbao up` started, and whether the index is complete.

    Exit status: 0 all are running, 1 some are not or something is missing from the index, 3 nothing was started.

    Examples: jianbao status · jianbao status --json
    """
    state = current()
    found = completeness(state) if state else None
    if as_json:
        said = state.model_copy(update={"processes": state.seen()}).model_dump(mode="json", exclude={"events"}) if state else None
        write_json(json.dumps(said and said | {"completeness": found and found.model_dump(mode="json")}, indent=2, ensure_ascii=False))
    elif state:
        as_table(state, found)
    else:
        typer.echo("Nothing is running. `jianbao up` starts everything.")
    sys.exit(exit_status(state, found))


def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after the table instead of running until Ctrl-C.")] = False,
    query: Annotated[str, typer.Option("--query", "-q", help="What to search for.")] = "零碳工厂",
) -> None:
    """Start everything on free ports with data that is gone afterwards, feed the sample digest and search it.

    Runs until Ctrl-C, which stops all of it. Does not disturb what `jianbao up` started.

    Examples: jianbao demo · jianbao demo --once · jianbao demo -q 碳足迹
    """
    sys.exit(demonstration.demo(once=once, query=query))


def add_to(app: typer.Typer) -> None:
    """Register on the `jianbao` command."""
    for command in (demo, up, down, status):
        app.command()(command)
