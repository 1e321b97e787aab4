"""Points of the last 24 hours."""

from datetime import UTC, datetime, timedelta

from services.monitor.lag.window import Course
from services.monitor.report.facts import Facts, LagFacts
from services.monitor.watch.history import MINUTES, History

START = datetime(2026, 2, 6, tzinfo=UTC)


def round_at(second: int, lag: int, oldest: float | None = None) -> Facts:
    """A round with so many records waiting."""
    return Facts(at=START + timedelta(seconds=second), lags={"enrich": LagFacts(Course("OK", lag, 2.0), 1, oldest_seconds=oldest)})


def test_a_minute_shows_the_worst_of_its_rounds() -> None:
    """So that a short trouble is seen."""
    history = History()
    for second, lag, state in ((0, 1, "green"), (20, 9, "red"), (59, 0, "green"), (61, 2, "yellow")):
        history.add(round_at(second, lag, lag * 1.0), state)  # type: ignore[arg-type]
    assert [(point.state, point.lag["enrich"], point.oldest["enrich"]) for point in history.points] == [
        ("red", 9, 9.0),
        ("yellow", 2, 2.0),
    ]


def test_a_day_is_kept() -> None:
    """Older points go."""
    history = History()
    for minute in range(MINUTES + 10):
        history.add(round_at(60 * minute, minute), "green")
    assert (len(history.points), history.points[0].lag["enrich"]) == (MINUTES, 10)


def test_a_stage_may_come_later() -> None:
    """Its topic was made within the minute."""
    history = History()
    history.add(Facts(at=START), "yellow")
    history.add(round_at(1, 3), "green")
    assert [point.lag for point in history.points] == [{"enrich": 3}]
