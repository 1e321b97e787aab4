"""Measurements → figures with their age."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.search.pipeline.figures import PipelineAnswer, StageAnswer, assemble, duration
from services.search.pipeline.measurement import DeadFacts, GroupFacts, IndexFacts, KafkaFacts, Measurement, Seen, ServiceFacts
from shared.completeness import Canaries, Completeness, unknown

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)
RUNNING = ServiceFacts(alive=True, ready=True)
STOPPED = ServiceFacts(alive=False, ready=False, message="没有回应")
OLD_LETTER = DeadFacts({"undecodable": 1}, NOW - timedelta(days=3))
NEW_LETTERS = DeadFacts({"a": 2}, NOW - timedelta(hours=1))
QUIET = KafkaFacts(raw=9, enriched=8, groups={"enrich": GroupFacts(9, 0), "index": GroupFacts(8, 0)}, dead={"enrich": OLD_LETTER})
COMPLETE = Completeness(state="green", reason="equal", at=NOW, fresh_seconds=60, digests=8, manifests=8, named=72, items=72, indices=("d1", "i1"))
FINE = Measurement(
    kafka=Seen(QUIET, NOW),
    elastic=Seen(IndexFacts(items=72, digests=8, newest_at=NOW - timedelta(minutes=5), indices=("i1", "d1")), NOW),
    services={"ingest": RUNNING, "enrich": RUNNING, "index": RUNNING},
    completeness=COMPLETE,
    at=NOW,
)


def replace_found(**facts: object) -> Completeness:
    """What the monitor found, but for these facts."""
    return COMPLETE.model_copy(update=facts)


def stage(measured: Measurement, name: str = "enrich") -> StageAnswer:
    """One stage of the answer."""
    return next(one for one in assemble(measured, now=NOW).stages if one.name == name)


def test_all_is_well() -> None:
    """Counts, no lag, age of the newest item."""
    answer = assemble(FINE, now=NOW)
    assert not answer.stale
    assert [(one.received, one.sent, one.dead) for one in answer.stages] == [(9, 9, 0), (9, 8, 1), (8, 8, 0)]
    assert answer.index is not None
    assert (answer.index.items, answer.index.newest_age_seconds) == (72, 300)
    assert set(stage(FINE).model_dump(by_alias=True)) >= {"in", "out", "dead", "lag"}


def test_kafka_away_keeps_the_last_values_marked() -> None:
    """Old figures are shown as such; the index's own are fresh."""
    answer = assemble(replace(FINE, kafka=Seen(QUIET, NOW - timedelta(minutes=2), "refused")), now=NOW)
    assert [one.stale for one in answer.stages] == [True, True, True]
    assert [one.received for one in answer.stages] == [9, 9, 8]
    assert {one.measured_at for one in answer.stages} == {NOW - timedelta(minutes=2)}
    assert answer.index is not None
    assert not answer.index.stale
    assert [engine.reachable for engine in answer.engines] == [False, True]


@pytest.mark.parametrize("kafka", [Seen(QUIET, NOW - timedelta(seconds=3), "refused"), Seen(QUIET, NOW - timedelta(seconds=11))])
def test_an_old_lag_is_not_known(kafka: Seen[KafkaFacts]) -> None:
    """Kafka went away, or nothing was measured for long: the 0 of then says nothing of now."""
    assert [one.lag for one in assemble(replace(FINE, kafka=kafka), now=NOW).stages] == [None, None, None]


def test_a_lag_says_when_it_was_measured() -> None:
    """Whoever waits for a 0 can tell whether it is newer than what was sent; Elasticsearch's being away makes it no older."""
    at = NOW - timedelta(seconds=4)
    answer = assemble(replace(FINE, kafka=Seen(QUIET, at), elastic=Seen(FINE.elastic.value, NOW - timedelta(minutes=2), "refused")), now=NOW)
    assert [one.lag and (one.lag.measured_at, one.lag.messages) for one in answer.stages] == [None, (at, 0), (at, 0)]
    assert [one.measured_at for one in answer.stages] == [at, at, NOW - timedelta(minutes=2)]


def test_a_monitor_that_stopped_is_seen() -> None:
    """Whatever it saw last."""
    answer: PipelineAnswer = assemble(FINE, now=NOW + timedelta(minutes=1))
    assert answer.stale
    assert [engine.message for engine in answer.engines] == ["测量已停止更新"] * 2


def test_before_the_first_round() -> None:
    """Nothing is known, and no figure made up."""
    answer = assemble(Measurement(), now=NOW)
    assert [engine.message for engine in answer.engines] == ["尚未测量"] * 2
    assert answer.index is None
    assert [one.received for one in answer.stages] == [None, None, None]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 秒"), (119, "119 秒"), (120, "2 分钟"), (7199, "120 分钟"), (7200, "2 小时"), (172800, "2 天")]
)
def test_durations(seconds: float, words: str) -> None:
    """In the unit that people would use."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        (
            replace_found(state="red", reason="missing", missing=3, command="jianbao reconcile --repair"),
            "red",
            "3 份简报缺内容。请运行：jianbao reconcile --repair",
        ),
        (replace_found(state="yellow", reason="extra", extra=2, command="jianbao reconcile --repair"), "yellow", "2 份简报有多余内容"),
        (
            replace_found(state="yellow", reason="unlike", items=71, command="jianbao reconcile --repair"),
            "yellow",
            "索引有 71 条，各份简报合计应有 72 条",
        ),
        (replace_found(state="yellow", reason="filling", in_flight=90), "yellow", "还差 90 份"),
        (replace_found(state="red", reason="no_index", indices=()), "red", "请重启入库服务"),
        (replace_found(indices=("d1", "i2")), "unknown", "正在逐份比对"),
        (replace_found(at=NOW - timedelta(seconds=61)), "unknown", "请启动：python -m services.monitor"),
        (unknown("stale"), "unknown", "请启动：python -m services.monitor"),
        (unknown("away", "Kafka at k does not answer: Unable to bootstrap"), "unknown", "：Kafka 连不上，可能没有运行、卡住了，或网络不通。"),
        (unknown("away", "Elasticsearch at e does not answer in time"), "unknown", "：Elasticsearch 迟迟没有答复，可能卡住了，或过载。"),
        (unknown("starting"), "unknown", "正在逐份比对"),
    ],
)
def test_what_is_not_complete_is_not_green(found: Completeness, state: str, words: str) -> None:
    """What differs is said with the command that repairs it; what can't be known, or was found of other indices, is not green either."""
    answer = assemble(replace(FINE, completeness=found), now=NOW).completeness
    assert (answer.state, words in answer.message) == (state, True), answer.message


@pytest.mark.parametrize(
    ("raw", "enriched", "shown"),
    [
        (9, 8, [(5, 5), (5, 5), (5, 8)]),
        (10, 9, [(5, 5), (5, 5), (5, 8)]),
        (12, 11, [(7, 7), (7, 7), (7, 8)]),
    ],
)
def test_canaries_are_in_no_count(raw: int, enriched: int, shown: list[tuple[int, int]]) -> None:
    """Neither those that were counted, nor one that may have come since."""
    facts = KafkaFacts(raw=raw, enriched=enriched, groups={"enrich": GroupFacts(raw, 0), "index": GroupFacts(enriched, 0)})
    canaries = (Canaries(records=9, of_them=4), Canaries(records=8, of_them=3))
    found = assemble(replace(FINE, kafka=Seen(facts, NOW), completeness=replace_found(canaries=canaries)), now=NOW)
    assert [(one.received, one.sent) for one in found.stages] == shown


def test_without_canaries_every_record_counts() -> None:
    """At once, also what came since they were counted."""
    counted = replace_found(canaries=(Canaries(records=5, of_them=0), Canaries(records=5, of_them=0)))
    assert [one.sent for one in assemble(replace(FINE, completeness=counted), now=NOW).stages] == [9, 8, 8]
