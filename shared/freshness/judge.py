"""The latest issues of a source, what the registry says of it, and the time → how fresh it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Literal

from shared.freshness import numbers
from shared.freshness.numbers import Gap
from shared.freshness.rhythm import Rhythm, expected, overdue_from, rhythm
from shared.quality.figures import Figures
from shared.registry.entry import Cadence
from shared.text.dates import SHANGHAI

State = Literal["off", "never", "new", "irregular", "fresh", "due", "overdue"]
"""off: nobody waits for it; never: nothing came yet; new: too little history to expect anything; irregular: nothing to
expect; fresh, due, overdue: the next issue is still to come, is late within what is usual, is late beyond it."""

HISTORY = 4
"""Issues before the last from which their usual number of items tells."""

FEW, LEAST_FEWER = 0.5, 3
"""An issue of less than this share of the usual items, and of so many fewer, is partial: weeklies vary by a third."""

SPREADS = 3.0
"""And by so many times what issues usually differ from it: without this, one in four issues of a daily with
5 to 29 items was partial."""

OF_CONTENTS, LEAST_CONTENTS = 0.7, 4
"""As many of the titles in its contents list must be items, where the list has some: one may be a section's name."""


@dataclass(frozen=True)
class Issue:
    """A digest of the source, as its manifest says."""

    digest_id: str
    received_at: datetime
    published_on: date | None
    items: int
    number: str | None = None
    contents: int = 0
    """Titles in its contents list; 0 where none is printed"""
    looks: Figures | None = None
    """What it looks like, as far as its manifest says"""

    @property
    def day(self) -> date:
        """Of publication, else of receipt in Shanghai."""
        return self.published_on or self.received_at.astimezone(SHANGHAI).date()


@dataclass(frozen=True)
class Partial:
    """The last issue has far fewer items than it should."""

    items: int
    usual: int
    basis: Literal["history", "contents"]


@dataclass(frozen=True)
class Freshness:
    """What is known of one source."""

    state: State
    rhythm: Rhythm | None = None
    last: Issue | None = None
    silent_seconds: float | None = None
    """Since its last digest was received; None where there is none"""
    expected_on: date | None = None
    late_days: int = 0
    """Behind the expected day, where it is due or overdue"""
    partial: Partial | None = None
    gaps: tuple[Gap, ...] = ()


def judge(
    issues: Sequence[Issue],
    *,
    now: datetime,
    cadence: Cadence | None = None,
    on: bool = True,
    since: datetime | None = None,
    usual_from: date | None = None,
) -> Freshness:
    """How fresh a source is by its latest issues, in any order.

    `cadence` is what people say, `since` when the source was made: where nothing came yet, its first issue is
    expected from then. Issues before `usual_from` say nothing of how many items are usual.
    """
    today = now.astimezone(SHANGHAI).date()
    ordered = sorted(issues, key=lambda issue: (issue.day, issue.received_at))
    of = rhythm([issue.day for issue in ordered], cadence)
    if not ordered:
        return _nothing_yet(of, on=on, since=since, today=today)
    last = ordered[-1]
    state: State = "off" if not on else "new" if of is None else "irregular" if of.cadence == "irregular" else "fresh"
    due = expected(last.day, of) if of and on else None
    if due is not None and of is not None and today > due:
        state = "overdue" if today >= overdue_from(due, of) else "due"
    return Freshness(
        state,
        of,
        last,
        max(0.0, (now - max(issue.received_at for issue in ordered)).total_seconds()),
        due,
        max(0, (today - due).days) if due else 0,
        _partial([issue for issue in ordered if usual_from is None or issue.day >= usual_from]),
        tuple(numbers.gaps(found for issue in ordered if (found := numbers.read(issue.number)))),
    )


def _nothing_yet(of: Rhythm | None, *, on: bool, since: datetime | None, today: date) -> Freshness:
    if not on:
        return Freshness("off", of)
    due = expected(since.astimezone(SHANGHAI).date(), of) if of and since else None
    if of and due and today >= overdue_from(due, of):
        return Freshness("overdue", of, expected_on=due, late_days=(today - due).days)
    return Freshness("never", of, expected_on=due)


def _partial(ordered: Sequence[Issue]) -> Partial | None:
    if not ordered:
        return None
    last = ordered[-1]
    if last.contents >= LEAST_CONTENTS and last.items < OF_CONTENTS * last.contents:
        return Partial(last.items, last.contents, "contents")
    before = [issue.items for issue in ordered[:-1]]
    if len(before) < HISTORY:
        return None
    usual = round(median(before))
    spread = median(abs(items - usual) for items in before)
    if last.items < FEW * usual and usual - last.items >= max(LEAST_FEWER, SPREADS * spread):
        return Partial(last.items, usual, "history")
    return None
