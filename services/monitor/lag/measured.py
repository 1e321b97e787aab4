"""A round's facts → metrics of how each stage and partition is behind, where it is going, and when nothing will wait."""

import math

from services.monitor.report.facts import CONSUMERS, Facts
from shared import metrics


def export(facts: Facts) -> None:
    """Set the metrics; what nobody knows now is NaN, and a partition that is not there has no series."""
    for gauge in (metrics.partition_lag, metrics.partition_lag_seconds):
        gauge.clear()
    for service in CONSUMERS:
        lag = facts.lags.get(service)
        clear = lag.course.seconds_to_clear if lag else math.nan
        metrics.lag_trend.labels(stage=service).set((lag.course.trend or 0.0) if lag else math.nan)
        metrics.lag_clear_seconds.labels(stage=service).set(math.inf if clear is None else clear)
        metrics.lag_standing_seconds.labels(stage=service).set(lag.course.standing if lag else math.nan)
        for one in lag.partitions if lag else ():
            labels = {"stage": service, "partition": str(one.partition)}
            metrics.partition_lag.labels(**labels).set(one.course.lag)
            metrics.partition_lag_seconds.labels(**labels).set(one.oldest_seconds or 0.0)
