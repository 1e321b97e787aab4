"""Prometheus rules and the Grafana dashboard: every metric and stage that they name is one that our services have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
import yaml

from shared import metrics

ROOT = Path(__file__).parent.parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
ALERTS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/dashboards/jianbao.json").read_text("utf-8"))


def known() -> set[str]:
    """Names under which Prometheus sees our metrics."""
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "gauge": [""]}
    wrappers = [value for value in vars(metrics).values() if isinstance(value, prometheus_client.metrics.MetricWrapperBase)]
    declared = [metric for wrapper in wrappers for metric in wrapper.describe()]
    return {metric.name + suffix for metric in declared for suffix in suffixes[metric.type]}


def expressions() -> Iterator[str]:
    """Every expression of rules and panels."""
    yield from (rule["expr"] for group in ALERTS["groups"] for rule in group["rules"])
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_metric_exists(expression: str) -> None:
    """A metric that was renamed would leave an alert that never fires."""
    named = set(re.findall(r"\bjianbao_\w+", expression))
    assert named <= known()
    assert named or "up{" in expression


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_stage_exists(expression: str) -> None:
    """As the services name themselves."""
    assert set(re.findall(r'stage="(\w+)"', expression)) <= {"ingest", "enrich", "index"}


def test_every_service_is_scraped() -> None:
    """At the port of its health check."""
    (job,) = PROMETHEUS["scrape_configs"]
    scraped = {name: target["port"] for target in job["dns_sd_configs"] for name in target["names"]}
    served = {name: int(COMPOSE["services"][name]["healthcheck"]["test"][-1]) for name in ("ingest", "search", "enrich", "index", "monitor", "fetch")}
    assert scraped == served


def test_what_is_mounted_is_there() -> None:
    """Files and folders of the repository that docker-compose.yml mounts."""
    for service in ("prometheus", "grafana"):
        mounts = [volume.split(":")[0] for volume in COMPOSE["services"][service]["volumes"]]
        assert all((ROOT / mount).exists() for mount in mounts if mount.startswith("./"))
