"""Facts of moments → what the operator is told."""

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.monitor.lag.window import Course, State
from services.monitor.report.facts import (
    SERVICES,
    CanaryFacts,
    DeadFacts,
    EngineFacts,
    Facts,
    LagFacts,
    LostFacts,
    PartitionFacts,
    ServiceFacts,
    SourceFacts,
)
from services.monitor.report.report import Reporter
from services.monitor.report.texts import TEXTS
from shared.completeness import Completeness, Reason, unknown
from shared.completeness import State as ContentState
from shared.health.report import Report
from shared.settings import RunBy

NOW = datetime(2026, 2, 6, tzinfo=UTC)
GREEN = Completeness(state="green", reason="equal", at=NOW)
WELL = Facts(
    at=NOW,
    engines={"kafka": EngineFacts(True), "elasticsearch": EngineFacts(True)},
    services={service: ServiceFacts(alive=True, ready=True) for service in SERVICES},
    lags={service: LagFacts(Course("OK", 0), 1) for service in ("enrich", "index")},
    completeness=GREEN,
)


def lag(state: State, members: int = 1) -> LagFacts:
    """Twelve wait, the oldest for five minutes."""
    return LagFacts(Course(state, 12), members, oldest_seconds=300.0)


def content(state: ContentState, reason: Reason) -> Completeness:
    """What the monitor found."""
    return Completeness(state=state, reason=reason, missing=2, command="jianbao reconcile --repair", at=NOW)


def told(facts: Facts) -> Report:
    """The report of one moment."""
    return Reporter().report(facts)


def with_service(service: str, seen: ServiceFacts) -> Facts:
    """All is well but this."""
    return replace(WELL, services={**WELL.services, service: seen})  # type: ignore[dict-item]


def test_when_all_is_well_nothing_is_said() -> None:
    """And every part is green."""
    report = told(WELL)
    assert (report.state, report.causes, report.symptoms) == ("green", (), ())
    assert {part.state for part in report.parts} == {"green"}


AWAY = ServiceFacts(alive=True, ready=False, message="Kafka 没有回应")


@pytest.mark.parametrize(
    ("facts", "causes", "symptoms"),
    [
        (
            replace(
                WELL,
                engines={**WELL.engines, "kafka": EngineFacts(False, "refused")},
                services={**WELL.services, "ingest": AWAY, "enrich": AWAY, "index": AWAY},
                completeness=unknown("away", "Kafka"),
                canary=CanaryFacts(lost=3),
            ),
            ["engine_away/kafka"],
            ["service_not_ready/ingest", "service_not_ready/enrich", "service_not_ready/index", "content_away/index_content", "canary_lost/canary"],
        ),
        (
            replace(
                WELL,
                engines={**WELL.engines, "elasticsearch": EngineFacts(False, "refused")},
                services={**WELL.services, "index": AWAY, "search": AWAY},
                lags={**WELL.lags, "index": lag("STALL")},
            ),
            ["engine_away/elasticsearch"],
            ["service_not_ready/index", "service_not_ready/search", "stalled/index"],
        ),
        (
            replace(
                WELL,
                services={**WELL.services, "enrich": ServiceFacts(alive=False)},
                lags={**WELL.lags, "enrich": lag("STOP", 0)},
                canary=CanaryFacts(lost=2),
            ),
            ["service_down/enrich"],
            ["nobody_reads/enrich", "canary_lost/canary"],
        ),
        (replace(WELL, lags={**WELL.lags, "enrich": lag("STALL")}), ["stalled/enrich"], []),
        (
            replace(with_service("fetch", ServiceFacts(alive=False)), canary=CanaryFacts(lost=2)),
            ["service_down/fetch", "canary_lost/canary"],
            [],
        ),
        (
            replace(
                WELL,
                services={**WELL.services, "enrich": ServiceFacts(alive=False, hangs=True)},
                lags={**WELL.lags, "enrich": lag("STALL")},
            ),
            ["service_hangs/enrich"],
            ["stalled/enrich"],
        ),
        (
            replace(
                WELL,
                services={**WELL.services, "enrich": ServiceFacts(alive=False, hangs=True)},
                lags={**WELL.lags, "enrich": lag("STOP", 0)},
            ),
            ["service_hangs/enrich"],
            ["nobody_reads/enrich"],
        ),
        (
            replace(
                WELL,
                services={**WELL.services, "index": ServiceFacts(alive=False)},
                lags={**WELL.lags, "index": LagFacts(Course("WARN", 12, standing=12.0), 1)},
            ),
            ["service_down/index"],
            ["no_progress/index"],
        ),
        (
            replace(WELL, lags={**WELL.lags, "index": lag("REWIND")}, completeness=content("yellow", "filling")),
            ["content_filling/index_content"],
            ["reads_again/index"],
        ),
        (replace(WELL, lags={**WELL.lags, "index": lag("UNKNOWN")}), ["lag_unknown/index"], []),
        (with_service("search", ServiceFacts(alive=None)), ["service_unknown/search"], []),
        (with_service("enrich", ServiceFacts(alive=False, silent_seconds=2)), ["service_down/enrich"], []),
        (with_service("enrich", ServiceFacts(alive=False, silent_seconds=61)), ["health_unreachable/enrich"], []),
        (
            replace(
                with_service("enrich", ServiceFacts(alive=False)),
                lags={"enrich": LagFacts(Course("OK", 3), 1, moving=True)},
            ),
            ["health_unreachable/enrich"],
            [],
        ),
        (with_service("ingest", ServiceFacts(alive=False)), ["service_down/ingest"], []),
        *(
            (
                replace(WELL, services={**WELL.services, "ingest": ingest, "fetch": ServiceFacts(alive=True, ready=False, message="ingest: away")}),
                [f"{code}/ingest"],
                ["service_not_ready/fetch"],
            )
            for ingest, code in (
                (ServiceFacts(alive=False), "service_down"),
                (ServiceFacts(alive=False, hangs=True), "service_hangs"),
                (ServiceFacts(alive=True, ready=False), "service_not_ready"),
            )
        ),
        (with_service("index", ServiceFacts(alive=True, ready=True, stopped=True)), ["stage_stopped/index"], []),
        (replace(WELL, lags={**WELL.lags, "index": lag("WARN")}), ["falls_behind/index"], []),
        (replace(WELL, lags={**WELL.lags, "index": lag("REWIND")}), ["reads_again/index"], []),
        (replace(WELL, dead={"enrich": DeadFacts(3, {"too_slow": 2, "crashed": 1})}), ["dead_letters/enrich"], []),
        (replace(WELL, completeness=content("red", "missing")), ["content_missing/index_content"], []),
        (replace(WELL, completeness=content("yellow", "filling")), ["content_filling/index_content"], []),
        (replace(WELL, completeness=unknown("starting")), ["content_starting/index_content"], []),
        (replace(WELL, lost={"enrich": LostFacts(1, ["a" * 32])}), ["lost/enrich"], []),
        (replace(WELL, canary=CanaryFacts(p95=90.0)), ["canary_slow/canary"], []),
        (replace(WELL, canary=CanaryFacts(barred="MONITOR_API_KEY")), ["canary_barred/canary"], []),
        (replace(WELL, sources=[SourceFacts("a", "周报", silent_days=12.0)]), ["source_silent/source:a"], []),
        (replace(WELL, missing_topics=("digests.raw.v1",)), ["topics_missing/kafka"], []),
    ],
)
def test_one_cause_and_its_symptoms(facts: Facts, causes: list[str], symptoms: list[str]) -> None:
    """What a person should look at first, and what goes away with it."""
    report = told(facts)
    assert [f"{one.code}/{one.part}" for one in report.causes] == causes
    assert [f"{one.code}/{one.part}" for one in report.symptoms] == symptoms
    assert report.state != "green"


@pytest.mark.parametrize(
    ("states", "symptom"),
    [
        (("STALL", "STALL"), "加工停滞：积压 6 份，没有进展。"),
        (("STALL", "OK"), "加工停滞（分区 0）：积压 6 份，没有进展。"),
        (("OK", "STALL"), "加工停滞（分区 1）：积压 6 份，没有进展。"),
    ],
)
def test_one_partition_that_stands_among_others_is_told(states: tuple[State, State], symptom: str) -> None:
    """With its number, where others go on."""
    partitions = tuple(PartitionFacts(number, Course(state, 3)) for number, state in enumerate(states))
    report = told(replace(WELL, lags={**WELL.lags, "enrich": LagFacts(Course("STALL", 6), 1, partitions=partitions)}))
    assert [one.chinese.symptom for one in report.causes] == [symptom]
    assert [lag.state for lag in report.lags[0].partitions] == list(states)


def test_since_when_is_when_it_was_seen_first() -> None:
    """And anew once it had gone."""
    reporter, stalled = Reporter(), replace(WELL, lags={**WELL.lags, "enrich": lag("STALL")})
    times = []
    for seconds, facts in ((0, WELL), (10, stalled), (20, stalled), (30, WELL), (40, stalled)):
        report = reporter.report(replace(facts, at=NOW + timedelta(seconds=seconds)))
        times.append([(one.since - NOW).total_seconds() for one in report.causes])
    assert times == [[], [10], [10], [], [40]]


def test_what_a_source_has_again_begins_then() -> None:
    """Not when it had it the last time."""
    reporter, silent = Reporter(), [SourceFacts("weekly", "周刊", silent_days=9)]
    for day, sources in enumerate((silent, [], silent)):
        report = reporter.report(replace(WELL, at=NOW + timedelta(days=day), sources=sources))
    assert [part.since for part in report.parts if part.name == "source:weekly"] == [NOW + timedelta(days=2)]


def test_the_sentences_name_what_was_measured() -> None:
    """With the command to copy."""
    [trouble] = told(replace(WELL, lags={**WELL.lags, "enrich": lag("STALL")})).causes
    assert trouble.chinese.symptom == "加工停滞：积压 12 份，最久的已等 5 分钟，没有进展。"
    assert trouble.english.symptom == "enrich is stalled: 12 records wait for up to 300 s, and nothing goes on."
    assert trouble.command == "python -m services.enrich"


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_name_the_same_facts(code: str) -> None:
    """A sentence in one language says nothing that the other leaves out."""
    named = [
        {name.removesuffix("_en").replace("stage", "service") for part in each for _, name, _, _ in string.Formatter().parse(part) if name}
        for each in TEXTS[code][:2]
    ]
    assert named[0] == named[1]


def test_unknown_is_never_green() -> None:
    """Nor an alarm above what is red."""
    assert told(replace(WELL, completeness=unknown("stale"))).state == "unknown"
    assert told(replace(with_service("ingest", ServiceFacts(alive=False)), completeness=unknown("stale"))).state == "red"


BOOTSTRAP = "Kafka at k:9092 does not answer: KafkaConnectionError: Unable to bootstrap from [('k', 9092)]"


@pytest.mark.parametrize(
    ("facts", "chinese", "english", "detail"),
    [
        (
            replace(WELL, engines={**WELL.engines, "kafka": EngineFacts(False, BOOTSTRAP)}),
            "Kafka 没有回应：连不上，可能没有运行、卡住了，或网络不通。",
            "Kafka does not answer: it can't be connected to (it does not run, hangs, or the network is down).",
            BOOTSTRAP,
        ),
        (
            with_service("index", ServiceFacts(alive=True, message="elasticsearch: Elasticsearch at e does not answer in time")),
            "入库服务在运行，但还不能工作：Elasticsearch 迟迟没有答复，可能卡住了，或过载。",
            "index runs but is not ready: Elasticsearch gives no answer in time (it hangs, or is overloaded).",
            "elasticsearch: Elasticsearch at e does not answer in time",
        ),
        (
            with_service("index", ServiceFacts(alive=True, message="indices: no alias")),
            "入库服务在运行，但还不能工作。",
            "index runs but is not ready: indices: no alias.",
            "indices: no alias",
        ),
        (
            with_service("enrich", ServiceFacts(alive=True, ready=True, key_refused=True)),
            "加工服务不认监测的密钥：HEALTH_KEY 不一致，看不到它的状况与原因。",
            "enrich does not take the monitor's key: the keys differ, so its reasons can't be read.",
            None,
        ),
    ],
)
def test_errors_are_said_by_their_cause(facts: Facts, chinese: str, english: str, detail: str | None) -> None:
    """A program's own words are a detail."""
    (cause,) = told(facts).causes
    assert (cause.chinese.symptom, cause.english.symptom, cause.detail) == (chinese, english, detail)


@pytest.mark.parametrize(
    ("run_by", "kafka", "enrich", "dead"),
    [
        ("up", "jianbao restart kafka", "jianbao restart enrich", "jianbao dead list --groups"),
        ("compose", "docker compose restart kafka", "docker compose restart enrich", "docker compose run --rm search jianbao dead list --groups"),
        ("hand", None, "python -m services.enrich", "jianbao dead list --groups"),
    ],
)
def test_commands_fit_how_the_stack_runs(run_by: RunBy, kafka: str | None, enrich: str, dead: str) -> None:
    """So that copying them works."""
    facts = replace(
        with_service("enrich", ServiceFacts(alive=False)),
        engines={**WELL.engines, "kafka": EngineFacts(False, BOOTSTRAP)},
        dead={"index": DeadFacts(1, {"timeout": 1})},
    )
    assert {cause.command for cause in Reporter(run_by=run_by).report(facts).causes} == {kafka, enrich, dead}


def test_missing_content_is_missing_since_before_an_engine_was_away() -> None:
    """While Elasticsearch does not answer nobody sees it; it is no new trouble afterwards."""
    reporter, red = Reporter(), content("red", "missing")
    for minutes, seen in enumerate((red, unknown("away", "Elasticsearch"), red)):
        report = reporter.report(replace(WELL, at=NOW + timedelta(minutes=minutes), completeness=seen))
    assert [(cause.code, cause.since) for cause in report.causes] == [("content_missing", NOW)]
    for minutes, seen in enumerate((unknown("away"), GREEN, red), 3):
        report = reporter.report(replace(WELL, at=NOW + timedelta(minutes=minutes), completeness=seen))
    assert [cause.since for cause in report.causes] == [NOW + timedelta(minutes=5)]


def test_what_waits_waits_on_while_kafka_is_away() -> None:
    """Pages of analysts go on saying until when they are complete; all is well once nothing waits."""
    reporter, since = Reporter(), NOW - timedelta(hours=1)
    waits = LagFacts(Course("STALL", 3), 1, unsearchable_from=since, unsearchable=True)
    away = replace(WELL, engines={**WELL.engines, "kafka": EngineFacts(False, "refused")}, lags={})
    seen = [replace(WELL, lags={**WELL.lags, "enrich": waits}), away, away, WELL, away]
    assert [late and late.until for late in (reporter.report(facts).behind for facts in seen)] == [since, since, since, None, None]


def test_what_a_stage_lost_explains_what_the_index_lacks() -> None:
    """Unless more is missing than was lost."""
    missing = content("red", "missing")
    report = told(replace(WELL, completeness=missing, lost={"enrich": LostFacts(2, ["a", "b"])}))
    assert ([one.code for one in report.causes], [one.code for one in report.symptoms]) == (["lost"], ["content_missing"])
    assert "a, b" in report.causes[0].chinese.symptom
    report = told(replace(WELL, completeness=missing, lost={"enrich": LostFacts(1, ["a"])}))
    assert {one.code for one in report.causes} == {"lost", "content_missing"}


@pytest.mark.parametrize(
    ("error", "symptom"),
    [
        ("[Errno -2] Name or service not known", "Elasticsearch 没有回应：主机名解析不了。"),
        ("TLS failed: certificate verify failed", "Elasticsearch 没有回应：TLS 连接不成，请核对证书与协议设置。"),
        ("Cannot connect to host e:9200 ssl:default [Connect call failed]", "Elasticsearch 没有回应：连不上，那里没有程序在监听。"),
    ],
)
def test_why_an_engine_does_not_answer_reads_as_a_sentence(error: str, symptom: str) -> None:
    """The engine is named once."""
    (cause,) = told(replace(WELL, engines={**WELL.engines, "elasticsearch": EngineFacts(False, error)})).causes
    assert cause.chinese.symptom == symptom


def test_how_far_a_new_index_is_filled_is_said_in_either_language() -> None:
    """By the number that is still to come."""
    filling = content("yellow", "filling").model_copy(update={"in_flight": 239, "detail": "239 of 241 digests are still to come"})
    (cause,) = told(replace(WELL, completeness=filling)).causes
    assert cause.chinese.symptom == "索引是新建的，正在从主题重新填充，还差 239 份。"
    assert cause.english.symptom == "The index is new and is being filled from the topics; 239 digests are still to come."


def test_dead_letters_are_told_by_what_their_error_means() -> None:
    """The title and action of the error that most have, from the table that the pages use; an unknown one has its stage's."""
    for errors, symptom, action in (
        ({"too_large": 2, "crashed": 1}, "多为“内容太大”。", "请来源分成几份重新送入"),
        ({"too_large": 1, "crashed": 1, "undecodable": 1}, "有 3 种原因。", "请在“未能处理”页"),
        ({"{title}": 3}, "原因是“加工失败”。", "请按说明排除原因"),
    ):
        (cause,) = told(replace(WELL, dead={"enrich": DeadFacts(3, errors)})).causes
        assert symptom in cause.chinese.symptom
        assert cause.chinese.action.startswith(action)


def test_what_is_wrong_with_a_source_is_said_with_the_digests_that_show_it() -> None:
    """Each a cause of its own: nothing of ours need be wrong."""
    source = SourceFacts("weekly", "双碳周报")
    report = told(
        replace(
            WELL,
            sources=[
                replace(source, silent_days=20.0),
                replace(source, partial=(2, 10), digests=("d1",)),
                replace(source, missing="第11期"),
                replace(source, drifted="每期条目由 12 变为 1", drifted_english="items an issue from 12 to 1", digests=("d1", "d2")),
            ],
        )
    )
    assert [(one.code, one.chinese.symptom, one.digests) for one in report.causes] == [
        ("source_silent", "来源“双碳周报”已 20 天没有新简报，超出平常的间隔。", ()),
        ("source_partial", "来源“双碳周报”最近一期只有 2 条，应有约 10 条。", ("d1",)),
        ("source_gaps", "来源“双碳周报”缺第11期。", ()),
        ("source_drifted", "来源“双碳周报”的简报与以往不同：每期条目由 12 变为 1。可能换了版式。", ("d1", "d2")),
    ]
    assert "items an issue from 12 to 1" in report.causes[3].english.symptom
    assert ("source:weekly", "yellow") in [(part.name, part.state) for part in report.parts]
