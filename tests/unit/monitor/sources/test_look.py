"""Looks at sources, and what the report holds while nobody can look."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.monitor.lag.window import Course
from services.monitor.report.facts import EngineFacts, Facts, LagFacts
from services.monitor.sources.look import SourceLook
from shared.completeness import Completeness
from shared.registry.listing import Listing
from tests.fakes.histories import FakeHistories, weekly

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WELL = Facts(NOW, completeness=Completeness(state="green", reason="equal"))


def silent(look: SourceLook, facts: Facts = WELL) -> list[str]:
    """Sources that the report calls silent."""
    return [one.source for one in look.add(facts).sources if one.silent_days is not None]


async def test_what_was_found_stays_while_elasticsearch_is_away() -> None:
    """Nothing ends and nothing is raised."""
    histories = FakeHistories(daily=weekly(date(2026, 2, 6)))
    look = SourceLook(histories, Listing(), every=30, now=lambda: NOW)
    await look.look()
    assert silent(look) == ["daily"]
    histories.away, histories.found = True, {}
    await look.look()
    assert silent(look) == ["daily"]
    histories.away = False
    await look.look()
    assert silent(look) == []


async def test_nothing_is_said_before_the_registry_is_read() -> None:
    """A source may be off, or appear once a year."""
    look = SourceLook(FakeHistories(weekly=weekly(date(2026, 2, 6))), Listing(complete=False), every=30, now=lambda: NOW)
    await look.look()
    assert silent(look) == []


async def test_no_source_is_silent_as_its_issue_waits_for_a_stage() -> None:
    """Silence is judged at the time until which what was received is searchable; not at all where nobody
    knows it."""
    look = SourceLook(FakeHistories(weekly=weekly(date(2026, 2, 6))), Listing(), every=30, now=lambda: NOW)
    since = NOW - timedelta(days=20)
    waits = LagFacts(Course("STALL", 3), 1, unsearchable_from=since, unsearchable=True)
    for lag in (waits, replace(waits, unsearchable_from=None)):
        look.add(replace(WELL, lags={"enrich": lag}))
        await look.look()
        assert silent(look) == []
    look.add(replace(WELL, engines={"kafka": EngineFacts(False, "refused")}))
    await look.look()
    assert silent(look) == []
    look.add(WELL)
    await look.look()
    assert silent(look) == ["weekly"]
