"""Kafka and Elasticsearch away, and what takes minutes to be told: one root cause each, and green again after the repair.

On engines of its own, for `make test-long`; JIANBAO_BREAKS=1 runs it alone.
"""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import httpx
import psutil
import pytest

from services.monitor.report.rules import SLOW_SECONDS
from shared import index_names as names
from shared.kafka.clients import ensure_topics
from shared.kafka.sender import Message, Sender
from tests.fakes.digests import enriched
from tests.own_engines import Broker, Node, own_folder, quick_again
from tests.pipeline import FLOW, Pipeline, wait_for
from tests.sizes import size
from tests.told import Told
from tests.variants import variant

pytestmark = [
    pytest.mark.connected,
    pytest.mark.skipif(not size("JIANBAO_BREAKS", short=0, long=1), reason="takes six minutes: make test-long, or JIANBAO_BREAKS=1"),
]

STALLED_SECONDS = 75.0
GROWING_SECONDS = 60.0
STALE_SECONDS = 36.0
"""Without a round of comparing: an answer holds for three rounds of a second, and thirty more"""

BACK_SECONDS = 120.0
"""For an engine to start, and all to be green again"""


@dataclass
class Own:
    """Engines, and all services on them."""

    kafka: Broker
    elasticsearch: Node
    pipeline: Pipeline
    told: Told
    environ: dict[str, dict[str, str]]
    """Variables of single services, by their names; read when one is started"""

    def again(self, service: str, **environ: str) -> None:
        """Start a service again with these variables of its own."""
        self.environ[service] = environ
        self.pipeline.kill(service)
        self.pipeline.start(service)

    def enriching(self) -> list[psutil.Process]:
        """The processes in which digests are enriched."""
        worker = psutil.Process(self.pipeline.children["enrich"].pid)
        return [child for server in worker.children() for child in server.children()]

    def canaries_found(self) -> int:
        """Canaries that were found since the monitor started."""
        known = [report.canary for report in self.told.reports()]
        return known[0].found if known and known[0] else 0

    def block(self, *, writes: bool | None) -> None:
        """Have the index take writes or not."""
        index = f"{self.elasticsearch.url}/{names.index(self.pipeline.namespace, 'items')}"
        httpx.put(f"{index}/_settings", json={"index.blocks.write": writes}, trust_env=False, timeout=60).raise_for_status()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """All green, with one digest in it."""
    environ = {"enrich": {"ENRICH_DIGEST_SECONDS": "600"}}
    with own_folder() as (folder, installation):
        kafka, node = Broker(folder / "kafka", installation, settings=quick_again), Node(folder / "elasticsearch", installation)
        try:
            node.start()
            kafka.start()
            engines = {"KAFKA_BOOTSTRAP_SERVERS": kafka.settings.bootstrap_servers, "ELASTICSEARCH_URL": node.url, "KAFKA_PARTITIONS": "2"}
            logs: Path = tmp_path_factory.mktemp("services")
            pipeline = Pipeline(engines=engines, namespace=f"t-{uuid4().hex[:12]}", logs=logs, own=lambda name: environ.get(name, {}))
            try:
                asyncio.run(ensure_topics(kafka.settings.model_copy(update={"partitions": 2}), pipeline.topics.all))
                pipeline.start(*FLOW, "monitor", "fetch")
                pipeline.wait_searchable(pipeline.feed(variant(0), external_id="0"))
                found = Own(kafka, node, pipeline, Told(pipeline), environ)
                yield found
                print("\n".join(found.told.took))
            finally:
                pipeline.close()
        finally:
            for engine in (kafka, node):
                with suppress(ProcessLookupError, AssertionError):
                    engine.signal(signal.SIGCONT)
                engine.kill()


@pytest.fixture(autouse=True)
def green(own: Own) -> Iterator[None]:
    """Each test finds all green, and leaves it so."""
    own.told.green()
    yield
    for engine in (own.kafka, own.elasticsearch):  # also after a test that failed
        engine.start()
        engine.signal(signal.SIGCONT)
    own.told.green(seconds=BACK_SECONDS)


def _one_cause(own: Own, cause: str, *symptoms: str) -> None:
    """Read one cause, with these symptoms, and that it stays the only one while the engine is away."""
    own.told.until(cause)
    own.told.until(*symptoms, because=cause)
    for _ in range(20):
        assert own.told.causes() == {cause}, own.told.say()
        time.sleep(0.5)  # there is nothing to wait for: it is to stay so


@pytest.mark.breaks("engine_away", "service_not_ready", "content_away")
def test_kafka_is_dead(own: Own) -> None:
    """One cause, and what it explains; what is indexed is still found."""
    own.kafka.kill()
    _one_cause(own, "engine_away/kafka", "service_not_ready/ingest", "service_not_ready/enrich", "service_not_ready/index")
    own.told.until("content_away/index_content", because="engine_away/kafka", seconds=45.0)
    assert own.told.causes() == {"engine_away/kafka"}
    own.kafka.start()
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("engine_away")
def test_kafka_hangs(own: Own) -> None:
    """As if it were dead."""
    own.kafka.signal(signal.SIGSTOP)
    _one_cause(own, "engine_away/kafka")
    own.kafka.signal(signal.SIGCONT)
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("engine_away", "service_not_ready", "content_away")
def test_elasticsearch_is_dead(own: Own) -> None:
    """One cause, though digests wait for it: what waits is no cause of its own."""
    own.elasticsearch.kill()
    own.pipeline.feed(variant(1), external_id="1")
    _one_cause(own, "engine_away/elasticsearch", "service_not_ready/index", "service_not_ready/search", "content_away/index_content")
    own.told.until("no_progress/index", because="engine_away/elasticsearch")
    assert own.told.causes() == {"engine_away/elasticsearch"}
    own.elasticsearch.start()
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("content_stale")
def test_what_was_compared_long_ago_says_nothing_of_now(own: Own) -> None:
    """The monitor itself was stopped, and wakes up while Elasticsearch hangs: what it knew is no news."""
    monitor = psutil.Process(own.pipeline.children["monitor"].pid)
    monitor.suspend()
    time.sleep(STALE_SECONDS)  # that time passes is what is tested
    own.elasticsearch.signal(signal.SIGSTOP)
    monitor.resume()
    own.told.until("content_stale/index_content", because="engine_away/elasticsearch")
    own.elasticsearch.signal(signal.SIGCONT)
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("engine_away", "content_starting")
def test_elasticsearch_hangs_while_the_monitor_starts(own: Own) -> None:
    """It knows nothing of the content, and does not come to know it; one cause all the same."""
    own.elasticsearch.signal(signal.SIGSTOP)
    own.pipeline.kill("monitor")
    own.pipeline.begin("monitor")
    own.told.until("engine_away/elasticsearch", "content_starting/index_content", seconds=30.0)
    own.told.until("content_away/index_content", because="engine_away/elasticsearch")
    assert own.told.causes() == {"engine_away/elasticsearch"}
    own.elasticsearch.signal(signal.SIGCONT)
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("stalled", "no_progress")
def test_one_partition_stands_while_another_goes_on(own: Own) -> None:
    """Yellow at once and red after as long as no digest takes; which partition it is, is said."""
    pipeline, told = own.pipeline, own.told
    for process in own.enriching():
        process.send_signal(signal.SIGSTOP)
    pipeline.feed(variant(2), external_id="2")
    told.until("no_progress/enrich")
    assert own.told.troubles()["no_progress/enrich"].state == "yellow"
    told.until("stalled/enrich", seconds=STALLED_SECONDS + 15.0)
    [lag] = [lag for lag in told.reports()[0].lags if lag.stage == "enrich"]
    assert sorted(one.state for one in lag.partitions) == ["OK", "STALL"]
    for process in own.enriching():
        process.send_signal(signal.SIGCONT)
    told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("falls_behind")
def test_a_stage_that_gets_more_than_it_can_do(own: Own) -> None:
    """It goes on all the time, and more and more waits."""
    over = Event()

    def slow() -> None:
        """Let it work one second in four."""
        while not over.wait(3.0):
            for process in own.enriching():
                process.send_signal(signal.SIGCONT)
            over.wait(0.2)
            for process in own.enriching():
                process.send_signal(signal.SIGSTOP)

    def feed() -> None:
        number = 100
        while not over.wait(0.05):
            own.pipeline.feed(variant(number), external_id=str(number))
            number += 1

    working = [Thread(target=slow), Thread(target=feed)]
    for each in working:
        each.start()
    try:
        own.told.until("falls_behind/enrich", seconds=3 * GROWING_SECONDS)
    finally:
        over.set()
        for each in working:
            each.join()
        for process in own.enriching():
            process.send_signal(signal.SIGCONT)
    own.told.green(seconds=BACK_SECONDS)


def test_a_stalled_indexer_is_explained_by_what_it_waits_for(own: Own) -> None:
    """Red with the reason that the indexer gives: an index that takes no writes."""
    own.block(writes=True)
    digest = enriched("昆山:甲", name="blocked")

    async def put() -> None:
        async with Sender(own.kafka.settings) as sender:
            await sender.deliver([Message(own.pipeline.topics.enriched.name, digest.digest_id.encode(), digest.to_json())])

    asyncio.run(put())
    own.told.until("stalled/index", because="service_not_ready/index", seconds=STALLED_SECONDS + 15.0)
    assert own.told.causes() == {"service_not_ready/index"}
    own.block(writes=None)
    own.told.green(seconds=BACK_SECONDS)


@pytest.mark.breaks("canary_slow")
def test_what_is_fed_is_found_late(own: Own) -> None:
    """The indexer was away for longer than people wait: told by itself once it is back, until canaries are quick again."""
    own.again("monitor", MONITOR_CANARY_SECONDS="1")
    try:
        wait_for(lambda: own.canaries_found() > 0, "a canary to be found")
        index = psutil.Process(own.pipeline.children["index"].pid)
        index.suspend()
        time.sleep(SLOW_SECONDS + 3.0)  # that time passes is what is tested
        index.resume()
        own.told.until("canary_slow/canary")
        own.told.gone("service_hangs/index", "canary_slow/canary", seconds=BACK_SECONDS)
    finally:
        own.again("monitor")


@pytest.mark.breaks("canary_barred")
def test_ingest_asks_the_canary_for_a_key(own: Own) -> None:
    """Which the monitor does not have: it says what to set, and loses no canary by it."""
    own.again("ingest", INGEST_API_KEYS=sha256(b"k" * 32).hexdigest())
    try:
        own.again("monitor", MONITOR_CANARY_SECONDS="1")
        own.told.until("canary_barred/canary")
        assert own.told.troubles()["canary_barred/canary"].english.action.startswith("Set MONITOR_API_KEY")
        assert own.told.reports()[0].canary is None  # none has ended, so none was lost
        own.again("monitor", MONITOR_CANARY_SECONDS="1", MONITOR_API_KEY="k" * 32)
        own.told.gone("canary_barred/canary")
        wait_for(lambda: own.canaries_found() > 0, "a canary to be found")
    finally:
        own.again("ingest")
        own.again("monitor")
