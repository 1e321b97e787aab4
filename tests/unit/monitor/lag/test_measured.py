"""How stages are behind, as metrics."""

import math
from datetime import UTC, datetime

from prometheus_client import REGISTRY

from services.monitor.lag import measured
from services.monitor.lag.window import Course
from services.monitor.report.facts import Facts, LagFacts, PartitionFacts

NOW = datetime(2026, 2, 6, tzinfo=UTC)
TAKES = LagFacts(
    Course("OK", 40, 4.0, -2.0, 3.0),
    1,
    oldest_seconds=9.0,
    partitions=(PartitionFacts(0, Course("OK", 40, 4.0, -2.0), 9.0), PartitionFacts(1, Course("OK", 0))),
)


def value(name: str, **labels: str) -> float | None:
    """Of a metric now."""
    return REGISTRY.get_sample_value(name, labels)


def test_trend_and_time_to_clear_are_told_by_stage_and_lag_by_partition() -> None:
    """Of a stage that nothing is known of there are no figures."""
    measured.export(Facts(at=NOW, lags={"enrich": TAKES, "index": LagFacts(Course("WARN", 3, 1.0, 1.0), 1)}))
    names = ("jianbao_lag_trend", "jianbao_lag_clear_seconds", "jianbao_lag_standing_seconds")
    assert [value(name, stage="enrich") for name in names] == [-2.0, 20.0, 3.0]
    assert value("jianbao_lag_clear_seconds", stage="index") == math.inf
    assert [value("jianbao_partition_lag_records", stage="enrich", partition=one) for one in "01"] == [40.0, 0.0]
    assert [value("jianbao_partition_lag_seconds", stage="enrich", partition=one) for one in "01"] == [9.0, 0.0]
    measured.export(Facts(at=NOW))
    assert math.isnan(value("jianbao_lag_trend", stage="enrich") or 0.0)
    assert value("jianbao_partition_lag_records", stage="enrich", partition="0") is None
