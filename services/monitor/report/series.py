"""A round's facts and report → the monitor's metrics, which alerts and dashboards read."""

import math

from services.monitor.report.facts import CONSUMERS, Facts
from shared import metrics
from shared.completeness import STATES
from shared.health.report import RANK, Report

MOST_TROUBLES = 200
"""As many as sources that `jianbao_source_silent_seconds` names: their number bounds that of series."""


def export(facts: Facts, report: Report) -> None:
    """Set the metrics to what this round found."""
    metrics.reported.set(report.at.timestamp())
    for state in STATES:
        metrics.health.labels(state=state).set(state == report.state)
    _export_troubles(report)
    for service in CONSUMERS:
        lag = facts.lags.get(service)
        # What nobody knows is no figure: the last one would stand for as long as Kafka is away.
        metrics.lag.labels(stage=service).set(lag.course.lag if lag else math.nan)
        metrics.lag_seconds.labels(stage=service).set((lag.oldest_seconds or 0.0) if lag else math.nan)
        dead = facts.dead.get(service)
        metrics.dead_waiting.labels(stage=service).set(dead.waiting if dead else 0)


def _export_troubles(report: Report) -> None:
    # Cleared and set without waiting in between, so that no scrape sees half of it.
    metrics.trouble.clear()
    found = [("cause", one) for one in report.causes] + [("symptom", one) for one in report.symptoms]
    found.sort(key=lambda each: -RANK[each[1].state])
    for role, one in found[:MOST_TROUBLES]:
        metrics.trouble.labels(code=one.code, part=one.part, state=one.state, role=role).set(1)
