"""`jianbao replay`: what stands in the archive is enriched again by the build that runs this command."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError

from services.enrich.replay.choice import Choice, Plan
from services.enrich.replay.run import Replay, Replayed
from services.enrich.replay.show import Bar
from shared import log
from shared.configured import configured
from shared.settings import CommonSettings, EnrichSettings, KafkaSettings
from shared.terminal import write_json
from shared.text.dates import moment

RATE = 20.0
"""Digests a second: modest, 72,000 an hour; live digests were searchable no later beside it (median and 95th percentile of 40, two cores)."""

MAX_LAG = 50
"""Digests: groups commit once a second, so that a pipeline which keeps up with 20 digests a second shows that many."""

NICENESS = 10
"""Of this process and its children: where a live worker shares the machine, it gets the cores first."""

HELP = """Enrich again what is in the archive (the raw topic), such as for a newer build; without options all of it.

The newest revision of each digest is enriched by this build and sent to the enriched topic, where it replaces what is indexed or, when that
is newer, does nothing. Live digests go first. Alerts never fire on what is replayed. What fails is a dead letter, unless there is one already.

Examples:

  jianbao replay --dry-run

  jianbao replay --build-below 3 --rate 50

  jianbao replay --source shuangtan-weekly --since 2026-01-01 --until 2026-01-31

  jianbao replay --resume
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to `jianbao`."""
    app.command("replay", help=HELP)(replay)


def replay(
    source: Annotated[str | None, typer.Option(help="Only digests of this source.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY|TIME", help="Received on or after this day (Asia/Shanghai) or time.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY|TIME", help="Received on or before this day, or before this time.")] = None,
    digest: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this digest; may be repeated.")] = None,
    build_below: Annotated[int | None, typer.Option(min=0, metavar="BUILD", help="Only digests that no build from this one on has enriched.")] = None,
    rate: Annotated[float, typer.Option(min=0, help="Digests a second at most; 0 sets no limit.")] = RATE,
    max_lag: Annotated[int, typer.Option(min=0, help="Pause while enrich or index is more than so many digests behind.")] = MAX_LAG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the replay that began last and was stopped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What came of it as a JSON object.")] = False,
) -> None:
    """See HELP."""
    limits = (_moment(since, "--since"), _moment(until, "--until", end=True))
    try:
        choice = Choice(source=source, since=limits[0], until=limits[1], digests=tuple(digest or ()), build_below=build_below)
    except ValidationError:
        raise typer.BadParameter("a digest's id is 32 hex digits, as `jianbao feed` prints it", param_hint="--digest") from None
    if resume and (choice != Choice() or dry_run):
        raise typer.BadParameter("it goes on with what was asked for at the beginning: leave the other conditions out", param_hint="--resume")
    raise typer.Exit(run(choice, rate=rate, max_lag=max_lag, dry_run=dry_run, resume=resume, as_json=as_json))


def run(choice: Choice, *, rate: float, max_lag: int, dry_run: bool, resume: bool, as_json: bool, **options: Any) -> int:
    """Do it with a bar on standard error; the exit status. `options` go to Replay (tests name another function that enriches)."""
    common = configured(CommonSettings)
    log.setup("replay", common.model_copy(update={"log_level": "error"}))
    if not dry_run:
        os.nice(NICENESS)

    async def doing() -> int:
        made = Replay(common, configured(KafkaSettings), configured(EnrichSettings), rate=rate, max_lag=max_lag, stop=asyncio.Event(), **options)
        return await _run(made, choice, dry_run=dry_run, resume=resume, as_json=as_json)

    return asyncio.run(doing())


async def _run(made: Replay, choice: Choice, *, dry_run: bool, resume: bool, as_json: bool) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, made.stop.set)
    with Bar() as bar:
        made = replace(made, tell=bar.told)
        if dry_run:
            plan = await made.count(choice)
            replayed = None
        else:
            replayed = await (made.resume() if resume else made.begin(choice))
            plan = replayed.plan
    if as_json:
        _as_json(plan, replayed)
    elif replayed is None:
        typer.echo(f"{plan.digests:,} digests ({plan.bytes / 2**20:,.1f} MiB) would be enriched again; {_left_out(plan)}")
    else:
        typer.echo(_said(replayed))
    return 130 if made.stop.is_set() and (replayed is None or replayed.stopped) else 0


def _as_json(plan: Plan, replayed: Replayed | None) -> None:
    said: dict[str, Any] = {"digests": plan.digests, "bytes": plan.bytes, "older": plan.older, "other": plan.other}
    if replayed is not None:
        names = ("operation_id", "enriched", "dead", "known_dead", "already", "waited_seconds", "stopped")
        said |= {name: getattr(replayed, name) for name in names}
    write_json(orjson.dumps(said))


def _said(replayed: Replayed) -> str:
    done = replayed.already + replayed.enriched + replayed.dead + replayed.known_dead
    dead = f", {replayed.dead} dead letters" if replayed.dead else ""
    known = f", {replayed.known_dead} that have a dead letter already" if replayed.known_dead else ""
    before = f", {replayed.already} before it was stopped" if replayed.already else ""
    waited = f"; {replayed.waited_seconds:.0f} s spent waiting for live digests" if replayed.waited_seconds >= 1 else ""
    counts = f"{replayed.enriched:,} digests enriched again{before}{dead}{known}; {_left_out(replayed.plan)}{waited}"
    if not replayed.stopped:
        return counts
    if not replayed.operation_id:
        return "stopped before anything was done"
    return f"stopped after {done:,} of {replayed.plan.digests:,}; go on with: jianbao replay --resume\n{counts}"


def _left_out(plan: Plan) -> str:
    other = f", {plan.other:,} that are no digests" if plan.other else ""
    return f"left out: {plan.older:,} older revisions{other}"


def _moment(text: str | None, option: str, *, end: bool = False) -> datetime | None:
    try:
        return moment(text, end=end) if text else None
    except ValueError:
        raise typer.BadParameter("a day as 2026-02-06 or a time as 2026-02-06T08:30 is expected", param_hint=option) from None
