"""The consumer between a fake Kafka and deliveries that a test lets go one by one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from aiokafka import TopicPartition

from services.index import consumer as consumer_module
from services.index.consumer import Consumer
from services.index.fill import Doubts
from services.index.flow_control.blockers import Blockers
from shared.dead_letters.headers import SourceRecord
from tests.fakes.kafka_reader import FakeReader

P0, P1 = TopicPartition("digests.enriched.v1", 0), TopicPartition("digests.enriched.v1", 1)


class Deliveries:
    """Batches under way by their keys; each ends when it is let go."""

    def __init__(self) -> None:
        self.open: dict[tuple[bytes | None, ...], asyncio.Event] = {}
        self.seen: list[tuple[bytes | None, ...]] = []
        self.fail: Exception | None = None

    async def deliver(self, records: Sequence[SourceRecord]) -> None:
        """Wait to be let go."""
        keys = tuple(record.key for record in records)
        self.seen.append(keys)
        if self.fail:
            raise self.fail
        self.open[keys] = asyncio.Event()
        await self.open[keys].wait()

    def let_go(self, *keys: bytes | None) -> None:
        """End the batch of these keys."""
        self.open.pop(keys).set()


async def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not condition():
        assert monotonic() < deadline, "waited 10 s in vain"
        await asyncio.sleep(0.002)


@asynccontextmanager
async def _running(
    reader: FakeReader, deliveries: Deliveries, *, in_flight: int = 2, fills: str = ""
) -> AsyncIterator[tuple[Consumer, asyncio.Event]]:
    """Batches of 10 bytes, which is one record in these tests."""

    async def notes() -> dict[int, str]:
        return {partition.partition: note for partition, note in reader.notes.items()}

    consumer = Consumer(reader, deliveries.deliver, Blockers(), 10, in_flight, doubts=Doubts(fills, notes))
    stop = asyncio.Event()
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer, stop
    finally:
        stop.set()
        for event in deliveries.open.values():
            event.set()
        await task


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits and pauses without their pauses."""
    monkeypatch.setattr(consumer_module, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(consumer_module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(consumer_module, "WAIT_SECONDS", 0.005)


def _values(*keys: bytes) -> list[tuple[bytes, bytes]]:
    return [(key, b"x" * 10) for key in keys]


async def test_offsets_are_committed_in_order() -> None:
    """A later batch that ends first waits for the earlier one."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b")}), Deliveries()
    async with _running(reader, deliveries) as (_, _stop):
        await _until(lambda: len(deliveries.open) == 2)
        deliveries.let_go(b"b")
        polls = reader.polls
        await _until(lambda: reader.polls > polls + 3)
        assert reader.commits == []
        deliveries.let_go(b"a")
        await _until(lambda: reader.commits == [{P0: 2}])


async def test_a_digest_is_in_one_batch_at_a_time() -> None:
    """Its next revision waits until the one before is answered for, and so does what is behind it."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"a", b"b")}), Deliveries()
    async with _running(reader, deliveries) as (_, _stop):
        await _until(lambda: len(deliveries.open) == 1)
        polls = reader.polls
        await _until(lambda: reader.polls > polls + 3)
        assert deliveries.seen == [(b"a",)]
        deliveries.let_go(b"a")
        await _until(lambda: deliveries.seen == [(b"a",), (b"a",), (b"b",)])


async def test_a_batch_that_is_held_up_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no full batch comes together, what is there goes by one that has been tried for long; its own offset stays."""
    monkeypatch.setattr(consumer_module, "HELD_SECONDS", 0.0)
    reader, deliveries = FakeReader({P0: _values(b"a"), P1: [(b"b", b"x")]}), Deliveries()
    async with _running(reader, deliveries) as (_, _stop):
        await _until(lambda: len(deliveries.open) == 2)
        deliveries.let_go(b"b")
        await _until(lambda: reader.commits == [{P1: 1}])
        assert list(deliveries.open) == [(b"a",)]


async def test_without_room_it_pauses_and_keeps_polling() -> None:
    """Memory stays bounded while Elasticsearch is away, and the group does not throw us out; then it goes on by itself."""
    keys = [b"%d" % number for number in range(50)]
    reader, deliveries = FakeReader({P0: _values(*keys)}), Deliveries()
    async with _running(reader, deliveries) as (consumer, _stop):
        await _until(lambda: reader.paused() == {P0})
        polls = reader.polls
        await _until(lambda: reader.polls > polls + 5)
        assert len(deliveries.seen) == 2
        assert consumer.full
        # Two batches in flight, and what is at hand: not the topic.
        assert reader.positions[P0] < 6
        while len(deliveries.seen) < 50 or deliveries.open:
            await _until(lambda: bool(deliveries.open))
            deliveries.let_go(*next(iter(deliveries.open)))
        await _until(lambda: reader.group == {P0: 50})
    assert [key for batch in deliveries.seen for key in batch] == keys


async def test_small_records_go_together_when_nothing_more_comes() -> None:
    """Less than a full batch is not waited for."""
    reader, deliveries = FakeReader({P0: [(b"a", b"x")], P1: [(b"b", b"x")]}), Deliveries()
    async with _running(reader, deliveries) as (_, _stop):
        await _until(lambda: deliveries.seen == [(b"a", b"b")])
        deliveries.let_go(b"a", b"b")
        await _until(lambda: reader.group == {P0: 1, P1: 1})


async def test_stop_finishes_what_is_in_flight_and_commits_it() -> None:
    """And takes no more."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b", b"c")}), Deliveries()
    async with _running(reader, deliveries, in_flight=1) as (_, stop):
        await _until(lambda: len(deliveries.open) == 1)
        stop.set()
        deliveries.let_go(b"a")
    assert reader.group[P0] >= 1
    assert reader.group[P0] == len(deliveries.seen)


async def test_a_bug_ends_the_run_and_commits_nothing_of_it() -> None:
    """Rather than go on past records that nobody answered for."""
    reader, deliveries = FakeReader({P0: _values(b"a")}), Deliveries()
    deliveries.fail = ZeroDivisionError("a bug")
    consumer = Consumer(reader, deliveries.deliver, Blockers(), 10, 2)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(consumer.run(asyncio.Event()), 10)
    assert reader.commits == []


async def test_a_recreated_topic_is_read_from_its_start() -> None:
    """The group's offset is gone, ours is not: what lies before it must not be passed over."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b")}), Deliveries()
    async with _running(reader, deliveries) as (_, _stop):
        await _until(lambda: len(deliveries.open) == 2)
        deliveries.let_go(b"a")
        deliveries.let_go(b"b")
        await _until(lambda: reader.group == {P0: 2})
        reader.group.clear()
        reader.partitions[P0][:] = _values(b"c", b"d", b"e")
        await _until(lambda: (b"e",) in deliveries.open)
        deliveries.let_go(b"e")
        await _until(lambda: (b"c",) in deliveries.open and (b"d",) in deliveries.open)


async def test_revoked_partitions_are_forgotten() -> None:
    """What is in flight is committed if it ends; what is only at hand is left to the next owner."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b")}), Deliveries()
    async with _running(reader, deliveries, in_flight=1) as (consumer, _stop):
        await _until(lambda: len(deliveries.open) == 1)
        revoking = asyncio.create_task(consumer.revoked({P0}))
        await asyncio.sleep(0)
        deliveries.let_go(b"a")
        await _until(lambda: reader.group.get(P0, 0) >= 1 or bool(deliveries.open))
        for keys in list(deliveries.open):
            deliveries.let_go(*keys)
        await revoking
    assert reader.group[P0] == len(deliveries.seen)


async def test_how_long_a_batch_is_held() -> None:
    """Of the oldest in flight; what is refused again and again must not look well."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b")}), Deliveries()
    async with _running(reader, deliveries) as (consumer, _stop):
        assert consumer.held_for(monotonic() + 100) == 0.0
        await _until(lambda: len(deliveries.open) == 2)
        assert consumer.held_for(monotonic() + 100) >= 100
        deliveries.let_go(b"a")
        deliveries.let_go(b"b")
        await _until(lambda: not consumer.busy)
        assert consumer.held_for(monotonic() + 100) == 0.0


async def test_an_offset_of_other_indices_is_begun_again() -> None:
    """What is committed for an index that is gone says nothing of the one that is there: its partition is read from the start, the other goes on."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b"), P1: _values(b"c", b"d")}, positions={P0: 2, P1: 1}), Deliveries()
    reader.group, reader.notes = {P0: 2, P1: 1}, {P0: "items:old", P1: "items:new"}
    async with _running(reader, deliveries, in_flight=4, fills="items:new") as (consumer, _):
        await consumer.assigned({P0, P1})
        await _until(lambda: len(deliveries.open) == 3)
        assert sorted(deliveries.seen) == [(b"a",), (b"b",), (b"d",)]
        assert reader.group == {P0: 0, P1: 1}, "committed before anything is read: a kill here leaves it to be begun"
        for key in (b"a", b"b", b"d"):
            deliveries.let_go(key)
        await _until(lambda: reader.group == {P0: 2, P1: 2})
        assert set(reader.notes.values()) == {"items:new"}


async def test_nothing_is_committed_while_it_is_not_known_what_an_offset_is_about() -> None:
    """Kafka does not say yet: what was fetched from the old place is answered for, but not committed for the new index."""
    reader, deliveries = FakeReader({P0: _values(b"a", b"b")}, positions={P0: 1}), Deliveries()
    reader.group, reader.notes = {P0: 1}, {P0: "items:old"}
    async with _running(reader, deliveries, fills="items:new") as (consumer, _):
        await _until(lambda: len(deliveries.open) == 1)
        consumer.doubts.give({P0})  # given while its record was being fetched
        deliveries.let_go(b"b")
        await _until(lambda: deliveries.seen == [(b"b",), (b"a",), (b"b",)] or deliveries.seen == [(b"b",), (b"a",)])
        assert all(offset == 0 for commit in reader.commits for offset in commit.values())


async def test_other_live_indices_end_it() -> None:
    """Whoever watches says so; its owner begins again with theirs."""
    reader = FakeReader({P0: []})
    consumer = Consumer(reader, Deliveries().deliver, Blockers(), 10, 2)
    running = asyncio.create_task(consumer.run(asyncio.Event()))
    await _until(lambda: reader.polls > 0)
    consumer.replaced = True
    await asyncio.wait_for(running, 10)
