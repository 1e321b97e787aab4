"""The options that the commands of dead letters share, and what they mean."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

import typer

from shared.dead_letters.selection import Filter
from shared.dead_letters.state import ACTIVE, STATES
from shared.text.dates import moment


class Shown(StrEnum):
    """A state of letters, or all; an Enum, as typer takes no list of literals."""

    OPEN = "open"
    RETRYING = "retrying"
    SOLVED = "solved"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"
    ALL = "all"


Letters = Annotated[list[str] | None, typer.Argument(metavar="[LETTER]...", help="Places (2/17) or digests' ids.")]
Stage = Annotated[Literal["ingest", "enrich", "index"] | None, typer.Option(help="Only of this stage.")]
Error = Annotated[str | None, typer.Option(help="Only with this error, such as undecodable.")]
Source = Annotated[str | None, typer.Option(help="Only of this source.")]
Digest = Annotated[str | None, typer.Option(metavar="ID", help="Only of this digest.")]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Not before: a day or time in Asia/Shanghai, or 30m, 2h, 3d ago.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Not after.")]
States = Annotated[list[Shown] | None, typer.Option("--state", help="In this state, may be repeated; open and retrying where none is named.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, without the bytes.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.")]
All = Annotated[bool, typer.Option("--all", help="All that are listed, where neither letters nor filters say which.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Reason = Annotated[str | None, typer.Option(help="Why, for those who look later.")]


def filter_of(
    stage: str | None, error: str | None, source: str | None, digest: str | None, since: str | None, until: str | None, state: Sequence[Shown] | None
) -> Filter:
    """The filter; raises BadParameter for a time that is none."""
    states = tuple(one for one in STATES if Shown.ALL in state or one in state) if state else ACTIVE
    return Filter(stage, error, source, digest, _moment(since, "--since"), _moment(until, "--until", end=True), states)


def _moment(text: str | None, option: str, *, end: bool = False) -> datetime | None:
    try:
        return moment(text, now=datetime.now(UTC), end=end) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def check_which(letters: Sequence[str] | None, wanted: Filter, all_: bool) -> None:
    """Raise BadParameter unless it is said which letters are meant."""
    if letters and (wanted.narrow or all_):
        raise typer.BadParameter("name letters, or say by filters which: not both", param_hint="LETTER")
    if not letters and not wanted.narrow and not all_:
        raise typer.BadParameter("name letters, say by filters which, or --all", param_hint="LETTER")
