"""Until when everything that was received is searchable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.monitor.lag.window import Course, State
from services.monitor.report.behind import behind
from services.monitor.report.facts import Facts, LagFacts, Service
from shared.completeness import Completeness, Reason, unknown
from shared.completeness import State as ContentState
from shared.health.report import Behind

NOW = datetime(2026, 2, 6, tzinfo=UTC)
GREEN = Completeness(state="green", reason="equal", at=NOW)
OLD, OLDER = NOW - timedelta(minutes=20), NOW - timedelta(minutes=40)


def waiting(since: datetime | None, state: State = "OK") -> LagFacts:
    """Something that was never taken waits since then."""
    return LagFacts(Course(state, 3), 1, unsearchable_from=since, unsearchable=True)


def facts(**lags: LagFacts) -> Facts:
    """With a whole index."""
    named: dict[Service, LagFacts] = {"enrich": lags["enrich"]} if "enrich" in lags else {}
    named |= {"index": lags["index"]} if "index" in lags else {}
    return Facts(NOW, lags=named, completeness=GREEN)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (facts(), None),
        (facts(enrich=LagFacts(Course("OK", 0), 1)), None),
        (facts(enrich=waiting(NOW - timedelta(seconds=5))), None),  # on its way
        (facts(enrich=waiting(OLD)), Behind(until=OLD)),  # it catches up
        (facts(enrich=waiting(NOW - timedelta(seconds=5), "STOP")), Behind(until=NOW - timedelta(seconds=5))),
        (facts(enrich=waiting(OLD, "STALL"), index=waiting(OLDER, "WARN")), Behind(until=OLDER)),
        (facts(enrich=waiting(OLD, "STALL"), index=waiting(None, "STALL")), Behind(until=None)),
        (facts(index=waiting(None)), None),  # nobody knows since when, nor that it is late
        (facts(index=LagFacts(Course("REWIND", 900), 1)), None),  # what is read again is searchable
        (facts(index=LagFacts(Course("STALL", 900), 1)), None),
    ],
)
def test_lagging_stages(seen: Facts, found: Behind | None) -> None:
    """The oldest digest that waits anywhere."""
    assert behind(seen) == found


@pytest.mark.parametrize(
    ("state", "reason", "items", "late"),
    [
        ("red", "missing", 5, True), ("yellow", "filling", 5, True), ("red", "no_index", 5, True), ("yellow", "unlike", 5, True),
        ("yellow", "unlike", 11, False), ("yellow", "extra", 11, False), ("green", "equal", 9, False),
    ],
)  # fmt: skip
def test_an_index_that_lacks_something(state: ContentState, reason: Reason, items: int, late: bool) -> None:
    """Nobody knows until when."""
    said = Completeness(state=state, reason=reason, named=9, items=items)
    assert behind(replace(facts(), completeness=said)) == (Behind(until=None) if late else None)


def test_what_is_not_known_is_not_said() -> None:
    """As while Kafka or Elasticsearch is away."""
    assert behind(replace(facts(), completeness=unknown("away"))) is None
