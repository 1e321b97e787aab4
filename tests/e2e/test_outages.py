"""An engine is away under load: the same processes wait, say so, hold no more than they may, and all is there once afterwards.

The engines are this module's own. JIANBAO_OUTAGE_SECONDS is how long each is away.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bench.memory import Peaks
from shared.kafka.clients import ensure_topics
from tests.load import EnrichedLoad, Load
from tests.own_engines import Broker, Node, own_folder, quick_again
from tests.pipeline import FLOW, Pipeline, wait_for
from tests.sizes import size

pytestmark = pytest.mark.connected

SECONDS = size("JIANBAO_OUTAGE_SECONDS", short=10, long=600)
RATE = float(size("JIANBAO_OUTAGE_RATE", short=5, long=20))
"""Digests a second, of ten items each"""

CAUGHT_UP_SECONDS = 300 + 2 * SECONDS
"""For what piled up and Elasticsearch's start: on a quiet machine it is a tenth of it."""

INDEXER_MIB = 400
AT_ONCE = 5.0
"""Half of what ingest would wait for an acknowledgement"""

KAFKA_SECONDS = size("JIANBAO_OUTAGE_SECONDS", short=5, long=60)


@dataclass
class Own:
    """Engines, and services on them."""

    kafka: Broker
    elasticsearch: Node
    pipeline: Pipeline
    pids: dict[str, int]
    logs: Path

    @property
    def http(self) -> httpx.Client:
        """To Elasticsearch itself."""
        return httpx.Client(base_url=self.elasticsearch.url, trust_env=False, timeout=60)

    def stages(self) -> list[dict[str, Any]]:
        """What the pipeline page says of each."""
        said: list[dict[str, Any]] = self.pipeline.get("search", "/api/pipeline")["stages"]
        return said

    def indexed(self) -> int:
        """Digests in the index, as the pipeline page says."""
        found = self.pipeline.get("search", "/api/pipeline")["index"]
        return found["digests"] if found else 0

    def processes(self) -> dict[str, int]:
        """Process ids of the services that run."""
        return {name: child.pid for name, child in self.pipeline.children.items() if child.code is None}


@pytest.fixture(scope="module")
def engines_of_our_own() -> Iterator[tuple[Broker, Node]]:
    """Both, running; each test leaves them so."""
    with own_folder() as (folder, installation):
        kafka, node = Broker(folder / "kafka", installation, settings=quick_again), Node(folder / "elasticsearch", installation)
        try:
            node.start()
            kafka.start()
            yield kafka, node
        finally:
            for engine in (kafka, node):
                engine.kill()


@pytest.fixture
def own(engines_of_our_own: tuple[Broker, Node], tmp_path: Path, namespace: str) -> Iterator[Own]:
    """The indexer and search on them, ready; the other services are for a test to start."""
    kafka, node = engines_of_our_own
    pids: dict[str, int] = {}
    engines = {"KAFKA_BOOTSTRAP_SERVERS": kafka.settings.bootstrap_servers, "ELASTICSEARCH_URL": node.url}
    pipeline = Pipeline(engines=engines, namespace=namespace, logs=tmp_path, started=pids.__setitem__)
    try:
        asyncio.run(ensure_topics(kafka.settings, pipeline.topics.all))
        pipeline.start("index", "search")
        yield Own(kafka, node, pipeline, pids, tmp_path)
    finally:
        pipeline.close()


def _ordinals(own: Own) -> dict[str, list[int]]:
    """By digest the ordinals of its items, read one by one from Elasticsearch."""
    found: dict[str, list[int]] = {}
    alias, after = f"/{own.pipeline.namespace}-items", None
    with own.http as http:
        http.post(f"{alias}/_refresh").raise_for_status()
        while True:
            query = {"size": 5000, "_source": ["digest_id", "ordinal"], "sort": [{"item_id": "asc"}]} | ({"search_after": after} if after else {})
            answer = http.post(f"{alias}/_search", json=query)
            answer.raise_for_status()
            hits = answer.json()["hits"]["hits"]
            if not hits:
                return {digest_id: sorted(ordinals) for digest_id, ordinals in found.items()}
            for hit in hits:
                found.setdefault(hit["_source"]["digest_id"], []).append(hit["_source"]["ordinal"])
            after = hits[-1]["sort"]


def _all_there_once(own: Own, expected: dict[str, list[int]]) -> None:
    assert _ordinals(own) == expected
    assert [stage["dead"] for stage in own.stages()] == [0, 0, 0]


def _metric(own: Own, service: str, name: str) -> float:
    text = httpx.get(own.pipeline.url(service) + "/metrics", trust_env=False).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def _assignments(own: Own) -> int:
    return Counter("partitions assigned" in line for line in (own.logs / "index.log").read_text("utf-8").splitlines())[True]


def test_elasticsearch_away_for_long_under_load(own: Own) -> None:
    """kill -9 and nothing for JIANBAO_OUTAGE_SECONDS while digests come in: 0 lost, 0 twice, bounded memory, no rebalance, no lag in the end."""
    figures: dict[str, Any] = {"seconds_away": SECONDS, "digests_per_second": RATE, "load_before": psutil.getloadavg()[0]}
    pids = {"index": own.pids["index"]}
    topic = own.pipeline.topics.enriched.name
    with Peaks(pids) as watch, EnrichedLoad(own.kafka.settings, topic, rate=RATE) as load:
        wait_for(lambda: own.indexed() >= 2 * RATE, "the load to flow")
        before, assignments = own.processes(), _assignments(own)
        figures["mib_before"] = round(psutil.Process(own.pids["index"]).memory_info().rss / 2**20)
        own.elasticsearch.kill()
        down = time.monotonic()
        taken = load.taken
        wait_for(lambda: not own.pipeline.ready("index"), "the indexer to say that it can't work")
        while time.monotonic() - down < SECONDS:
            assert httpx.get(own.pipeline.url("index") + "/healthz", trust_env=False).status_code == 200
            assert own.processes() == before
            time.sleep(min(5.0, SECONDS / 5))
        assert _metric(own, "index", 'jianbao_paused{stage="index"}') == 1
        wait_for(lambda: (own.pipeline.lag("index") or 0) > SECONDS * RATE * 0.5, "the page to say what waits")
        figures |= {"fed_meanwhile": load.taken - taken, "lag": own.pipeline.lag("index")}
        own.elasticsearch.start()
        up = time.monotonic()
        wait_for(lambda: own.pipeline.lag("index") in range(int(2 * RATE)), "the indexer to catch up while more comes in", seconds=CAUGHT_UP_SECONDS)
        figures["caught_up_seconds"] = round(time.monotonic() - up, 1)
    own.pipeline.wait_caught_up("index", seconds=CAUGHT_UP_SECONDS)
    wait_for(lambda: own.pipeline.ready("index"), "the indexer to be ready")
    figures |= {"digests": len(load.expected), "mib_peak": watch.peaks["index"], "rebalances": _assignments(own) - assignments}
    _all_there_once(own, load.expected)
    print(json.dumps(figures | {"load_after": psutil.getloadavg()[0]}))
    assert own.processes() == before
    assert figures["rebalances"] == 0
    assert figures["mib_peak"] < INDEXER_MIB


def test_kafka_away_under_load(own: Own) -> None:
    """kill -9 and nothing for a while: ingest says 503 and holds nothing back, and the same processes go on when it is there again."""
    own.pipeline.start("ingest", "enrich")
    with Load(own.pipeline, rate=RATE / 4) as load:
        wait_for(lambda: own.indexed() >= RATE, "the load to flow")
        before = own.processes()
        own.kafka.kill()
        wait_for(lambda: not any(own.pipeline.ready(service) for service in ("ingest", "enrich", "index")), "all stages to say so")
        began = time.monotonic()
        answer = httpx.post(own.pipeline.url("ingest") + "/v1/digests", json={"source": "a", "text": "昆山:甲"}, trust_env=False)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert time.monotonic() - began < AT_ONCE
        for service in FLOW:
            assert httpx.get(own.pipeline.url(service) + "/healthz", trust_env=False).status_code == 200
        time.sleep(KAFKA_SECONDS)
        taken = load.taken
        own.kafka.start()
        wait_for(lambda: load.taken > taken + RATE, "the load to flow again")
    wait_for(lambda: all(own.pipeline.ready(service) for service in FLOW), "all services to be ready")
    own.pipeline.wait_caught_up("enrich", "index", seconds=CAUGHT_UP_SECONDS)
    assert own.processes() == before
    _all_there_once(own, load.expected)
