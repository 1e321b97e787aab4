"""`jianbao dead`: what the pipeline gave up on, why, and what is done about it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from services.operate.dead_letters import options as opt
from services.operate.dead_letters import skip_command, terminal
from services.operate.dead_letters.report import group_facts, report, standing_facts, write
from services.operate.dead_letters.session import Session, bar, session
from shared.dead_letters import export as files
from shared.dead_letters import selection
from shared.dead_letters.actions import Operator
from shared.dead_letters.excerpt import excerpt
from shared.dead_letters.groups import groups as groups_of
from shared.dead_letters.kinds import Running, hope, kind
from shared.dead_letters.letter import Letter
from shared.dead_letters.reading import originals
from shared.dead_letters.selection import Action, Filter, Plan
from shared.errors import Rejected
from shared.operations import operator

DEAD_HELP = """Dead letters: digests that a stage gave up on, with their original bytes.

A letter is named by its place in the dead topic (2/17), or by its digest's id where that has only one.

Examples: jianbao dead list --groups · jianbao dead show 2/17 · jianbao dead retry --error crashed --dry-run
"""

dead = typer.Typer(no_args_is_help=True, help=DEAD_HELP)

LIST_HELP = """List dead letters that ask for attention, newest first: open ones, and those that were sent again and nothing has come of it yet.

Examples:

  jianbao dead list

  jianbao dead list --groups

  jianbao dead list --stage enrich --error undecodable --since 2d --limit 50

  jianbao dead list --state all --json | jq -r '[.place, .state] | @tsv'
"""
SHOW_HELP = """Show all that is known of one letter, who did what about it, and the beginning of its bytes with control characters escaped.

Exits 1 when there is no such letter.

Example: jianbao dead show 2/17
"""
RETRY_HELP = """Send letters again, as they were, to the topic that they came from.

A letter that comes through leaves the list; one that dies again is replaced by its new letter. A letter is refused where retrying
can't help (such as too_large, until a newer build runs: `dead list --groups` says which), and after 3 tries: mend what it dies of,
then --force. Run again after an interruption: what was sent is left out, and what was sent twice comes out once.

Exits 1 when any letter was refused or could not be sent, 130 when Ctrl-C stopped it: it says how many were sent.

Examples:

  jianbao dead retry 2/17 --reason "parser mended"

  jianbao dead retry --stage enrich --error crashed --dry-run

  jianbao dead retry --all --rate 5
"""
EXPORT_HELP = """Write letters to a folder: PLACE.bin has the original bytes, PLACE.json all that is known of them. Letters stay as they are.

Examples:

  jianbao dead export 2/17 --to letters

  jianbao dead export --error undecodable --to letters
"""
DISCARD_HELP = """Give letters up: they leave the list. Their bytes stay in Kafka for 30 days, and `retry --force` still sends them.

Exits 1 when any letter was refused.

Examples:

  jianbao dead discard 2/17 --reason "a test of ours"

  jianbao dead discard --source demo --until 2026-02-06 --dry-run
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `jianbao`."""
    app.add_typer(dead, name="dead")


@dead.command("list", help=LIST_HELP)
def list_(
    stage: opt.Stage = None,
    error: opt.Error = None,
    source: opt.Source = None,
    digest: opt.Digest = None,
    since: opt.Since = None,
    until: opt.Until = None,
    state: opt.States = None,
    groups: Annotated[bool, typer.Option("--groups", help="By error: how many, since when, what it means and what to do.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    json: opt.Json = False,
) -> None:
    """See LIST_HELP."""
    wanted = opt.filter_of(stage, error, source, digest, since, until, state)

    async def work(session: Session) -> int:
        register, letters, topics = session.register, selection.chosen(session.register, wanted), session.common.topics
        if groups:
            made = groups_of(register, letters, topics=(topics.raw.name, topics.enriched.name))
            if json:
                for group in made:
                    write(group_facts(group))
            else:
                terminal.show_groups(made)
        elif json:
            for letter in letters[:limit]:
                write(letter.to_dict() | standing_facts(session, letter))
        elif letters:
            terminal.show_list(letters[:limit], register, of=len(letters))
        else:
            narrowed = " of that kind" if wanted.narrow or state else ""
            typer.echo(f"No dead letters{narrowed} in {session.common.topics.dead.name}.")
        return 0

    _run(work)


@dead.command(help=SHOW_HELP)
def show(letter: Annotated[str, typer.Argument(help="Its place (2/17) or its digest's id.")], json: opt.Json = False) -> None:
    """See SHOW_HELP."""

    async def work(session: Session) -> int:
        found = selection.named(session.register, letter)
        async for _, record in originals(session.scanner, session.common.topics.dead.name, [found.place]):
            if json:
                facts = files.sidecar(found, session.register.standing(found.place), record, session.register.history(found.place))
                means = kind(found.stage, found.error)
                said = {"chinese": means.chinese._asdict(), "english": means.english._asdict(), "hope": hope(found, Running())}
                write(facts | said | {"beginning": excerpt(record.value)})
            else:
                terminal.show_letter(found, session.register, record)
            return 0
        raise Rejected("no_letter", f"letter {letter} was deleted by Kafka just now")

    _run(work)


@dead.command(help=RETRY_HELP)
def retry(
    letters: opt.Letters = None,
    stage: opt.Stage = None,
    error: opt.Error = None,
    source: opt.Source = None,
    digest: opt.Digest = None,
    since: opt.Since = None,
    until: opt.Until = None,
    state: opt.States = None,
    all_: opt.All = False,
    limit: opt.Limit = None,
    rate: Annotated[float, typer.Option(min=0, help="Letters a second, so that live digests are not held up; 0 for as fast as it goes.")] = 20,
    force: Annotated[bool, typer.Option("--force", help="Also where retrying can't help, beyond 3 tries, and what is settled or under way.")] = False,
    dry_run: opt.DryRun = False,
    reason: opt.Reason = None,
    json: opt.Json = False,
) -> None:
    """See RETRY_HELP."""
    wanted = opt.filter_of(stage, error, source, digest, since, until, state)
    opt.check_which(letters, wanted, all_)

    async def work(session: Session) -> int:
        plan = _plan(session, letters, wanted, "retry", limit=limit, force=force)
        if dry_run:
            return report(plan, None, "would be sent again", json=json)
        with bar("sending") as progress:
            task = progress.add_task("", total=len(plan.letters))
            sender = _operator(session, reason, lambda count: progress.advance(task, count))
            done = await sender.retry(session.register, session.scanner, plan.letters, rate=rate)
        return report(plan, done, "sent again", json=json)

    _run(work)


@dead.command(help=DISCARD_HELP)
def discard(
    letters: opt.Letters = None,
    stage: opt.Stage = None,
    error: opt.Error = None,
    source: opt.Source = None,
    digest: opt.Digest = None,
    since: opt.Since = None,
    until: opt.Until = None,
    state: opt.States = None,
    all_: opt.All = False,
    limit: opt.Limit = None,
    dry_run: opt.DryRun = False,
    reason: opt.Reason = None,
    json: opt.Json = False,
) -> None:
    """See DISCARD_HELP."""
    wanted = opt.filter_of(stage, error, source, digest, since, until, state)
    opt.check_which(letters, wanted, all_)

    async def work(session: Session) -> int:
        plan = _plan(session, letters, wanted, "discard", limit=limit)
        done = None if dry_run else await _operator(session, reason, lambda _count: None).discard(plan.letters)
        return report(plan, done, "would be discarded" if dry_run else "discarded", json=json)

    _run(work)


@dead.command(help=EXPORT_HELP)
def export(
    letters: opt.Letters = None,
    stage: opt.Stage = None,
    error: opt.Error = None,
    source: opt.Source = None,
    digest: opt.Digest = None,
    since: opt.Since = None,
    until: opt.Until = None,
    state: opt.States = None,
    all_: opt.All = False,
    to: Annotated[Path, typer.Option(file_okay=False, help="Folder; it is made where it is missing.")] = Path("letters"),
) -> None:
    """See EXPORT_HELP."""
    wanted = opt.filter_of(stage, error, source, digest, since, until, state)
    opt.check_which(letters, wanted, all_)

    async def work(session: Session) -> int:
        found = _chosen(session, letters, wanted)
        known, written = {letter.place: letter for letter in found}, 0
        with bar("writing") as progress:
            task = progress.add_task("", total=len(found))
            async for place, record in originals(session.scanner, session.common.topics.dead.name, list(known)):
                if session.stop.is_set():
                    break
                facts = files.sidecar(known[place], session.register.standing(place), record, session.register.history(place))
                files.write(to, known[place], record, facts)
                written += 1
                progress.advance(task)
        typer.echo(f"{written} of {len(found)} dead letters written to {to}")
        return 130 if session.stop.is_set() else int(written < len(found))

    _run(work)


skip_command.add_to(dead)


def _run(work: Any) -> None:
    """Within a session; exits with what the work answers."""

    async def within() -> int:
        async with session() as made:
            status: int = await work(made)
            return status

    if status := asyncio.run(within()):
        raise typer.Exit(status)


def _chosen(session: Session, names: Sequence[str] | None, wanted: Filter) -> list[Letter]:
    if not names:
        return selection.chosen(session.register, wanted)
    return list({letter.place: letter for letter in (selection.named(session.register, name) for name in names)}.values())


def _plan(session: Session, names: Sequence[str] | None, wanted: Filter, doing: Action, *, limit: int | None = None, force: bool = False) -> Plan:
    topics = session.common.topics
    made = selection.plan(session.register, _chosen(session, names, wanted), doing, topics=(topics.raw.name, topics.enriched.name), force=force)
    return replace(made if names else made.filtered(), letters=made.letters[:limit])


def _operator(session: Session, reason: str | None, told: Any) -> Operator:
    return Operator(session.kafka, session.common.topics, operator(), reason, session.stop, told)
