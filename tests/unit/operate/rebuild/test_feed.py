"""Records of a topic → a writer: order by digest, several batches at once, what is refused."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast

import pytest

from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.rebuild.feed import Feed
from shared.dead_letters.headers import SourceRecord
from shared.errors import Misconfigured
from shared.kafka.scan import Scanned, Scanner
from tests.fakes.digests import RECEIVED, enriched
from tests.fakes.elastic import FakeElastic

TOPIC = "digests.enriched.v1"


class FakeScanner:
    """A topic of one partition."""

    def __init__(self, records: Sequence[tuple[bytes, bytes]]) -> None:
        self.records = list(records)

    async def bounds(self, topic: str) -> dict[int, tuple[int, int]]:
        """All of it."""
        return {0: (0, len(self.records))} if topic == TOPIC else {}

    async def read(self, topic: str, *, since: Mapping[int, int], until: Mapping[int, int]) -> AsyncIterator[Scanned]:
        """As the real one."""
        for offset in range(since.get(0, 0), until[0]):
            key, value = self.records[offset]
            yield Scanned(SourceRecord(topic, 0, offset, key, value, ()), RECEIVED)


class Slow(FakeElastic):
    """Notes how many requests were under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = 0
        self.most = 0

    async def bulk(self, **options: Any) -> Any:
        """Later than the fake."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(5):
            await asyncio.sleep(0)
        self.under_way -= 1
        return await super().bulk(**options)


def _feed(records: Sequence[tuple[bytes, bytes]], elastic: FakeElastic, **options: Any) -> Feed:
    scanner = cast(Scanner, FakeScanner(records))
    return Feed(scanner, TOPIC, Writer(Bulk(elastic, 2**20, 4, Blockers())), **({"batch_bytes": 1, "in_flight": 4} | options))


def _records(*names: str, revisions: int = 1) -> list[tuple[bytes, bytes]]:
    made = [
        enriched("昆山:甲", *["常州:乙"] * (revision % 2), name=name, revision=revision) for revision in range(1, revisions + 1) for name in names
    ]
    return [(digest.digest_id.encode(), digest.to_json()) for digest in made]


async def test_all_of_it_with_the_last_revision() -> None:
    """Batches of one record each, of which those of one digest never overtake each other."""
    elastic = Slow()
    feed = _feed(_records("a", "b", "c", revisions=4), elastic)
    assert await feed.to_end() == 12
    assert {item["revision"] for item in elastic.documents("items").values()} == {4}
    assert len(elastic.documents("items")) == 3
    assert {manifest["revision"] for manifest in elastic.documents("digests").values()} == {4}


async def test_several_batches_are_under_way_at_once() -> None:
    """As many as are allowed."""
    elastic = Slow()
    await _feed(_records(*"abcdefgh"), elastic, in_flight=3).to_end()
    assert elastic.most == 3


async def test_goes_on_where_it_stopped() -> None:
    """What came in since is all that is read."""
    elastic = FakeElastic()
    feed = _feed(_records("a"), elastic)
    assert await feed.to_end() == 1
    cast(Any, feed.scanner).records += _records("b", "c")
    assert await feed.left() == 2
    assert await feed.to_end() == 2
    assert (feed.at, feed.records) == ({0: 3}, 3)


async def test_refused_records_are_counted_and_their_digests_noted() -> None:
    """By their form and by the mapping; the others are written."""
    elastic = FakeElastic()
    poison = enriched("昆山:甲", name="poison")
    elastic.refuse = lambda _index, id: {"status": 400, "error": {"type": "t", "reason": "r"}} if id == poison.digest_id else None
    records = [(b"key", b"\xff"), (poison.digest_id.encode(), poison.to_json()), *_records("good")]
    feed = _feed(records, elastic)
    await feed.to_end()
    assert feed.refused == {"key", poison.digest_id}
    assert feed.fates == {"refused": 2, "indexed": 1}


async def test_touched_digests_are_noted_where_asked_for() -> None:
    """Their ids."""
    records = _records("a", "b", revisions=2)
    feed = _feed(records, FakeElastic(), touched=set())
    await feed.to_end()
    assert feed.touched == {key.decode() for key, _ in records}


async def test_a_topic_made_anew_is_noticed() -> None:
    """It ends before what was read of it."""
    feed = _feed(_records("a"), FakeElastic(), at={0: 5})
    with pytest.raises(Misconfigured, match="was made anew"):
        await feed.to_end()


async def test_errors_of_a_batch_come_out() -> None:
    """And nothing is left running."""
    elastic = FakeElastic(failures=[ValueError("a bug")])
    with pytest.raises(ValueError, match="a bug"):
        await _feed(_records("a", "b", "c"), elastic).to_end()
    assert len(asyncio.all_tasks()) == 1
