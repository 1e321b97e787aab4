"""The history of each source, what the registry says of it, and the time → the sources of which there is
something to say. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from services.monitor.report.facts import SourceFacts
from shared.freshness import numbers
from shared.freshness.history import History
from shared.freshness.judge import Freshness, Issue, judge
from shared.quality import drift, words
from shared.registry.listing import Listing
from shared.text.dates import SHANGHAI

RECENT = 4
"""Issues between which a missing number is worth a look: older gaps stand on the page of sources."""


def judged(listing: Listing, histories: Mapping[str, History], now: datetime) -> list[SourceFacts]:
    """Return what there is to say, by source; nothing of one that is off.

    `now` is until when what was received is searchable: what is still on its way leaves no source silent.
    """
    known = {**dict.fromkeys(listing.entries), **dict.fromkeys(histories)}
    return [one for source in known if listing.on(source) for one in _said(source, listing, histories.get(source), now)]


def _said(source: str, listing: Listing, history: History | None, now: datetime) -> Iterator[SourceFacts]:
    entry, shown = listing.entries.get(source), listing.shown(source)
    fresh = judge(
        history.issues if history else (),
        now=now,
        cadence=entry.cadence if entry else None,
        since=entry.changed_at if entry else None,
        usual_from=entry.usual_from if entry else None,
    )
    if fresh.state == "overdue":
        yield SourceFacts(source, shown, silent_days=_silent(fresh, now))
    if history is None:
        return
    steps = drift.steps(history.looks(entry.usual_from if entry else None))
    if fresh.partial and fresh.last and not steps:  # a new layout explains it
        yield SourceFacts(source, shown, partial=(fresh.partial.items, fresh.partial.usual), digests=(fresh.last.digest_id,))
    if missing := _missing(history.issues):
        yield SourceFacts(source, shown, missing=missing)
    if steps:
        yield SourceFacts(
            source,
            shown,
            drifted=words.chinese(steps),
            drifted_english=words.english(steps),
            digests=steps[0].digests,
        )


def _silent(fresh: Freshness, now: datetime) -> float:
    """Return the days since its last issue; of a source that brought none, since its first was expected."""
    today = now.astimezone(SHANGHAI).date()
    return float((today - fresh.last.day).days if fresh.last else fresh.late_days)


def _missing(issues: Sequence[Issue]) -> str | None:
    printed = [number for issue in reversed(issues[:RECENT]) if (number := numbers.read(issue.number))]
    found = [f"{gap.year}年{_span(gap.numbers)}" if gap.year else _span(gap.numbers) for gap in numbers.gaps(printed)]
    return "、".join(found) or None


def _span(missing: Sequence[int]) -> str:
    first, last = missing[0], missing[-1]
    return f"第{first}期" if first == last else f"第{first}至{last}期"
