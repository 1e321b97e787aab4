"""What a round found becomes the monitor's metrics."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from prometheus_client import REGISTRY

from services.monitor.lag.window import Course
from services.monitor.report.facts import SERVICES, DeadFacts, EngineFacts, Facts, LagFacts, Service, ServiceFacts, SourceFacts
from services.monitor.report.report import Reporter
from services.monitor.report.series import MOST_TROUBLES, export
from shared.completeness import Completeness

NOW = datetime(2026, 2, 6, 2, tzinfo=UTC)
WELL = Facts(
    at=NOW,
    engines={"kafka": EngineFacts(True), "elasticsearch": EngineFacts(True)},
    services={service: ServiceFacts(alive=True, ready=True) for service in SERVICES},
    lags={"enrich": LagFacts(Course("OK", 0), 1), "index": LagFacts(Course("OK", 3), 1, True, 1.5)},
    completeness=Completeness(state="green", reason="equal", at=NOW),
)


def exported(facts: Facts, name: str) -> Mapping[tuple[str, ...], float]:
    """The values of a metric after these facts, by its labels' values."""
    export(facts, Reporter().report(facts))
    found = next(metric for metric in REGISTRY.collect() if metric.name == name)
    return {tuple(sample.labels.values()): sample.value for sample in found.samples}


def test_what_is_wrong_has_a_series_each() -> None:
    """A cause, and what it explains."""
    away = replace(
        WELL,
        engines={"kafka": EngineFacts(True), "elasticsearch": EngineFacts(False, "refused")},
        services=dict(WELL.services) | {"search": ServiceFacts(alive=True, ready=False, message="Elasticsearch does not answer")},
    )
    assert exported(away, "jianbao_trouble") == {
        ("engine_away", "elasticsearch", "red", "cause"): 1,
        ("service_not_ready", "search", "red", "symptom"): 1,
    }


def test_what_is_over_has_none() -> None:
    """A series that stayed at 0 would be one for each source that ever was silent."""
    exported(replace(WELL, dead={"enrich": DeadFacts(3, {"undecodable": 3})}), "jianbao_trouble")
    assert exported(WELL, "jianbao_trouble") == {}


def test_many_sources_make_no_more_series_than_so_many() -> None:
    """And what is red is among them."""
    silent = [SourceFacts(f"s{number}", f"来源{number}", silent_days=9) for number in range(MOST_TROUBLES + 50)]
    found = exported(replace(WELL, sources=silent, engines={"kafka": EngineFacts(False)}), "jianbao_trouble")
    assert len(found) == MOST_TROUBLES
    assert ("engine_away", "kafka", "red", "cause") in found


def test_colour_and_time_of_the_report() -> None:
    """One state is 1, the others 0."""
    assert exported(WELL, "jianbao_health") == {("green",): 1, ("yellow",): 0, ("red",): 0, ("unknown",): 0}
    assert exported(WELL, "jianbao_report_timestamp_seconds") == {(): NOW.timestamp()}


def test_lag_that_nobody_knows_is_no_figure() -> None:
    """Kafka is away; before, nothing and three records waited."""
    assert exported(WELL, "jianbao_lag_records") == {("enrich",): 0, ("index",): 3}
    assert exported(WELL, "jianbao_lag_seconds") == {("enrich",): 0, ("index",): 1.5}
    assert all(math.isnan(value) for value in exported(replace(WELL, lags={}), "jianbao_lag_records").values())


def test_dead_letters_that_wait_are_counted() -> None:
    """By stage."""
    dead: dict[Service, DeadFacts] = {"enrich": DeadFacts(3, {"undecodable": 3})}
    assert exported(replace(WELL, dead=dead), "jianbao_dead_letters_waiting") == {("enrich",): 3, ("index",): 0}
