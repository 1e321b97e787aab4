"""Each alert fires when what it is about breaks, not before its time, alone, and is over afterwards: by promtool, on made-up series."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.monitor.report.facts import SERVICES
from services.monitor.report.texts import TEXTS
from tests.promql import named, tokens
from tests.promtool import promtool

PROMETHEUS = Path(__file__).parent.parent.parent.parent / "deploy" / "prometheus"
RULES: dict[str, Any] = {
    rule["alert"]: rule for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text("utf-8"))["groups"] for rule in group["rules"]
}

STEP = 60
"""Seconds between two samples, and between two looks at the rules."""
BEFORE = 12
"""Minutes for which all is well at first."""


def test_the_configuration_is_right() -> None:
    """With the rules that it names."""
    assert f"{len(RULES)} rules found" in promtool("check", "config", str(PROMETHEUS / "prometheus.yml"))


Value = float | None
"""Of a gauge, or what a counter grows by in a step; None where there is no series"""

WELL: Mapping[str, Value] = {
    **{f'up{{job="jianbao",service="{service}",instance="{service}:1"}}': 1 for service in (*SERVICES, "monitor")},
    **{f'jianbao_health{{service="monitor",state="{state}"}}': state == "green" for state in ("green", "yellow", "red", "unknown")},
    **{f'jianbao_completeness{{service="monitor",state="{state}"}}': state == "green" for state in ("green", "yellow", "red", "unknown")},
    "jianbao_report_timestamp_seconds+": 1,
    'jianbao_lag_seconds{stage="enrich"}': 4,
    'jianbao_lag_seconds{stage="index"}': 0,
    'jianbao_paused{service="enrich",stage="enrich"}': 0,
    'jianbao_keys_read{service="ingest"}': 1,
    'jianbao_fetch_leader{service="fetch",instance="fetch:1"}': 1,
    'jianbao_fetch_leader{service="fetch",instance="fetch:2"}': 0,
    'jianbao_dead_letters_waiting{stage="enrich"}': 0,
    'jianbao_sources{state="overdue"}': 0,
    'jianbao_fetch_sources{state="paused"}': 0,
    "jianbao_whole_total+": 1,
    'jianbao_sent_total+{stage="enrich"}': 10,
    'jianbao_warnings_total+{kind="layout_changed"}': 0,
    'jianbao_latency_seconds_bucket+{stage="index",le="1"}': 9,
    'jianbao_latency_seconds_bucket+{stage="index",le="60"}': 10,
    'jianbao_latency_seconds_bucket+{stage="index",le="300"}': 10,
    'jianbao_latency_seconds_bucket+{stage="index",le="+Inf"}': 10,
    'jianbao_notices_waiting{channel="值班群"}': 0,
    'jianbao_notices_total+{channel="值班群",outcome="wrong"}': 0,
}
"""A pipeline where all is well, by series; + behind the name: a counter."""


def trouble(code: str, part: str, *, state: str = "red", role: str = "cause") -> dict[str, Value]:
    """The health report says this."""
    return {f'jianbao_trouble{{code="{code}",part="{part}",role="{role}",state="{state}"}}': 1}


def one_of(metric: str, state: str) -> dict[str, Value]:
    """A metric with a series for each state is this one."""
    return {name: f'state="{state}"' in name for name in WELL if name.startswith(metric + "{")}


@dataclass(frozen=True)
class Break:
    """What is otherwise while something is broken."""

    otherwise: Mapping[str, Value]
    minutes: int
    """For how long"""
    settled: int = 1
    """Minutes until the alert is over afterwards: as long as the rule looks back"""
    step: int = STEP
    """Seconds: shorter ones for what is told at once, longer ones for what takes a day"""


CLOCK = ("jianbao_report_timestamp_seconds+",)
"""Counts the seconds of the test; 0: stands still."""

BREAKS: Mapping[str, Break] = {
    "ServiceDown": Break({'up{job="jianbao",service="enrich",instance="enrich:1"}': 0}, 3),
    "StageNotReady": Break(trouble("stage_stopped", "index"), 4),
    "StagePaused": Break({'jianbao_paused{service="enrich",stage="enrich"}': 1}, 8),
    "KeysNotRead": Break({'jianbao_keys_read{service="ingest"}': 0}, 3),
    "NobodyFetches": Break({'jianbao_fetch_leader{service="fetch",instance="fetch:1"}': 0}, 8),
    "PipelineRed": Break(one_of("jianbao_health", "red"), 4),
    "PipelineUnknown": Break(one_of("jianbao_health", "unknown"), 18),
    "ReportOld": Break({"jianbao_report_timestamp_seconds+": 0}, 4),
    "EngineAway": Break(trouble("engine_away", "kafka"), 2, step=30),
    "TopicsMissing": Break(trouble("topics_missing", "kafka", state="yellow"), 4),
    "HealthUnreachable": Break(trouble("health_unreachable", "index", state="yellow"), 12),
    "OtherTrouble": Break(trouble("something_new", "index", state="yellow"), 12),
    "StageStalled": Break(trouble("stalled", "enrich"), 3),
    "StageFallsBehind": Break(trouble("falls_behind", "enrich", state="yellow"), 12),
    "StageLags": Break({'jianbao_lag_seconds{stage="enrich"}': 301}, 4),
    "ReadsAgain": Break(trouble("reads_again", "index", state="yellow"), 32),
    "SlowToSearchable": Break(
        {'jianbao_latency_seconds_bucket+{stage="index",le="1"}': 0, 'jianbao_latency_seconds_bucket+{stage="index",le="60"}': 2}, 25, settled=11
    ),
    "Incomplete": Break(one_of("jianbao_completeness", "yellow"), 4),
    "CompletenessUnknown": Break(one_of("jianbao_completeness", "unknown"), 18),
    "DigestsLost": Break(trouble("lost", "enrich"), 3),
    "DeadLetters": Break({'jianbao_dead_letters_waiting{stage="enrich"}': 3}, 3),
    "CanaryLost": Break(trouble("canary_lost", "canary"), 3),
    "CanarySlow": Break(trouble("canary_slow", "canary", state="yellow"), 12),
    "SourceSilent": Break({'jianbao_sources{state="overdue"}': 2}, 65),
    "SourcePaused": Break({'jianbao_fetch_sources{state="paused"}': 1}, 8),
    "SourceDrifted": Break(trouble("source_drifted", "source:weekly", state="yellow"), 12),
    "NotSplit": Break({"jianbao_whole_total+": 6}, 60, settled=65),
    "LayoutChanged": Break({'jianbao_warnings_total+{kind="layout_changed"}': 1}, 8, settled=24 * 60 + 8, step=240),
    "NoticesWait": Break({'jianbao_notices_waiting{channel="值班群"}': 1}, 18),
    "NoticeRefused": Break({'jianbao_notices_total+{channel="值班群",outcome="wrong"}': 1}, 3, settled=61),
}

SOON: Mapping[str, int] = {"NotSplit": 12, "SlowToSearchable": 5}
"""Minutes after the beginning until which rules that look at averages do not hold; of the others: their `for`."""


def series(broken: Break | None, minutes: int) -> Iterator[dict[str, str]]:
    """As promtool takes them: well, broken if anything is, well again."""
    otherwise, step = (broken.otherwise, broken.step) if broken else ({}, STEP)
    before = BEFORE * 60 // step
    after = before + (broken.minutes * 60 // step if broken else 0)
    for name in {**WELL, **otherwise}:
        counts, total, values = "+" in name.partition("{")[0], 0.0, []
        for number in range(minutes * 60 // step + 1):
            value = otherwise.get(name, WELL.get(name)) if before <= number < after else WELL.get(name)
            if name in CLOCK:
                total = total if value == 0 else number * step
                values.append(f"{total:g}")
            elif counts:
                values.append(f"{total:g}")
                total += value or 0
            else:
                values.append(("stale" if number == after else "_") if value is None else f"{value:g}")
        head, brace, rest = name.partition("{")
        yield {"series": head.rstrip("+") + brace + rest, "values": " ".join(values)}


def fires(*alerts: str, at: float, only: str | None = None) -> dict[str, Any]:
    """At this minute these fire and no other ones (of that name alone, where one is given)."""
    which = f',alertname="{only}"' if only else ""
    expression = f'group by (alertname) (ALERTS{{alertstate="firing"{which}}})'
    samples = [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts]
    return {"expr": expression, "eval_time": f"{at * 60:.0f}s", "exp_samples": samples}


def seconds(duration: str) -> int:
    """Of a rule's `for`."""
    match = re.fullmatch(r"(\d+)([smh])", duration)
    assert match is not None
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def story(alert: str) -> dict[str, Any]:
    """A test of promtool's for this alert: silent, silent still, firing alone, over."""
    broken = BREAKS[alert]
    step, after = broken.step / 60, BEFORE + broken.minutes
    over = after + broken.settled
    soon = SOON.get(alert, seconds(RULES[alert].get("for", "0s")) / 60)
    looks = [fires(at=BEFORE - step), fires(alert, at=after - step), fires(at=over)]
    if soon:
        looks.insert(1, fires(at=BEFORE + soon - step, only=alert))
    return told_of(broken, over, looks) | {"name": alert}


def told_of(broken: Break | None, minutes: int, looks: list[dict[str, Any]]) -> dict[str, Any]:
    """A test of promtool's."""
    step = broken.step if broken else STEP
    return {"interval": f"{step}s", "input_series": list(series(broken, minutes)), "promql_expr_test": looks}


def rule_tests(tmp_path: Path, *tests: dict[str, Any]) -> None:
    """Run these with promtool; those of a step together, as the rules are looked at in that step."""
    for step in {test["interval"] for test in tests}:
        of_step = [test for test in tests if test["interval"] == step]
        file = tmp_path / f"{step}.yml"
        content = {"rule_files": [str(PROMETHEUS / "alerts.yml")], "evaluation_interval": step, "tests": of_step}
        file.write_text(json.dumps(content), "utf-8")  # JSON is YAML
        promtool("test", "rules", str(file))


def test_every_alert_is_tried() -> None:
    """In the table above."""
    assert set(BREAKS) == set(RULES)


def test_every_alert_fires_in_time_alone_and_is_over(tmp_path: Path) -> None:
    """Nothing fires before, and nothing else meanwhile."""
    rule_tests(tmp_path, *map(story, BREAKS))


def test_nothing_fires_while_all_is_well(tmp_path: Path) -> None:
    """For two hours."""
    rule_tests(tmp_path, told_of(None, 120, [fires(at=at) for at in range(0, 120, 10)]))


def test_a_service_whose_container_is_stopped_is_missed(tmp_path: Path) -> None:
    """It leaves the DNS, and its series ends."""
    gone = Break({'up{job="jianbao",service="index",instance="index:1"}': None}, 9)
    listed = [one for one in series(gone, BEFORE + 8) if 'service="index"' not in one["series"]]
    ends = {"series": 'up{job="jianbao",service="index",instance="index:1"}', "values": f"{'1 ' * (BEFORE * 60 // STEP)}stale"}
    told = {
        "eval_time": f"{BEFORE + 5}m",
        "alertname": "ServiceDown",
        "exp_alerts": [
            {
                "exp_labels": {"severity": "critical", "job": "jianbao", "service": "index"},
                "exp_annotations": {
                    "summary": "index does not answer",
                    "description": "Nothing that was received is lost. See its log (docker compose logs index), "
                    "then start it again (docker compose up -d index).",
                },
            }
        ],
    }
    rule_tests(tmp_path, {"interval": f"{STEP}s", "input_series": [*listed, ends], "alert_rule_test": [told]})


def test_what_another_thing_explains_is_no_alert_of_its_own(tmp_path: Path) -> None:
    """Kafka is away, and three services wait for it."""
    explained = [trouble("service_not_ready", part, role="symptom") for part in ("ingest", "enrich", "index")]
    away = Break({name: value for each in (trouble("engine_away", "kafka"), *explained) for name, value in each.items()}, 20)
    rule_tests(tmp_path, told_of(away, BEFORE + 20, [fires("EngineAway", at=BEFORE + 19)]))


ELSEWHERE: Mapping[str, str] = {
    "service_down": "ServiceDown",
    "service_hangs": "ServiceDown",
    "content_.+": "Incomplete",
    "dead_letters": "DeadLetters",
    "source_silent": "SourceSilent",
    "source_paused": "SourcePaused",
}
"""Codes that have an alert of another metric, which needs no monitor or says more."""


def codes(alert: str, how: str) -> set[str]:
    """Of the health report, that a rule asks for (= and =~) or leaves out (!~)."""
    selectors = named(RULES[alert]["expr"]).selectors
    matchers = [matcher for one in selectors for matcher in one.matchers if matcher.label == "code"]
    return {value for matcher in matchers if matcher.how in how.split() for value in matcher.values}


def test_every_trouble_has_one_alert() -> None:
    """A rule of its own, another metric's, or OtherTrouble, which leaves out just those."""
    asked = [code for alert in RULES for code in codes(alert, "= =~")]
    assert len(asked) == len(set(asked))
    assert codes("OtherTrouble", "!~") == {*asked, *ELSEWHERE}
    assert set(ELSEWHERE.values()) <= set(RULES)


def test_every_code_exists() -> None:
    """One that was renamed would leave an alert that never fires."""
    said = {key.partition("/")[0] for key in TEXTS}
    assert all(any(re.fullmatch(code, one) for one in said) for code in codes("OtherTrouble", "!~"))


@pytest.mark.parametrize("alert", sorted(RULES))
def test_every_alert_says_what_and_what_to_do(alert: str) -> None:
    """And how urgent it is."""
    rule = RULES[alert]
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert set(rule["annotations"]) == {"summary", "description"}
    assert len(rule["annotations"]["summary"]) < 90
    assert rule["annotations"]["description"].endswith(".")


@pytest.mark.parametrize("alert", sorted(RULES))
def test_no_alert_flaps(alert: str) -> None:
    """Each waits for what passes by itself, but for those that look back over hours."""
    windows = [token.text for token in tokens(RULES[alert]["expr"]) if token.kind == "number" and token.text.endswith(("h", "d"))]
    assert seconds(RULES[alert].get("for", "0s")) >= 30 or windows
