"""A digest erased from the topics of a real Kafka; the services are played by the test."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.ingest.erasure import erasure_of
from services.ingest.publish import KafkaPublisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import KafkaDesk, withdraw
from services.operate.archive.export import export
from services.operate.archive.line import Archived
from services.operate.archive.verify import verify
from services.operate.erase import erase as flow
from services.operate.erase import rewrite as rewriting
from services.operate.erase.erase import Erased, Where, erase
from services.operate.erase.plan import plan
from shared import operations
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.errors import Rejected, Unavailable
from shared.kafka.clients import client_options
from shared.kafka.scan import Scanned, Scanner
from shared.operations import Operation
from shared.records import read_raw
from shared.settings import ElasticsearchSettings
from shared.topics import Topic
from tests.engines import RunningEngines
from tests.fakes.archive import AT, identity, raw
from tests.integration.operate.kafka_topics import Kafka

pytestmark = pytest.mark.connected

SECRET = "某人的姓名".encode()
GONE = identity("gone")
NAMES = [str(n) for n in range(12)]
OTHERS = [raw(name, f"昆山{name}".encode(), revision=n, offset=n) for n, name in enumerate(NAMES)]
REVISIONS = [raw("gone", SECRET, revision=1), raw("gone", SECRET + b"2", revision=2)]


def enriched(record: Archived) -> Archived:
    """Played by a stand-in: the text goes on under the digest's key."""
    value = b'{"digest_id":"%s","items":["%s"]}' % (record.key or b"", record.value or b"")
    return Archived("raw", 0, 0, record.at, record.key, value, ())


def dead(record: Archived) -> Archived:
    """Its dead letter."""
    failure = Failure("enrich", "undecodable", "no text", 1, AT, AT, "1")
    headers = to_headers(SourceRecord("raw", 0, 7, record.key, record.value, tuple((name, data or b"") for name, data in record.headers)), failure)
    return Archived("raw", 0, 0, record.at, record.key, record.value, tuple(headers))


@pytest.fixture
async def where(kafka: Kafka, engines: RunningEngines) -> AsyncIterator[Where]:
    """Topics with others' records around the digest's, in all three."""
    mixed = [*OTHERS[:5], REVISIONS[0], *OTHERS[5:8], REVISIONS[1], *OTHERS[8:]]
    await kafka.send(mixed)
    await kafka.send([enriched(each) for each in mixed], topic=kafka.topics.enriched)
    await kafka.send([dead(each) for each in mixed], topic=kafka.topics.dead)
    async with KafkaPublisher(kafka.settings, kafka.topics, ack_timeout=30) as publisher:
        await publisher.connected(timeout=60)
        elasticsearch = ElasticsearchSettings(url=engines.elasticsearch_url)
        yield Where(kafka.settings, elasticsearch, kafka.topics, KafkaDesk(kafka.settings, kafka.topics), publisher, Revisions(lambda: 10))


async def run(where: Where, **options: object) -> Erased:
    """Erase the digest."""
    return await erase([GONE], where, reason="法院裁定", by="test", seconds=options.pop("seconds", 5.0), **options)  # type: ignore[arg-type]


async def records(kafka: Kafka, topic: Topic) -> Counter[tuple[object, ...]]:
    """Key, value, headers and time of all records that can be read."""
    return Counter(_content(scanned) for scanned in await kafka.read(topic))


def _content(scanned: Scanned) -> tuple[object, ...]:
    record = scanned.record
    return (record.key, record.value, tuple(record.headers), scanned.at)


def others(made: Mapping[str, list[Archived]], topic: str) -> Counter[tuple[object, ...]]:
    """What a topic shall hold."""
    return Counter((each.key, each.value, each.headers, each.at) for each in made[topic])


EXPECTED = {"raw": OTHERS, "enriched": [enriched(each) for each in OTHERS], "dead": [dead(each) for each in OTHERS]}


async def assert_gone(kafka: Kafka) -> None:
    """Nothing of the digest is left but its erasure, and all others are what they were."""
    for name in EXPECTED:
        found = await records(kafka, getattr(kafka.topics, name))
        erasures = [each for each in found if each[0] == GONE.encode()]
        assert all(SECRET not in each[1] for each in found)  # type: ignore[operator]
        assert [erasure_of(each[2]) is not None for each in erasures] == ([True] if name == "raw" else [])  # type: ignore[arg-type]
        assert Counter({each: count for each, count in found.items() if each not in erasures}) == others(EXPECTED, name)


async def test_nothing_is_left_and_the_others_are_what_they_were(kafka: Kafka, where: Where) -> None:
    """In all three topics: keys, bytes, headers and times; each once. The erasure says neither title nor source nor address."""
    done = await run(where)
    await assert_gone(kafka)
    assert (sum(each.erased for each in done.partitions), {each.part for each in done.partitions}) == (6, {"raw", "enriched", "dead"})
    [left] = [scanned.record for scanned in await kafka.read() if scanned.record.key == GONE.encode()]
    said = read_raw(dict(left.headers)["digest"])
    assert (said.withdrawn, said.revision, said.source, said.title, said.url, said.external_id) == (True, 10, "erased", None, None, None)


async def test_who_did_it_is_on_record(kafka: Kafka, where: Where) -> None:
    """Its beginning and its end; never a word of the digest."""
    await run(where)
    kept = [operations.read(scanned.record.value) for scanned in await kafka.read(kafka.topics.operations)]
    assert [(each.action, each.outcome, each.digest_id, each.by, each.reason) for each in kept] == [
        ("erase", "begun", GONE, "test", "法院裁定"),
        ("erase", "done", GONE, "test", "法院裁定"),
    ]
    assert kept[0].operation_id == kept[1].operation_id
    assert not any(SECRET.decode() in each.detail for each in kept)


async def test_a_plan_changes_nothing(kafka: Kafka, where: Where) -> None:
    """It says what would be copied."""
    before = [await records(kafka, getattr(kafka.topics, name)) for name in EXPECTED]
    async with Scanner(kafka.settings) as scanner:
        planned = await plan(scanner, where.topics, [GONE])
    assert {each.part: each.erased for each in planned} == {"raw": 2, "enriched": 2, "dead": 2}
    assert [await records(kafka, getattr(kafka.topics, name)) for name in EXPECTED] == before


async def test_an_unknown_digest(kafka: Kafka, where: Where) -> None:
    """Nothing is written."""
    with pytest.raises(Rejected, match="never received"):
        await erase([uuid4().hex], where, reason="x", by="test", seconds=5)
    assert await kafka.read(kafka.topics.operations) == []


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_broken_off_after_copying_and_before_deleting(kafka: Kafka, where: Where, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """In the first, second or third partition: run again it finishes, and nothing is lost or there twice."""
    deleted = 0
    delete = rewriting._delete

    async def breaking(*arguments: object) -> None:
        nonlocal deleted
        if deleted == at:
            raise Unavailable("killed")
        deleted += 1
        await delete(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rewriting, "_delete", breaking)
    with pytest.raises(Unavailable, match="killed"):
        await run(where)
    monkeypatch.setattr(rewriting, "_delete", delete)
    await run(where)
    await assert_gone(kafka)


async def test_what_others_write_meanwhile_stays(kafka: Kafka, where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between copying and deleting, as live feeders do."""
    meanwhile = raw("meanwhile", "新的".encode(), revision=11)
    delete = rewriting._delete

    async def writing(*arguments: object) -> None:
        await kafka.send([meanwhile])
        await delete(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rewriting, "_delete", writing)
    await run(where)
    found = await records(kafka, kafka.topics.raw)
    assert found[(meanwhile.key, meanwhile.value, meanwhile.headers, meanwhile.at)] == 3


async def test_what_comes_again_meanwhile_is_said(kafka: Kafka, where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fed again while it is erased: the command does not say that it is gone."""
    rewrite = rewriting.rewrite

    async def feeding(*arguments: object, **options: object) -> int:
        await kafka.send([raw("gone", SECRET, revision=12)])
        return await rewrite(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "rewrite", feeding)
    with pytest.raises(Unavailable, match="came meanwhile"):
        await run(where)
    monkeypatch.setattr(flow, "rewrite", rewrite)
    await run(where)
    assert all(SECRET not in (scanned.record.value or b"") for scanned in await kafka.read())


async def test_readers_that_are_behind_stop_it(kafka: Kafka, where: Where) -> None:
    """Something of the digest may be on its way then: nothing is deleted; once they are past it, it goes on, and they lose no place."""
    group = kafka.topics.enrich_group
    consumer = AIOKafkaConsumer(**client_options(kafka.settings), group_id=group, enable_auto_commit=False, auto_offset_reset="none")
    consumer.subscribe([kafka.topics.raw.name])
    await consumer.start()
    try:
        places = [TopicPartition(kafka.topics.raw.name, partition) for partition in range(2)]
        await consumer.commit(dict.fromkeys(places, 0))
        with pytest.raises(Unavailable, match="behind in"):
            await run(where, seconds=0.5)
        assert (await records(kafka, kafka.topics.raw))[(GONE.encode(), SECRET, REVISIONS[0].headers, AT)] == 1
        ends = await consumer.end_offsets(places)
        await consumer.commit(ends)
        await run(where)
        committed = {place: await consumer.committed(place) for place in places}
        begins = await consumer.beginning_offsets(places)
        assert all(begins[place] <= (committed[place] or 0) for place in places)
    finally:
        await consumer.stop()
    await assert_gone(kafka)


async def test_what_was_done_with_dead_letters_is_said_of_their_new_places(kafka: Kafka, where: Where) -> None:
    """A letter that was discarded would else be back in the list; also after a second erasure."""

    async def places() -> dict[bytes | None, str]:
        return {scanned.record.key: f"{scanned.record.partition}/{scanned.record.offset}" for scanned in await kafka.read(kafka.topics.dead)}

    before = await places()
    beside = [key for key, place in before.items() if key != GONE.encode() and place[0] == before[GONE.encode()][0]]
    key, next_gone = beside[0], (beside[1] or b"").decode()
    discarded = Operation(action="discard", subject=before[key], by="somebody")
    await operations.keep(kafka.settings, kafka.topics.operations.name, [discarded])
    for digest_id in (GONE, next_gone):
        await erase([digest_id], where, reason="x", by="test", seconds=5)
    after = await places()
    assert after[key] != before[key]
    kept = [operations.read(scanned.record.value) for scanned in await kafka.read(kafka.topics.operations)]
    carried = [each for each in kept if each.action == "discard" and each.subject == after[key]]
    assert [(each.operation_id, each.by, each.at) for each in carried] == [(discarded.operation_id, "somebody", discarded.at)]


async def test_withdrawn_first_then_erased(kafka: Kafka, where: Where) -> None:
    """A withdrawal still knows the title: it goes too."""
    await withdraw([GONE], reason="x", by="test", desk=where.desk, publisher=where.publisher, revisions=where.revisions)
    assert [scanned.record.value for scanned in await kafka.read() if scanned.record.key == GONE.encode()][-1] == b""
    await run(where)
    await assert_gone(kafka)


async def test_again(kafka: Kafka, where: Where) -> None:
    """Done already: nothing to do, unless the files on disk are to be freed."""
    await run(where)
    assert (await run(where)).partitions == []
    assert {each.part for each in (await run(where, again=True)).partitions} == {"raw", "enriched", "dead"}
    await assert_gone(kafka)


async def test_archives_that_are_named_are_written_anew(kafka: Kafka, where: Where, tmp_path: Path) -> None:
    """And the next export brings nothing of it, but the erasure."""
    await export(tmp_path, kafka.settings, kafka.topics)
    done = await run(where, archives=[tmp_path])
    assert done.archived == 2
    report = await export(tmp_path, kafka.settings, kafka.topics, now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    assert (report.records["raw"], report.erased) == (1, [GONE])
    assert verify(tmp_path).problems == []
