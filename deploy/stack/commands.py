"""`jianbao up`, `down`, `restart`, `status` and `demo`: everything on this machine, without Docker."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.engines import folders
from deploy.stack import demo as demonstration
from deploy.stack import found
from deploy.stack import state as states
from deploy.stack.background import Wishes, chosen, folder_of, restart, start, stop
from shared.terminal import write_json

if TYPE_CHECKING:
    from deploy.stack.status.look import Status

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="The stack that keeps its data there, where several run.")]


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
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Any free port for all that is given none: for a second stack, with another --data-dir.")
    ] = False,
    no_services: Annotated[bool, typer.Option("--no-services", help="Kafka and Elasticsearch only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
) -> None:
    """Start Kafka, Elasticsearch and the six services in the background, and return when all are ready.

    The first time Kafka and Elasticsearch are fetched (180 MB). What was fed is kept until the data folder is deleted.

    Every other command then finds it by itself, whatever its ports are.

    Examples: jianbao up · jianbao up --data-dir ~/trial --free-ports · jianbao up --no-services --kafka-port 0 --elasticsearch-port 0
    """
    started, state = start(
        Wishes(
            kafka_port=kafka_port,
            elasticsearch_port=elasticsearch_port,
            ingest_port=ingest_port,
            search_port=search_port,
            data_dir=data_dir,
            services=not no_services,
            free_ports=free_ports,
        )
    )
    if started and not no_services:
        _green(folder_of(data_dir), SETTLE_SECONDS)
    if as_json:
        write_json(json.dumps({"started": started, "addresses": state.addresses, "logs": str(state.log_dir), "data": str(state.data_dir)}, indent=2))
        return
    typer.echo("Everything is ready:" if started else "Already running (`jianbao down` stops it):")
    for name, address in state.addresses.items():
        if name in SHOWN:
            typer.echo(f"  {name:14} {address}")
    typer.echo(f"  {'logs':14} {state.log_dir}")
    typer.echo(f"  {'data':14} {state.data_dir}")
    if started and not no_services:
        typer.echo("Next: jianbao feed FILE, then jianbao search WORDS or the page of search; jianbao status says how it is.")


SHOWN = ("kafka", "elasticsearch", "ingest", "search", "monitor")
"""What people and programs talk to."""


def down(data_dir: DataDir = None) -> None:
    """Stop what `jianbao up` started, services first, and wait until all of it is gone. Data is kept.

    Examples: jianbao down · jianbao down --data-dir ~/trial
    """
    dead = [state for state in states.every(folders.state_dir()) if not state.alive and data_dir in (None, state.data_dir)]
    stopped = stop(data_dir)
    if stopped:
        typer.echo(f"Stopped; its data stays in {stopped.data_dir}.")
    else:
        typer.echo("Nothing was running" + (f": the stack with its data in {dead[0].data_dir} was dead." if dead else "."))


def restart_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="kafka, elasticsearch, ingest, enrich, index, search, monitor or fetch.")],
    data_dir: DataDir = None,
) -> None:
    """Restart one engine or service that `jianbao up` started, also one that hangs or was given up, and wait until it is ready.

    Nothing is lost: what was in flight is done again.

    Examples: jianbao restart enrich · jianbao restart kafka
    """
    ready = restart(name, data_dir)
    typer.echo(f"{ready.name} runs again on {ready.address}.")


WAIT_SECONDS = 120.0
"""A cold start on a busy machine takes about a minute until the first report is green."""


def status(
    wait: Annotated[bool, typer.Option("--wait", help="Until all is green, or --wait-seconds have passed.")] = False,
    wait_seconds: Annotated[float, typer.Option(min=0, help="At most, with --wait.")] = WAIT_SECONDS,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say whether all works: the monitor's report with what is wrong, why, since when, what it means and what to do.

    It asks each service whether it is ready, and does so alone where the monitor does not answer. Without a stack of
    `jianbao up` it asks where the environment says (SEARCH_URL …), else at the usual ports.

    Exit status: 0 green, 1 red, 3 nothing runs, 4 yellow, 5 unknown.

    Examples: jianbao status · jianbao status --wait && jianbao feed weekly.txt · jianbao status --json | jq -r .state
    """
    from deploy.stack.status import show  # a web server's packages come with it, which other commands need not
    from deploy.stack.status.look import EXIT

    looked = _green(data_dir, wait_seconds) if wait else _looked(data_dir)
    if as_json:
        write_json(json.dumps(show.as_json(looked), indent=2, ensure_ascii=False))
    else:
        show.as_text(looked)
    sys.exit(EXIT[looked.state])


LOOK_SECONDS = 1.0
"""Between looks with --wait; the monitor looks every two seconds."""


SETTLE_SECONDS = 30.0
"""From all being ready to the first green report, at most: the monitor compares every ten seconds."""


def _green(data_dir: Path | None, seconds: float) -> "Status":
    """Look until all is green, nothing runs, or the time is over; return the last look."""
    deadline = time.monotonic() + seconds
    while (looked := _looked(data_dir)).state not in ("green", "none") and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return looked


def _looked(data_dir: Path | None) -> "Status":
    from deploy.stack.status import ask
    from deploy.stack.status.look import Status

    environ = dict(os.environ)
    if data_dir is not None and chosen(data_dir) is None:
        return Status(stack=None, dead=found.find(states.every(folders.state_dir()), {}, usual=folder_of(data_dir)).dead)
    which = found.here(environ, data_dir=folder_of(data_dir) if data_dir else None)
    which.settle(environ)
    return asyncio.run(ask.ask(which, environ))


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
    app.command("restart")(restart_)
