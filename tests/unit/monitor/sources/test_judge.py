"""What there is to say of sources."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.monitor.report.facts import SourceFacts
from services.monitor.sources.judge import judged
from shared.freshness.history import History
from shared.quality.figures import Figures
from shared.registry.entry import Entry
from shared.registry.listing import Listing
from tests.fakes.histories import weekly

LAST = date(2026, 2, 6)
NOW = datetime(2026, 2, 7, tzinfo=UTC)
USUAL = Figures("", 10, 0.9, 0.95, contents=0, entities=8.0, unclassified=0.1, untitled=0.0, longest=600)
STRANGE = USUAL._replace(items=1, entities=80.0, untitled=1.0, longest=7000)


def listing(**said: object) -> Listing:
    """A registry with one source."""
    made = Listing(light=True)
    made.note(Entry.model_validate({"source": "weekly", "edition": 1, "name": "双碳周报", "changed_at": NOW, "by": "key desk"} | said))
    return made


def looking(history: History, strange: int) -> History:
    """So many of its newest issues look different."""
    issues = [replace(one, looks=(STRANGE if at < strange else USUAL)._replace(digest_id=one.digest_id)) for at, one in enumerate(history.issues)]
    return replace(history, issues=tuple(issues))


@pytest.mark.parametrize(("days", "found"), [(1, []), (8, []), (20, [20.0])])
def test_a_silent_source(days: int, found: list[float]) -> None:
    """Far beyond its next issue, counted from its last; late within what is usual is not worth an alarm."""
    said = judged(listing(), {"weekly": weekly(LAST)}, datetime(2026, 2, 6, tzinfo=UTC) + timedelta(days=days))
    assert [one.silent_days for one in said] == found
    assert [one.shown for one in said] == ["双碳周报"] * len(found)


def test_a_source_that_is_off_is_not_waited_for() -> None:
    """Nothing is said of it."""
    assert judged(listing(on=False), {"weekly": weekly(LAST)}, NOW + timedelta(days=90)) == []


def test_a_registered_source_that_never_brought_anything() -> None:
    """It counts from the day on which its first issue was expected."""
    [said] = judged(listing(cadence="weekly"), {}, NOW + timedelta(days=30))
    assert said.silent_days == 23.0


def test_an_issue_with_far_too_few_items() -> None:
    """It is named."""
    history = weekly(LAST)
    short = replace(history, issues=(replace(history.issues[0], items=2), *history.issues[1:]))
    assert judged(listing(), {"weekly": short}, NOW) == [SourceFacts("weekly", "双碳周报", partial=(2, 10), digests=(f"{0:032x}",))]


@pytest.mark.parametrize(("gone", "said"), [(1, ["第11期"]), (2, ["第10期"]), (5, [])])
def test_missing_numbers(gone: int, said: list[str]) -> None:
    """Between the latest issues alone: an older gap is nothing that a person would mend today."""
    history = weekly(LAST, issues=8, number=12)
    without = replace(history, issues=tuple(one for at, one in enumerate(history.issues) if at != gone))
    assert [one.missing for one in judged(listing(), {"weekly": without}, NOW)] == said


def test_a_new_layout_with_the_digests_that_show_it() -> None:
    """It ends when an issue is as usual again, or a person says since when the layout is right."""
    history = weekly(LAST, issues=10)
    [said] = judged(listing(), {"weekly": looking(history, 2)}, NOW)
    assert said.digests == (f"{1:032x}", f"{0:032x}")
    assert said.drifted is not None
    assert "每期条目由 10 变为 1" in said.drifted
    assert judged(listing(), {"weekly": looking(history, 1)}, NOW) == []
    assert judged(listing(usual_from="2026-01-30"), {"weekly": looking(history, 2)}, NOW) == []
