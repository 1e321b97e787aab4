"""Whatever order revisions, withdrawals and replays come in, however often, and whoever dies or is late: the newest of each digest is there.

A state machine writes through two writers to a real Elasticsearch and compares it with an oracle after every step. Its rules keep to what Kafka
does: what a writer took and did not finish is delivered again, to the other one, before anything behind it.
JIANBAO_TEST_EXAMPLES makes it look longer.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from services.index import document, indices
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Fate, Writer
from shared import elastic
from shared import index_names as names
from shared.ids import version
from shared.records import EnrichedDigest
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.sizes import examples

pytestmark = pytest.mark.connected

EXAMPLES = examples(short=8, long=200)
STEPS = 12

TITLES = ("昆山:甲", "常州:乙", "杭州:丙", "乐山:丁")
RUN = count()
"""Each example has digests of its own in the same index."""


class Crash(Exception):
    """kill -9, as the writer sees it."""


@dataclass
class Line:
    """A writer's way to Elasticsearch: it may be slow, be cut after some requests, or be held there until it is let go."""

    client: AsyncElasticsearch
    delays: list[int] = field(default_factory=list)
    """In ms before the next requests"""
    requests_left: int | None = None
    gate: asyncio.Event | None = None
    """What is waited for when none are left; cut where there is none"""
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def _pass(self) -> None:
        await asyncio.sleep((self.delays.pop(0) if self.delays else 0) / 1000)
        if self.requests_left is None:
            return
        self.requests_left -= 1
        if self.requests_left < 0:
            if self.gate is None:
                raise Crash
            self.held.set()
            await self.gate.wait()

    async def bulk(self, **options: Any) -> Any:
        """As the client's."""
        await self._pass()
        return await self.client.bulk(**options)

    async def mget(self, **options: Any) -> Any:
        """As the client's."""
        await self._pass()
        return await self.client.mget(**options)


@dataclass
class Place:
    """Where the machine writes."""

    runner: asyncio.Runner
    client: AsyncElasticsearch
    namespace: str

    def writer(self, line: Line) -> Writer:
        """A writer on that line."""
        return Writer(Bulk(line, 2**20, 4, Blockers()), self.namespace)


Order = tuple[int, int, int]
"""Digest, revision, build"""
ORDERS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(1, 2)), min_size=1, max_size=5)
DELAYS = st.lists(st.integers(0, 15), max_size=8)


class AnyOrder(RuleBasedStateMachine):
    """Batches of revisions of three digests."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.run = next(RUN)
        self.seed = 0
        self.sent: dict[Order, EnrichedDigest] = {}
        self.late: list[tuple[asyncio.Event, asyncio.Task[Any]]] = []

    def _digest(self, order: Order) -> EnrichedDigest:
        """The digest of that version, which has always the same content: its items are those whose bit is set, none for a withdrawal."""
        number, revision, build = order
        bits = hash((number, revision, self.seed)) % 2 ** len(TITLES)
        titles = tuple(title for at, title in enumerate(TITLES) if bits >> at & 1)
        found = enriched(*titles, name=f"{self.run}-{number}", revision=revision, build=build, withdrawn=not titles)
        return self.sent.setdefault(order, found)

    @initialize(seed=st.integers(0, 2**16))
    def contents_are(self, seed: int) -> None:
        """Which items a revision has."""
        self.seed = seed

    @rule(orders=ORDERS)
    def write(self, orders: list[Order]) -> None:
        """A batch."""
        self._do(self._write(Line(self.place.client), [self._digest(order) for order in orders]))

    @rule(data=st.data())
    @precondition(lambda self: self.sent)
    def replay(self, data: st.DataObject) -> None:
        """All that was ever sent, in any order."""
        self._do(self._write(Line(self.place.client), data.draw(st.permutations(list(self.sent.values())))))

    @rule(orders=ORDERS, more=ORDERS, after=st.integers(0, 5))
    def crash(self, orders: list[Order], more: list[Order], after: int) -> None:
        """One dies after so many requests; the other has its batch again, with some more behind it."""
        batch = [self._digest(order) for order in orders]
        self._do(self._crash(batch, [*batch, *map(self._digest, more)], after))

    async def _crash(self, batch: Sequence[EnrichedDigest], again: Sequence[EnrichedDigest], after: int) -> None:
        with contextlib.suppress(Crash):
            await self._write(Line(self.place.client, requests_left=after), batch)
        await self._write(Line(self.place.client), again)

    @rule(orders=ORDERS, more=ORDERS, delays=DELAYS, others=DELAYS)
    def both(self, orders: list[Order], more: list[Order], delays: list[int], others: list[int]) -> None:
        """One does not know yet that its partition is the other's: the same records through both at once."""
        batch = [self._digest(order) for order in orders]
        again = [*batch, *map(self._digest, more)]
        self._do(self._both(batch, again, delays, others))

    async def _both(self, batch: Sequence[EnrichedDigest], again: Sequence[EnrichedDigest], delays: list[int], others: list[int]) -> None:
        await asyncio.gather(
            self._write(Line(self.place.client, delays=list(delays)), batch), self._write(Line(self.place.client, delays=list(others)), again)
        )

    @rule(orders=ORDERS, more=ORDERS, after=st.integers(0, 4))
    def freeze(self, orders: list[Order], more: list[Order], after: int) -> None:
        """One is stopped (SIGSTOP, say) before a request; the other goes on with its batch and more."""
        batch = [self._digest(order) for order in orders]
        self._do(self._freeze(batch, [*batch, *map(self._digest, more)], after))

    async def _freeze(self, batch: Sequence[EnrichedDigest], again: Sequence[EnrichedDigest], after: int) -> None:
        line = Line(self.place.client, requests_left=after, gate=asyncio.Event())
        task = asyncio.create_task(self._write(line, batch))
        held = asyncio.create_task(line.held.wait())
        await asyncio.wait([task, held], return_when=asyncio.FIRST_COMPLETED)
        held.cancel()
        await self._write(Line(self.place.client), again)
        assert line.gate is not None
        self.late.append((line.gate, task))

    @rule()
    @precondition(lambda self: self.late)
    def thaw(self) -> None:
        """Who was stopped first goes on as if nothing had happened."""
        self._do(self._thaw())

    async def _thaw(self) -> None:
        gate, task = self.late.pop(0)
        gate.set()
        await task

    async def _write(self, line: Line, digests: Sequence[EnrichedDigest]) -> None:
        outcomes = await self.place.writer(line).write([document.read(digest.to_json()) for digest in digests])
        assert Fate.REFUSED not in {outcome.fate for outcome in outcomes}

    def _do(self, work: Any) -> None:
        self.place.runner.run(work)

    def teardown(self) -> None:
        """Let go who is still stopped, and look once more."""
        while self.late:
            self.thaw()
            self.newest_is_there()

    @invariant()
    def newest_is_there(self) -> None:
        """Of each digest exactly the items of its highest version, and a manifest that names them and nothing to delete."""
        if self.sent:
            self.place.runner.run(self._compare())

    async def _compare(self) -> None:
        newest: dict[str, EnrichedDigest] = {}
        for digest in self.sent.values():
            last = newest.get(digest.digest_id)
            if last is None or version(digest.revision, digest.build) > version(last.revision, last.build):
                newest[digest.digest_id] = digest
        client, items, manifests = self.place.client, *(names.alias(self.place.namespace, kind) for kind in names.KINDS)
        await client.indices.refresh(index=items)
        answer = await client.search(index=items, query={"terms": {"digest_id": list(newest)}}, size=100)
        found = sorted(
            (hit["_id"], hit["_source"]["digest_id"], hit["_source"]["revision"], hit["_source"]["build"]) for hit in answer.body["hits"]["hits"]
        )
        assert found == sorted((item.item_id, digest.digest_id, digest.revision, digest.build) for digest in newest.values() for item in digest.items)
        known = (await client.mget(index=manifests, ids=list(newest))).body["docs"]
        for digest, manifest in zip(newest.values(), (doc["_source"] for doc in known), strict=True):
            assert manifest["version"] == version(digest.revision, digest.build)
            assert manifest["withdrawn"] is digest.withdrawn
            assert sorted(manifest["item_ids"]) == sorted(item.item_id for item in digest.items)
            if not self.late:
                assert manifest["to_delete"] == []


@pytest.fixture
def place(engines: RunningEngines, namespace: str) -> Iterator[Place]:
    """Fresh indices."""
    with asyncio.Runner() as runner:
        client = elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url))

        async def end() -> None:
            for kind in names.KINDS:
                await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)
            await client.close()

        try:
            runner.run(indices.ensure(client, namespace=namespace))
            yield Place(runner, client, namespace)
        finally:
            runner.run(end())


def test_any_order_ends_with_the_newest(place: Place) -> None:
    """Batches, replays, crashes, two owners at once, one that was stopped for a while."""
    run_state_machine_as_test(
        lambda: AnyOrder(place),  # type: ignore[arg-type]  # called without arguments, as a class would be
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True),
    )
