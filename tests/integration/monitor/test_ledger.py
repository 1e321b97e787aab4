"""The ledger on real engines: what the topics say of a digest, whatever is killed or lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import orjson
import pytest
from elasticsearch import AsyncElasticsearch

from services.ingest.erasure import erasure, note
from services.monitor.ledger.store import Store
from services.monitor.ledger.writer import Writer
from services.operate.erase.ledger import forget
from services.search.answer.journeys import Journeys
from services.search.errors import Away, NotFound
from services.search.models.journey import JourneyAnswer
from shared import elastic
from shared import index_names as names
from shared.dead_letters.headers import Failure, SourceRecord, resent_headers, to_headers
from shared.kafka.clients import ensure_topics
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER
from shared.settings import ElasticsearchSettings, KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.fakes.raw_records import raw
from tests.kafka_topics import recreate

pytestmark = pytest.mark.connected


class Ledger:
    """Topics of a namespace, with the writer beside them while `writing` runs."""

    def __init__(self, engines: RunningEngines, namespace: str, client: AsyncElasticsearch, sender: Sender) -> None:
        self.kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
        self.elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
        self.namespace, self.client, self.sender = namespace, client, sender
        self.topics = Topics(namespace)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writer]:
        """A process that writes, and is killed at the end of the block."""
        writer = Writer(self.kafka, self.topics, Store(self.client, self.elasticsearch, namespace=self.namespace))
        task = asyncio.create_task(writer.run())
        try:
            yield writer
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def send(self, *messages: Message) -> None:
        """Write records."""
        await self.sender.deliver(messages)

    async def way(self, name: str) -> JourneyAnswer | None:
        """What is known now."""
        with suppress(NotFound, Away):  # an index that was made this moment has no shard yet
            return await Journeys(self.client, self.elasticsearch, namespace=self.namespace).of(name)
        return None

    async def until(self, name: str, holds: Callable[[JourneyAnswer], bool]) -> JourneyAnswer:
        """The way of a digest once something holds of it."""
        async with asyncio.timeout(30):
            while True:
                found = await self.way(name)
                if found is not None and holds(found):
                    return found
                await asyncio.sleep(0.1)


@pytest.fixture
async def ledger(engines: RunningEngines, namespace: str) -> AsyncIterator[Ledger]:
    """With topics, and nothing in them."""
    settings = ElasticsearchSettings(url=engines.elasticsearch_url)
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
    await ensure_topics(kafka, Topics(namespace).all)
    async with elastic.connect(settings) as client, Sender(kafka) as sender:
        try:
            yield Ledger(engines, namespace, client, sender)
        finally:
            await client.indices.delete(index=names.ledger(namespace), ignore_unavailable=True)


def steps(found: JourneyAnswer) -> list[str]:
    """Kinds in their order."""
    return [step.kind for step in found.steps]


async def test_a_digest_that_died_and_was_sent_again(ledger: Ledger) -> None:
    """Each record is a step; a writer that was killed and one that begins anew write none twice."""
    topics = ledger.topics
    key, value, headers = raw("12", "江苏要闻")
    assert key is not None
    digest_id = key.decode()
    record = SourceRecord(topics.raw.name, 0, 0, key, value, tuple(headers))
    now = datetime.now(UTC)
    letter = to_headers(record, Failure("enrich", "crashed", "twice", 2, now, now, "1 build 7"))
    again = resent_headers(headers, letter="0/0", attempt=1)
    async with ledger.writing():
        await ledger.send(Message(topics.raw.name, key, value, headers))
        assert (await ledger.until(digest_id, lambda found: True)).where == "received"
        await ledger.send(Message(topics.dead.name, key, value, letter))
        found = await ledger.until(digest_id, lambda found: found.where == "dead")
        assert found.letter is not None
    await ledger.send(Message(topics.raw.name, key, value, again))
    async with ledger.writing():
        assert steps(await ledger.until(digest_id, lambda found: found.where == "received")) == ["received", "dead", "received"]
    revision = found.steps[0].revision
    done = enriched("昆山:甲").model_copy(update={"digest_id": digest_id, "revision": revision})
    await ledger.send(Message(topics.enriched.name, key, done.to_json()))
    await ledger.client.indices.delete(index=names.ledger(ledger.namespace))
    async with ledger.writing():
        found = await ledger.until(digest_id, lambda found: found.where == "enriched")
        # Also while it writes: nothing is written beside what was read before.
        await ledger.client.indices.delete(index=names.ledger(ledger.namespace))
        await ledger.send(Message(topics.enriched.name, key, done.to_json()))
        found = await ledger.until(digest_id, lambda found: len(found.steps) == 5)
    assert steps(found).pop() == "enriched"
    found = found.model_copy(update={"steps": found.steps[:4]})
    assert steps(found) == ["received", "dead", "received", "enriched"]
    assert [step.letter for step in found.steps] == [None, None, "0/0", None]


async def test_a_digest_is_found_before_it_is_indexed(ledger: Ledger) -> None:
    """By its items, by its address and external id, whatever they hold; of several of one name the last heard of comes first."""
    made = enriched("昆山:甲").model_copy(update={"external_id": "第6期/甲 & *", "url": "https://a.cn/期?a=%20#b"})
    (item,) = made.items
    other = enriched("昆山:乙", name="other").model_copy(update={"external_id": "第6期/甲 & *", "url": None})
    async with ledger.writing():
        await ledger.send(Message(ledger.topics.enriched.name, made.digest_id.encode(), made.to_json()))
        for name in (made.digest_id, made.digest_id.upper(), item.item_id, "第6期/甲 & *", " https://a.cn/期?a=%20#b "):
            found = await ledger.until(name, lambda found: True)
            assert (found.digest_id, found.where, found.others) == (made.digest_id, "enriched", ()), name
        await ledger.send(Message(ledger.topics.enriched.name, other.digest_id.encode(), other.to_json()))
        found = await ledger.until("第6期/甲 & *", lambda found: len(found.others) == 1)
        assert (found.digest_id, found.others[0].digest_id) == (other.digest_id, made.digest_id)
        assert await ledger.way("第6期") is None


async def test_what_was_erased_is_deleted_and_that_it_was_stays(ledger: Ledger) -> None:
    """No address, no item, no error is left of it; others keep theirs."""
    key, value, headers = raw("12", "江苏要闻")
    other, _, _ = third = raw("13", "别的")
    assert key is not None
    assert other is not None
    digest_id = key.decode()
    erased = erasure(digest_id, revision=2**41)
    note_of_it = note(by="root@host", reason="法院裁定", erased=True)
    async with ledger.writing():
        await ledger.send(Message(ledger.topics.raw.name, key, value, headers), Message(ledger.topics.raw.name, *third))
        await ledger.send(Message(ledger.topics.raw.name, key, b"", [(DIGEST_HEADER, erased.to_json()), note_of_it]))
        await ledger.until(digest_id, lambda found: steps(found) == ["received", "erased"])
        await ledger.until(other.decode(), lambda found: steps(found) == ["received"])
        await forget(ledger.elasticsearch, ledger.namespace, [digest_id])
        found = await ledger.until(digest_id, lambda found: steps(found) == ["erased"])
        assert (found.steps[0].by, found.steps[0].message, found.where) == ("root@host", "法院裁定", "withdrawing")
        assert await ledger.way(other.decode()) is not None


async def test_a_ledger_of_an_older_form_is_written_anew(ledger: Ledger) -> None:
    """As its events lack what is asked for now; who asks meanwhile is told that it is being filled."""
    key, value, headers = raw("12", "江苏要闻")
    assert key is not None
    await ledger.send(Message(ledger.topics.raw.name, key, value, headers))
    await ledger.client.indices.create(index=names.ledger(ledger.namespace), mappings={"dynamic": False})
    store = Store(ledger.client, ledger.elasticsearch, namespace=ledger.namespace)
    assert (await store.open()).behind == 1
    async with ledger.writing():
        found = await ledger.until(key.decode(), lambda found: found.ledger == "complete")
    assert steps(found) == ["received"]
    assert (await store.open()).behind == 0


async def test_topics_that_were_made_anew_are_read_from_their_beginning(ledger: Ledger) -> None:
    """What the ledger knew of the old ones stays."""
    first, second = (raw(name, name) for name in ("1", "2"))
    one, other = ((key or b"").decode() for key, _, _ in (first, second))
    async with ledger.writing() as writer:
        # Those of one ms are one step, as copies are that an erasure makes.
        await ledger.send(*(Message(ledger.topics.raw.name, *first) for _ in range(5)))
        await ledger.until(one, lambda found: writer.stored == 5)
    await recreate(ledger.kafka, ledger.topics)
    async with ledger.writing():
        await ledger.send(Message(ledger.topics.raw.name, *second))
        await ledger.until(other, lambda found: len(found.steps) == 1)
        assert steps(await ledger.until(one, lambda found: True))[0] == "received"


async def test_what_elasticsearch_does_not_take_holds_up_no_other(ledger: Ledger) -> None:
    """A revision that is no long, an address that is too long to be found by: the digest behind them has its way."""
    key, value, headers = raw("12", "江苏要闻")
    assert key is not None
    said = orjson.loads(dict(headers)[DIGEST_HEADER])
    for digest_id, facts in (("0" * 32, {"revision": 2**63}), ("1" * 32, {"url": f"https://a.example/{'长' * 20_000}"})):
        poison = orjson.dumps(said | facts | {"digest_id": digest_id})
        await ledger.send(Message(ledger.topics.raw.name, digest_id.encode(), value, ((DIGEST_HEADER, poison),)))
    await ledger.send(Message(ledger.topics.raw.name, key, value, headers))
    async with ledger.writing() as writer:
        assert steps(await ledger.until(key.decode(), lambda found: True)) == ["received"]
        async with asyncio.timeout(10):
            while not writer.stored:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
