"""How services are launched, and how commands find them: the variables of both."""

from pathlib import Path

from deploy.engines.engines import Engines
from deploy.stack.background import absolute
from deploy.stack.services import ServicePorts, for_commands, launches

PORTS = ServicePorts(ingest=18401, search=18402, enrich=18403, index=18404, monitor=18405, fetch=18406)
ENGINES = Engines("127.0.0.1:19092", "http://127.0.0.1:19200", Path("/d"), Path("/d/logs"), ())


def test_commands_get_addresses_and_namespace_and_no_secret() -> None:
    """Of the stack as it was started."""
    environ = {"JIANBAO_NAMESPACE": "trial", "JIANBAO_KEYS_FILE": "/d/keys", "JIANBAO_API_KEY": "k", "KAFKA_SASL_PASSWORD": "p"}
    found = for_commands({"kafka": ENGINES.kafka_bootstrap_servers, "elasticsearch": ENGINES.elasticsearch_url}, PORTS, environ=environ)
    assert found == {
        "JIANBAO_NAMESPACE": "trial",
        "JIANBAO_KEYS_FILE": "/d/keys",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:19092",
        "ELASTICSEARCH_URL": "http://127.0.0.1:19200",
        "INGEST_URL": "http://127.0.0.1:18401",
        "SEARCH_URL": "http://127.0.0.1:18402",
        "INGEST_SEARCH_URL": "http://127.0.0.1:18402",
        "MONITOR_INGEST_HEALTH_URL": "http://127.0.0.1:18401",
        "MONITOR_ENRICH_HEALTH_URL": "http://127.0.0.1:18403",
        "MONITOR_INDEX_HEALTH_URL": "http://127.0.0.1:18404",
        "MONITOR_SEARCH_HEALTH_URL": "http://127.0.0.1:18402",
        "MONITOR_FETCH_HEALTH_URL": "http://127.0.0.1:18406",
        "SEARCH_MONITOR_HEALTH_URL": "http://127.0.0.1:18405",
    }


def test_services_know_that_up_runs_them_and_keep_the_users_page() -> None:
    """So that reports name `jianbao restart`; notices lead to where the user says."""
    (environ, *_) = [launch.environ for launch in launches(ENGINES, PORTS, environ={"MONITOR_PAGE_URL": "https://news.example.org/pipeline"})]
    assert (environ["JIANBAO_RUN_BY"], environ["MONITOR_PAGE_URL"]) == ("up", "https://news.example.org/pipeline")
    assert environ["MONITOR_STATE"] == "/d/monitor"


def test_relative_paths_are_those_of_where_up_was_called() -> None:
    """The services run in another folder."""
    said = absolute({"MONITOR_NOTICES": "notices.toml", "PATH": "bin"})
    assert said == {"MONITOR_NOTICES": str(Path.cwd() / "notices.toml"), "PATH": "bin"}
