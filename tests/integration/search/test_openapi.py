"""The search service keeps what its OpenAPI description says: schemathesis asks it whatever the description allows and what it forbids.

Over HTTP, as that is what the description is of; on a real Elasticsearch. JIANBAO_TEST_EXAMPLES makes it look longer.
"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import FastAPI

from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.connections.limits import Limits
from shared.connections.protocol import Config
from shared.connections.serving import Guarded, address, listening
from shared.elastic import connect
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings, SearchSettings
from tests.engines import RunningEngines
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.sizes import examples

pytestmark = pytest.mark.connected

EXAMPLES = examples(short=6, long=100)
"""Of each path, beside those that cover each parameter's bounds"""

SECONDS = "10"
"""As long as a search may take at all"""

# What the description allows may still be refused where no schema can say why: a grammar, dates in order, a cursor that is not ours, letters named
# twice over. Each of those says so in words (tests.integration.search.test_fuzz); for all other paths the check is strict.
CONFIG = """
[[operations]]
include-path-regex = "^/api/(search|suggest|facets|documents|dead|failures|audit|digests/.*/diff)"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 404, 410, 422]
"""


def app(engines: RunningEngines, namespace: str) -> tuple[FastAPI, AsyncElasticsearch]:
    """The service on these engines."""
    elasticsearch, kafka = ElasticsearchSettings(url=engines.elasticsearch_url), KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers)
    elastic = connect(elasticsearch)
    monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
    common = CommonSettings(namespace=namespace)
    return create_app(SearchSettings(), elastic, monitor, common=common, elasticsearch=elasticsearch, kafka=kafka), elastic


@contextmanager
def serving(engines: RunningEngines, namespace: str) -> Iterator[str]:
    """Serve on a port of this machine while the block runs; its address."""
    with listening("127.0.0.1", 0, variables=("", ""), limits=Limits()) as listener:
        servers: list[Guarded] = []

        async def serve() -> None:
            made, elastic = app(engines, namespace)
            servers.append(Guarded(Config(made, listener, Limits(), drain_seconds=1)))
            try:
                await servers[0].serve(sockets=[listener])
            finally:
                await elastic.close()

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            yield address(listener)
        finally:
            servers[0].should_exit = True
            thread.join()


def test_the_api_is_as_described(engines: RunningEngines, corpus: str, tmp_path: Path) -> None:
    """Every check of schemathesis: statuses, shapes, content types, what must be taken and what must be refused."""
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    with serving(engines, corpus) as url:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/openapi.json", "--no-color"]
        command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--max-response-time", SECONDS, "--suppress-health-check", "all"]
        # In a folder of its own: it keeps examples and reports where it stands.
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
