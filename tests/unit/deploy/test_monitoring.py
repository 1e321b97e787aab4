"""Prometheus, its rules and Grafana's dashboards: all metrics, labels and values that they name are ones that our services have."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import prometheus_client
import pytest
import yaml

from services.monitor.report.facts import CONSUMERS
from services.monitor.report.texts import TEXTS
from shared import metrics
from shared.completeness import STATES
from shared.notices.answers import Outcome
from shared.records import DigestWarning
from tests.promql import Named, named
from tests.promtool import promtool

ROOT = Path(__file__).parent.parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
ALERTS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))
DASHBOARDS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
}

TARGET = {"job", "instance", "service"}
"""Labels that Prometheus gives whatever it scrapes; `service` by prometheus.yml"""

OURS = [value for value in vars(metrics).values() if isinstance(value, prometheus_client.metrics.MetricWrapperBase)]


def labels_by_name() -> dict[str, set[str]]:
    """Labels of each metric by the names under which Prometheus sees it; those of the process too."""
    found = {"up": set(TARGET), "process_resident_memory_bytes": set(TARGET), "process_cpu_seconds_total": set(TARGET)}
    for metric in OURS:
        [described] = metric.describe()
        labels = set(metric._labelnames) | TARGET
        match described.type:
            case "counter":
                found[described.name + "_total"] = labels
            case "gauge":
                found[described.name] = labels
            case "histogram":
                found |= {described.name + "_bucket": labels | {"le"}, described.name + "_sum": labels, described.name + "_count": labels}
    return found


KNOWN = labels_by_name()

SERVICES = {"ingest", "enrich", "index", "search", "fetch", "monitor"}
VALUES: Mapping[tuple[str, str], set[str]] = {
    ("up", "job"): {"jianbao"},
    ("jianbao_health", "state"): set(STATES),
    ("jianbao_completeness", "state"): set(STATES),
    ("jianbao_trouble", "role"): {"cause", "symptom"},
    ("jianbao_trouble", "code"): {key.partition("/")[0] for key in TEXTS},
    ("jianbao_lag_seconds", "stage"): set(CONSUMERS),
    ("jianbao_latency_seconds_bucket", "stage"): {"enrich", "index"},
    ("jianbao_stage_seconds_bucket", "stage"): {"ingest", "enrich", "index"},
    ("jianbao_sent_total", "stage"): {"ingest", "enrich", "index"},
    ("jianbao_warnings_total", "kind"): set(get_args(DigestWarning.model_fields["kind"].annotation)),
    ("jianbao_sources", "state"): {"fresh", "due", "overdue"},
    ("jianbao_fetch_sources", "state"): {"failing", "paused"},
    ("jianbao_notices_total", "outcome"): set(get_args(Outcome)),
}
"""Values that a label can have, where a rule or a panel names one"""


class Use(NamedTuple):
    """An expression, and texts that show its labels."""

    where: str
    expression: str
    shown: str


def uses() -> Iterator[Use]:
    """Every expression of rules and panels."""
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield Use(rule["alert"], rule["expr"], " ".join(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values()))))
    for name, dashboard in DASHBOARDS.items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                shown = " ".join(re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", "")))
                yield Use(f"{name}: {panel['title']}", target["expr"], shown)


USES = list(uses())
each_use = pytest.mark.parametrize("use", USES, ids=[f"{use.where}-{number}" for number, use in enumerate(USES)])


@each_use
def test_every_metric_exists(use: Use) -> None:
    """A metric that was renamed would leave an alert that never fires, and an empty panel."""
    selectors = named(use.expression).selectors
    assert selectors
    assert {selector.metric for selector in selectors} <= set(KNOWN)


@each_use
def test_every_label_exists(use: Use) -> None:
    """In selectors, in groups, and in what is shown of the result."""
    found = named(use.expression)
    for selector in found.selectors:
        assert {matcher.label for matcher in selector.matchers} <= KNOWN[selector.metric]
    assert found.by | found.others <= set().union(*(KNOWN[selector.metric] for selector in found.selectors))
    assert set(use.shown.split()) <= results(found)


def test_every_expression_is_right(tmp_path: Path) -> None:
    """Panels' too: promtool reads them as rules."""
    rules = [{"record": f"panel:{number}", "expr": use.expression} for number, use in enumerate(USES)]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), "utf-8")
    assert f"{len(USES)} rules found" in promtool("check", "rules", str(tmp_path / "rules.yml"))


def results(found: Named) -> set[str]:
    """Labels that results have."""
    if found.by or found.aggregates:
        # absent() gives those that its selector asks for, and `or` what either side has
        return found.by | ({"service", "job"} if any(selector.metric == "up" for selector in found.selectors) else set())
    return set().union(*(KNOWN[selector.metric] for selector in found.selectors))


@each_use
def test_every_value_exists(use: Use) -> None:
    """As the code gives them."""
    for selector in named(use.expression).selectors:
        for matcher in selector.matchers:
            known = SERVICES if matcher.label == "service" else VALUES[selector.metric, matcher.label]
            assert all(any(re.fullmatch(value, one) for one in known) for value in matcher.values), matcher


def test_every_metric_is_shown() -> None:
    """On a dashboard or by an alert: what nobody sees need not be measured."""
    used = {selector.metric for use in USES for selector in named(use.expression).selectors}
    stems = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    ours = {described.name + ("_total" if described.type == "counter" else "") for metric in OURS for described in metric.describe()}
    assert ours - stems == set()


def test_every_service_is_scraped() -> None:
    """At the port of its health check."""
    (job,) = PROMETHEUS["scrape_configs"]
    scraped = {name: target["port"] for target in job["dns_sd_configs"] for name in target["names"]}
    served = {name: int(COMPOSE["services"][name]["healthcheck"]["test"][-1]) for name in SERVICES}
    assert scraped == served
    assert [relabel["target_label"] for relabel in job["relabel_configs"]] == ["service"]


def test_every_service_is_missed() -> None:
    """By the alert on services that are gone."""
    [rule] = [rule for group in ALERTS["groups"] for rule in group["rules"] if rule["alert"] == "ServiceDown"]
    matchers = [matcher for selector in named(rule["expr"]).selectors for matcher in selector.matchers]
    assert {matcher.value for matcher in matchers if matcher.label == "service"} == SERVICES


@pytest.mark.parametrize("service", ["prometheus", "grafana"])
def test_what_is_mounted_is_there(service: str) -> None:
    """Files and folders of the repository that docker-compose.yml mounts."""
    mounts = [volume.split(":")[0] for volume in COMPOSE["services"][service]["volumes"]]
    assert all((ROOT / mount).exists() for mount in mounts if mount.startswith("./"))


def test_rules_are_where_prometheus_looks_for_them() -> None:
    """Beside its configuration, in the container too."""
    mounted = {volume.split(":")[0]: volume.split(":")[1] for volume in COMPOSE["services"]["prometheus"]["volumes"]}
    folder = Path(mounted["./deploy/prometheus/prometheus.yml"]).parent
    assert [str(folder / name) for name in PROMETHEUS["rule_files"]] == [mounted["./deploy/prometheus/alerts.yml"]]


def test_dashboards_are_provided() -> None:
    """From the folder that is mounted, with the data source that is provided."""
    provisioning = ROOT / "deploy/grafana/provisioning"
    [provider] = yaml.safe_load((provisioning / "dashboards/jianbao.yml").read_text("utf-8"))["providers"]
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text("utf-8"))["datasources"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in COMPOSE["services"]["grafana"]["volumes"]
    panels = [panel for dashboard in DASHBOARDS.values() for panel in dashboard["panels"] if panel["type"] != "row"]
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}


@pytest.mark.parametrize("name", list(DASHBOARDS))
def test_a_dashboard_can_be_laid_out(name: str) -> None:
    """Ids differ, and no panel lies over another or beside the grid of 24 columns."""
    panels = DASHBOARDS[name]["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not own & places, panel["title"]
        assert at["x"] + at["w"] <= 24
        places |= own


def test_dashboards_differ() -> None:
    """By title, and by the id that links use."""
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)
    assert len({dashboard["title"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)
