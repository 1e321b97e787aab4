"""What the health report names is broken for real, read at search and at the monitor, and green again once it is repaired.

One pipeline for the module. What needs engines of its own, or more than some seconds, is in `test_breaks_long.py`.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.engines.ports import LOOPBACK, free_ports
from shared import index_names as names
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from tests.command import jianbao_within
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.feeds import rss
from tests.pipeline import Pipeline
from tests.told import GREEN_SECONDS, Told
from tests.variants import variant

pytestmark = pytest.mark.connected

DEAD_LIMIT = 2
"""Dead letters in a row after which enrich stops"""


@dataclass
class Stage:
    """All services, and what stands around them."""

    pipeline: Pipeline
    told: Told
    relay: "Relay"
    """Between the monitor and enrich's port"""
    site: "Relay"
    """Where a feed is fetched from"""
    never_started: set[str] = field(default_factory=set)
    """What was told before the indexer was started for the first time"""

    @property
    def kafka(self) -> KafkaSettings:
        """To connect with."""
        return KafkaSettings(bootstrap_servers=self.pipeline.kafka, partitions=2)

    def index(self, kind: names.Kind) -> str:
        """The address of an index."""
        return f"{self.pipeline.elasticsearch}/{names.index(self.pipeline.namespace, kind)}"

    def send(self, *messages: Message) -> None:
        """Write records, acknowledged."""

        async def send() -> None:
            async with Sender(self.kafka) as sender:
                await sender.deliver(messages)

        asyncio.run(send())

    def commit(self, offset: int) -> None:
        """Say where the indexer goes on, as an operator may while it does not run."""

        async def commit() -> None:
            topics = self.pipeline.topics
            async with AIOKafkaConsumer(**client_options(self.kafka), group_id=topics.index_group, enable_auto_commit=False) as consumer:
                places = [TopicPartition(topics.enriched.name, number) for number in range(self.kafka.partitions)]
                consumer.assign(places)
                ends = await consumer.end_offsets(places)
                await consumer.commit({place: min(offset, end) for place, end in ends.items()})

        asyncio.run(commit())

    def signal(self, service: str, number: signal.Signals) -> None:
        """Send a service and all that it started a signal."""
        process = psutil.Process(self.pipeline.children[service].pid)
        for each in (process, *process.children(recursive=True)):
            each.send_signal(number)

    def set_index(self, kind: names.Kind, **settings: Any) -> None:
        """Change settings of an index."""
        httpx.put(f"{self.index(kind)}/_settings", json=settings, trust_env=False, timeout=60).raise_for_status()


class Relay:
    """An address that passes on what is asked of it, and gives pages of its own; nobody listens there while it is stopped."""

    def __init__(self) -> None:
        [self.port] = free_ports(1)
        self.to = ""
        self.pages: dict[str, bytes] = {}
        self.refuses = False
        """As a service does whose key is another"""
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Listen."""
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                own = relay.pages.get(self.path)
                status, body = (200, own) if own is not None else relay.ask(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((LOOPBACK, self.port), Handler)
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def ask(self, path: str) -> tuple[int, bytes]:
        """What the service behind answers; 502 when it does not."""
        if self.refuses:
            return 401, b"{}"
        try:
            answer = httpx.get(self.to + path, trust_env=False, timeout=60)
        except httpx.HTTPError as error:
            return 502, str(error).encode()
        return answer.status_code, answer.content

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture(scope="module")
def stage(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A pipeline whose indexer is started last: what is told until then is kept. Green when a test begins."""
    relay, site = Relay(), Relay()
    own = {
        "enrich": {"ENRICH_DEAD_LIMIT": str(DEAD_LIMIT)},
        "fetch": {"FETCH_PAUSE_AFTER": "1", "FETCH_OPEN": "127.0.0.0/8"},
        "monitor": {"MONITOR_ENRICH_HEALTH_URL": relay.url, "JIANBAO_HEALTH_KEY": "k" * 32},
    }
    environ = engines.environ | {"KAFKA_PARTITIONS": "2"}
    made = Pipeline(
        engines=environ,
        namespace=f"t-{uuid4().hex[:12]}",
        logs=tmp_path_factory.mktemp("services"),
        own=lambda name: own.get(name, {}),
    )
    relay.to = made.url("enrich")
    site.pages["/robots.txt"] = b""
    for each in (relay, site):
        each.start()
    found = Stage(made, Told(made), relay, site)
    try:
        asyncio.run(ensure_topics(found.kafka, made.topics.all))
        digest = enriched("昆山:甲")
        record = Message(made.topics.enriched.name, digest.digest_id.encode(), digest.to_json())
        found.send(record, record)
        made.begin("search")  # which is not ready before there is an index
        made.start("ingest", "enrich", "monitor", "fetch")
        _never_started(found)
        _filled(found)
        yield found
    finally:
        for service in made.children:
            with suppress(psutil.NoSuchProcess):
                found.signal(service, signal.SIGCONT)
        made.close()
        for each in (relay, site):
            each.stop()
        print("\n".join(found.told.took))


def _never_started(stage: Stage) -> None:
    """Read what is told of an indexer that is not there, and of one whose place is set back."""
    stage.told.until("service_down/index")
    stage.told.until("content_no_index/index_content", because="service_down/index")
    stage.told.until("service_not_ready/search", because="content_no_index/index_content")
    stage.told.until("nobody_reads/index", because="service_down/index")
    stage.commit(2)
    stage.told.gone("nobody_reads/index")
    stage.commit(0)
    stage.told.until("reads_again/index")
    stage.never_started |= {"service_down", "nobody_reads", "reads_again", "content_no_index"}


def _filled(stage: Stage) -> None:
    """Start the indexer, whose new index takes no writes at first, and read that what is there is not all."""
    template = f"{stage.pipeline.elasticsearch}/_index_template/{stage.pipeline.namespace}"
    pattern = {"index_patterns": [f"{stage.pipeline.namespace}-items-*"], "priority": 500, "template": {"settings": {"index.blocks.write": True}}}
    httpx.put(template, json=pattern, trust_env=False, timeout=60).raise_for_status()
    try:
        stage.pipeline.begin("index")
        stage.told.until("content_filling/index_content", seconds=GREEN_SECONDS)
    finally:
        httpx.delete(template, trust_env=False, timeout=60).raise_for_status()
    stage.set_index("items", **{"index.blocks.write": None})
    stage.never_started.add("content_filling")


@pytest.fixture(autouse=True)
def green(stage: Stage) -> Iterator[None]:
    """Each test finds all green, and leaves it so."""
    stage.told.green()
    yield
    stage.told.green()


@pytest.mark.breaks("service_down", "nobody_reads", "reads_again", "content_no_index", "content_filling")
def test_an_indexer_that_was_never_started(stage: Stage) -> None:
    """Its port, its group without members and its index that is not there, a place that is set back, an index that is filled; then all is green."""
    assert stage.never_started == {"service_down", "nobody_reads", "reads_again", "content_no_index", "content_filling"}


@pytest.mark.breaks("service_hangs", "service_unknown", "service_not_ready", "lag_unknown", "no_progress", "content_starting")
def test_a_monitor_that_starts_says_nothing_is_green_before_it_knows(stage: Stage) -> None:
    """Beside a service that is stopped and an index that takes no writes: unknown first, then what is wrong."""
    pipeline, told = stage.pipeline, stage.told
    stage.set_index("items", **{"index.blocks.write": True})
    pipeline.feed(variant(1), external_id="1")
    told.until("service_not_ready/index")
    pipeline.kill("monitor")
    stage.signal("ingest", signal.SIGSTOP)
    with _watching(stage) as seen:
        pipeline.begin("monitor")
        told.until("service_hangs/ingest")
        told.until("no_progress/index", because="service_not_ready/index")
    stage.signal("ingest", signal.SIGCONT)
    stage.set_index("items", **{"index.blocks.write": None})
    states, codes = {state for state, _ in seen}, {code for _, said in seen for code in said}
    assert "green" not in states
    assert {"service_unknown/ingest", "lag_unknown/index"} <= codes, codes
    told.green()


@contextmanager
def _watching(stage: Stage) -> Iterator[list[tuple[str, set[str]]]]:
    """Collect what the monitor says, as it comes, while the block runs."""
    seen: list[tuple[str, set[str]]] = []
    over: list[bool] = []

    def look() -> None:
        with httpx.Client(trust_env=False, timeout=5) as client:
            while not over:
                try:
                    answer = client.get(stage.pipeline.url("monitor") + "/report")
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    report = answer.json()
                    seen.append((report["state"], {f"{one['code']}/{one['part']}" for one in (*report["causes"], *report["symptoms"])}))

    looking = Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.append(True)
        looking.join()


@pytest.mark.breaks("stage_stopped", "dead_letters")
def test_a_stage_that_gives_up_on_all_it_is_given(stage: Stage) -> None:
    """It stops at its limit; started again it goes on, and its dead letters are discarded."""
    pipeline, told = stage.pipeline, stage.told
    poison = [Message(pipeline.topics.raw.name, b"poison", "没有头".encode())] * (DEAD_LIMIT + 1)
    stage.send(*poison)
    told.until("stage_stopped/enrich", "dead_letters/enrich")
    pipeline.kill("enrich")
    pipeline.start("enrich")
    told.gone("stage_stopped/enrich")
    pipeline.wait_caught_up("enrich")
    ran = jianbao_within(pipeline, "dead", "discard", "--error", "no_header")
    assert ran.exit_code == 0, ran.output
    told.green()


@pytest.mark.breaks("content_missing", "content_extra", "content_unlike", "topics_missing", "source_paused", "key_refused", "health_unreachable")
def test_what_is_wrong_beside_the_flow(stage: Stage) -> None:
    """Each is told by itself, though much is wrong at once."""
    pipeline, told = stage.pipeline, stage.told
    [hit] = httpx.post(f"{stage.index('items')}/_search", json={"size": 1, "version": True}, trust_env=False, timeout=60).json()["hits"]["hits"]
    source = {"name": "双碳周报", "fetch": {"kind": "feed", "url": f"{stage.site.url}/feed.xml", "full": False}}
    # A document without a digest is in no digest's count.
    _put_item(stage, "stray", {key: value for key, value in hit["_source"].items() if key != "digest_id"})
    told.until("content_unlike/index_content")
    _delete_item(stage, "stray", 2)
    _put_item(stage, "foreign", hit["_source"] | {"digest_id": "f" * 32})
    told.until("content_extra/index_content")
    _delete_item(stage, hit["_id"], hit["_version"])
    told.until("content_missing/index_content")
    asyncio.run(_delete_clock(stage))
    stage.relay.refuses = True
    told.until("key_refused/enrich")
    stage.relay.refuses = False
    stage.relay.stop()
    answer = httpx.put(f"{pipeline.url('ingest')}/v1/sources/weekly", json=source, trust_env=False, timeout=60)
    assert answer.is_success, answer.text
    pipeline.feed(variant(2), external_id="2")
    told.until("health_unreachable/enrich", "topics_missing/kafka", "source_paused/source:weekly")
    stage.site.pages["/feed.xml"] = rss("http://127.0.0.1", (), text="")
    stage.relay.start()
    asyncio.run(ensure_topics(stage.kafka, pipeline.topics.all))
    again = httpx.put(f"{pipeline.url('ingest')}/v1/sources/weekly", json=source | {"edition": answer.json()["edition"]}, trust_env=False, timeout=60)
    assert again.is_success, again.text
    _delete_item(stage, "foreign", 2)
    _put_item(stage, hit["_id"], hit["_source"], version=hit["_version"])
    told.green()


def _put_item(stage: Stage, item_id: str, source: dict[str, Any], version: int = 1) -> None:
    params: dict[str, str | int] = {"version": version, "version_type": "external_gte", "refresh": "true"}
    httpx.put(f"{stage.index('items')}/_doc/{item_id}", params=params, json=source, trust_env=False, timeout=60).raise_for_status()


def _delete_item(stage: Stage, item_id: str, version: int) -> None:
    params: dict[str, str | int] = {"version": version, "version_type": "external_gte", "refresh": "true"}
    httpx.delete(f"{stage.index('items')}/_doc/{item_id}", params=params, trust_env=False, timeout=60).raise_for_status()


async def _delete_clock(stage: Stage) -> None:
    admin = AIOKafkaAdminClient(**client_options(stage.kafka))
    await admin.start()
    try:
        await admin.delete_topics([stage.pipeline.topics.clock.name])
    finally:
        await admin.close()
