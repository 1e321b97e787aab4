"""docker-compose.yml, parsed: every service, health check, volume, port, variable and command in it is there and makes sense."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.engines.maven import load_manifest
from shared import settings
from shared.settings import IngestSettings, SearchSettings

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("jianbao") and name != "topics"}
"""Our six services, without what only makes the topics and ends."""

CORE = {name: service for name, service in SERVICES.items() if "profiles" not in service and name != "topics"}
"""What `up` starts and stays."""

EXAMPLE = (ROOT / ".env.example").read_text("utf-8")

OFFICIAL = {
    # Kafka's image turns KAFKA_A_B into the broker's setting a.b: these are settings of Kafka 4.1, by its documentation.
    "kafka": {
        "KAFKA_NODE_ID",
        "KAFKA_PROCESS_ROLES",
        "KAFKA_CONTROLLER_QUORUM_VOTERS",
        "KAFKA_CONTROLLER_LISTENER_NAMES",
        "KAFKA_LISTENERS",
        "KAFKA_ADVERTISED_LISTENERS",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
        "KAFKA_INTER_BROKER_LISTENER_NAME",
        "KAFKA_LOG_DIRS",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS",
        "KAFKA_OFFSETS_RETENTION_MINUTES",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE",
        "KAFKA_HEAP_OPTS",
    },
    "elasticsearch": {"discovery.type", "xpack.security.enabled", "ES_JAVA_OPTS"},
}


def our_variables() -> set[str]:
    """Every environment variable that a settings class reads."""
    classes = [value for value in vars(settings).values() if isinstance(value, type) and issubclass(value, BaseSettings)]
    return {(str(one.model_config.get("env_prefix", "")) + name).upper() for one in classes for name in one.model_fields}


def our_defaults() -> dict[str, str]:
    """The default of every variable, as it would be written into .env."""
    classes = [value for value in vars(settings).values() if isinstance(value, type) and issubclass(value, BaseSettings)]
    fields = {(str(one.model_config.get("env_prefix", "")) + name).upper(): field for one in classes for name, field in one.model_fields.items()}
    return {
        name: "" if field.default in (None, ()) else f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
        for name, field in fields.items()
    }


def test_the_services_are_there() -> None:
    """Two engines, what makes the topics, our six; two more for whoever asks for them."""
    assert set(CORE) == {"kafka", "elasticsearch", "ingest", "enrich", "index", "search", "monitor", "fetch"}
    assert set(SERVICES) == {*CORE, "topics", "prometheus", "grafana"}
    assert set(OURS) == {"ingest", "enrich", "index", "search", "monitor", "fetch"}


def test_engines_are_the_versions_that_we_test_with() -> None:
    """The official images of the same versions that run as child processes."""
    versions = load_manifest()
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{versions.kafka}"
    assert SERVICES["elasticsearch"]["image"] == f"elasticsearch:{versions.elasticsearch}"


@pytest.mark.parametrize("name", CORE)
def test_every_service_says_whether_it_is_healthy(name: str) -> None:
    """With a command, bounds of time, and a restart when it ends."""
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_health_checks_ask_the_port_that_is_served(name: str) -> None:
    """The script exists in the image, and the port is the settings' default, which the file does not change."""
    *_, script, port = OURS[name]["healthcheck"]["test"]
    assert (ROOT / "deploy" / Path(script).name).is_file()
    assert f"COPY deploy/{Path(script).name} {script}" in (ROOT / "deploy/Dockerfile").read_text("utf-8")
    defaults = {
        "ingest": IngestSettings.model_fields["port"].default,
        "enrich": settings.EnrichSettings.model_fields["health_port"].default,
        "index": settings.IndexSettings.model_fields["health_port"].default,
        "search": SearchSettings.model_fields["port"].default,
        "monitor": settings.MonitorSettings.model_fields["health_port"].default,
        "fetch": settings.FetchSettings.model_fields["health_port"].default,
    }
    assert int(port) == defaults[name]
    assert not [variable for variable in OURS[name]["environment"] if variable.endswith("PORT")]


@pytest.mark.parametrize("name", OURS)
def test_our_commands_exist(name: str) -> None:
    """`python -m` of a package that can be run."""
    python, option, module = OURS[name]["command"]
    assert (python, option) == ("python", "-m")
    assert importlib.util.find_spec(f"{module}.__main__") is not None


@pytest.mark.parametrize("name", CORE)
def test_every_variable_is_read_by_somebody(name: str) -> None:
    """By our settings, or by the official image."""
    known = our_variables() if name in OURS else OFFICIAL[name]
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_what_the_users_shell_passes_on_is_ours(name: str) -> None:
    """A `${VARIABLE:-}` goes under its own name."""
    for variable, value in OURS[name]["environment"].items():
        for passed in re.findall(r"\$\{(\w+)", str(value)):
            assert passed == variable


def test_every_setting_of_ours_can_be_set() -> None:
    """By .env: but for the addresses inside the containers, slots, which the containers have by themselves, and that compose runs them."""
    ends = ("_HOST", "_PORT", "_SLOT", "_HEALTH_URL", "_ENRICH_URL", "_INGEST_URL", "_RUN_BY")
    fixed = {variable for variable in our_variables() if variable.endswith(ends)}
    handed_on = {
        variable for service in OURS.values() for variable, value in service["environment"].items() if value is None or f"${{{variable}" in value
    }
    assert our_variables() - fixed == handed_on


@pytest.mark.parametrize("name", OURS)
def test_health_reports_name_commands_of_compose(name: str) -> None:
    """All services know what runs them."""
    assert OURS[name]["environment"]["JIANBAO_RUN_BY"] == "compose"


def test_the_example_explains_every_variable_with_its_default() -> None:
    """Nothing that is no variable, and no default that isn't."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    substituted = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    bare = {variable for service in OURS.values() for variable, value in service["environment"].items() if value is None}
    explained = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
    assert set(explained) == set(substituted) | bare
    assert {name: explained[name] for name in substituted} == substituted
    defaults = {name: default for name, default in our_defaults().items() if name in bare}
    assert {name: explained[name] for name in bare} == defaults


def test_ports_are_on_loopback_only() -> None:
    """Nothing that asks for no password is published to the network."""
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_open_is_said_only_where_the_port_is_on_loopback() -> None:
    """Who serves beyond loopback without keys inside the container is published to loopback or not at all."""
    for name in ("ingest", "search"):
        environment = OURS[name]["environment"]
        assert environment[f"{name.upper()}_HOST"] == "0.0.0.0"
        assert environment[f"{name.upper()}_OPEN"] == f"${{{name.upper()}_OPEN:-true}}"
        assert all(port.startswith("127.0.0.1:") for port in OURS[name]["ports"])


def test_data_lies_in_named_volumes() -> None:
    """`docker compose down` keeps the archive and the index."""
    assert set(COMPOSE["volumes"]) == {"kafka-data", "elasticsearch-data", "keys", "fetch-data", "monitor-data", "prometheus-data", "grafana-data"}
    assert SERVICES["kafka"]["volumes"] == [f"kafka-data:{SERVICES['kafka']['environment']['KAFKA_LOG_DIRS']}"]
    assert SERVICES["elasticsearch"]["volumes"] == ["elasticsearch-data:/usr/share/elasticsearch/data"]


def test_keys_lie_where_ingest_writes_and_search_reads() -> None:
    """In one volume, whose folder the image has for the user that our containers run as."""
    assert "keys:/var/lib/jianbao" in SERVICES["ingest"]["volumes"]
    assert "keys:/var/lib/jianbao:ro" in SERVICES["search"]["volumes"]
    assert "--owner=jianbao --group=jianbao --mode=0700 /var/lib/jianbao" in (ROOT / "deploy/Dockerfile").read_text("utf-8")


def test_ours_wait_for_healthy_engines() -> None:
    """Each waits for what it needs, until that is healthy and not only started."""
    needs = {name: {on: need["condition"] for on, need in service["depends_on"].items()} for name, service in OURS.items()}
    kafka = {"kafka": "service_healthy", "topics": "service_completed_successfully"}
    both = kafka | {"elasticsearch": "service_healthy"}
    assert needs == {"ingest": kafka, "enrich": kafka, "index": both, "search": both, "monitor": both, "fetch": kafka}
    assert SERVICES["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}


def test_services_find_each_other_by_name() -> None:
    """Addresses inside the network name a service and a port it listens on."""
    inside = {
        "KAFKA_BOOTSTRAP_SERVERS": "${KAFKA_BOOTSTRAP_SERVERS:-kafka:19092}",
        "ELASTICSEARCH_URL": "${ELASTICSEARCH_URL:-http://elasticsearch:9200}",
    }
    for service in OURS.values():
        for variable, address in inside.items():
            assert service["environment"].get(variable, address) == address
    search = OURS["search"]["environment"]
    for name in ("ingest", "enrich", "index", "monitor"):
        port = OURS[name]["healthcheck"]["test"][-1]
        assert search[f"SEARCH_{name.upper()}_HEALTH_URL"] == f"http://{name}:{port}"


def test_the_image_is_built_from_the_lock_and_runs_without_root() -> None:
    """Every package against its hash, and a user of its own."""
    lines = (ROOT / "deploy/Dockerfile").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("FROM")] == ["FROM python:3.11-slim AS build", "FROM python:3.11-slim"]
    assert "USER jianbao" in lines
    installs = [line for line in lines if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    copied = {source for line in lines if line.startswith("COPY") and "--from" not in line for source in line.split()[1:-1]}
    assert all((ROOT / source).exists() for source in copied)
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert {source.split("/")[0] for source in copied} <= sent
