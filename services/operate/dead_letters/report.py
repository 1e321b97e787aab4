"""What came of a command on dead letters → words or JSON lines on standard output, and an exit status."""

from collections.abc import Sequence
from typing import Any

import orjson
import typer

from services.operate.dead_letters.session import Session
from shared.dead_letters.actions import Done
from shared.dead_letters.groups import Group
from shared.dead_letters.letter import Letter
from shared.dead_letters.selection import Plan
from shared.terminal import write_json


def report(plan: Plan, done: Done | None, what: str, *, json: bool) -> int:
    """Say what came of it; the exit status."""
    missing = done.missing if done else []
    letters = done.letters if done else list(plan.letters)
    refused = [*((letter, str(why)) for letter, why in plan.refused), *((letter, "Kafka has deleted it just now") for letter in missing)]
    if json:
        for letter in letters:
            write({"place": str(letter.place), "digest_id": letter.digest_id, "outcome": what})
        for letter, why in refused:
            write({"place": str(letter.place), "digest_id": letter.digest_id, "outcome": "refused", "why": why})
    if not json:
        _say_refused(refused)
    stopped = done is not None and done.stopped
    rest = "; stopped by Ctrl-C, run the same again for the rest" if stopped else ""
    typer.echo(f"{len(letters)} of {len(plan.letters) + len(plan.refused)} dead letters {what}{rest}", err=json)
    return 130 if stopped else int(bool(refused))


NAMED = 5
"""Letters that are named of those that are refused for the same reason."""


def _say_refused(refused: Sequence[tuple[Letter, str]]) -> None:
    """A line for each, or one for many that are refused for the same reason."""
    by_reason: dict[str, list[str]] = {}
    for letter, why in refused:
        by_reason.setdefault(why, []).append(str(letter.place))
    for why, places in by_reason.items():
        if len(places) <= NAMED:
            for place in places:
                typer.echo(f"{place}: {why}", err=True)
        else:
            typer.echo(f"{', '.join(places[:NAMED])} and {len(places) - NAMED:,} more: {why}", err=True)


def group_facts(group: Group) -> dict[str, Any]:
    """A group with what its error means, as JSON takes it."""
    facts: dict[str, Any] = {name: value for name, value in group.__dict__.items() if name not in ("wordings", "top_sources")}
    return facts | {
        "newest": str(group.newest),
        "chinese": group.kind.chinese._asdict(),
        "english": group.kind.english._asdict(),
        "top_sources": dict(group.top_sources),
        "wordings": [wording.__dict__ | {"newest": str(wording.newest)} for wording in group.wordings],
    }


def standing_facts(session: Session, letter: Letter) -> dict[str, Any]:
    """What became of a letter, as JSON takes it."""
    standing = session.register.standing(letter.place)
    return {"state": standing.state, "tries": standing.tries, "newer": str(standing.newer) if standing.newer else None}


def write(facts: dict[str, Any]) -> None:
    """A line of JSON."""
    write_json(orjson.dumps(facts))
