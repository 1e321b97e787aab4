"""Points → paths and the table behind them."""

from datetime import UTC, datetime, timedelta

from services.search.pipeline.charts import Chart, hours, lag, oldest
from shared.health.report import Colour, Point

NOW = datetime(2026, 2, 6, 12, tzinfo=UTC)


def point(minutes_ago: float, count: int, state: Colour = "green") -> Point:
    """So many wait for enrich."""
    return Point(at=NOW - timedelta(minutes=minutes_ago), state=state, lag={"enrich": count}, oldest={"enrich": count * 2.0}, per_second={})


def test_a_line_from_the_left_to_now() -> None:
    """The highest value touches the top."""
    assert lag([point(1, 0), point(0, 4)], "enrich", NOW) == Chart("M239.8 47.0L240.0 1.0", 4.0, 4.0)


def test_a_gap_in_the_points_is_a_gap_in_the_line() -> None:
    """Nobody looked then."""
    assert lag([point(60, 1), point(0, 1)], "enrich", NOW).line.count("M") == 2


def test_what_nobody_sees_now_is_no_figure_of_now() -> None:
    """Kafka has been away for an hour: the points of the last minutes say nothing of the lag."""
    blind = Point(at=NOW, state="red", lag={}, oldest={}, per_second={})
    found = lag([point(60, 5), blind], "enrich", NOW)
    assert (found.most, found.now) == (5.0, None)
    assert lag([point(2, 5), blind], "enrich", NOW).now == 5.0


def test_what_is_older_than_a_day_is_left_out() -> None:
    """And where nothing is left there is no line."""
    assert lag([point(25 * 60, 9), point(0, 1)], "enrich", NOW).most == 1.0
    assert lag([point(25 * 60, 9)], "enrich", NOW) == Chart("", 0.0, None)
    assert oldest([point(0, 3)], "index", NOW).line == ""


def test_hours_show_the_most_that_waited() -> None:
    """With the minutes that were not green, the newest first."""
    found = hours([point(62, 3), point(61, 7, "red"), point(1, 2, "yellow"), point(0, 1)], NOW)
    assert [(hour.at.hour, hour.lag, hour.troubled) for hour in found] == [(12, {"enrich": 1}, 0), (11, {"enrich": 2}, 1), (10, {"enrich": 7}, 1)]
