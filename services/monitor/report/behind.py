"""Facts of one moment → until when everything that was received is searchable, while not all of it is. Pure.

A digest takes some seconds through the stages, which is no lag. What a replay or a new index makes the
stages read again is searchable already, and counts for nothing here. Where the index itself lacks
something, nobody knows what.
"""

from services.monitor.report.facts import CONSUMERS, Facts, LagFacts
from shared.completeness import Completeness
from shared.health.report import Behind

USUAL_SECONDS = 60.0
"""From received to searchable: three are usual, and a large digest takes tens."""

LACKING = ("missing", "filling", "no_index")
"""Reasons why the index does not hold what it should (shared.completeness)."""


def behind(facts: Facts) -> Behind | None:
    """Return None where everything is searchable, or nobody knows that it is not."""
    if _lacks(facts.completeness):
        return Behind(until=None)
    lags = [lag for service in CONSUMERS if (lag := facts.lags.get(service)) is not None and _waits(lag, facts)]
    if not lags:
        return None
    times = [lag.unsearchable_from for lag in lags]
    known = [time for time in times if time is not None]
    return Behind(until=min(known) if len(known) == len(times) else None)


def _lacks(found: Completeness) -> bool:
    if found.reason == "unlike" and found.items is not None and found.named is not None:
        return found.items < found.named
    return found.state in ("yellow", "red") and found.reason in LACKING


def _waits(lag: LagFacts, facts: Facts) -> bool:
    """Whether digests wait longer than usual, or will, as nobody takes them."""
    if not lag.unsearchable:
        return False
    if lag.course.state in ("WARN", "STALL", "STOP"):
        return True
    since = lag.unsearchable_from
    return since is not None and (facts.at - since).total_seconds() > USUAL_SECONDS
