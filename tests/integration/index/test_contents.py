"""Enriched records in, exactly the right items in Elasticsearch: one indexer as a process on real engines.

Each test has digests of its own.
"""

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.dead_letters.headers import DeadLetter, from_record
from shared.kafka.clients import client_options
from tests.fakes.digests import enriched, value
from tests.integration.index.conftest import Bench

pytestmark = [pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]


async def test_exactly_the_items_of_the_digests(lasting: Bench) -> None:
    """Two digests in, their items searchable, and their manifests name them."""
    first, second = enriched("昆山:甲", "常州:乙", name="first"), enriched("杭州:丙", name="second")
    await lasting.send(first, second)
    await lasting.settled()
    assert await lasting.bodies(first, second) == ["常州:乙,第1版。", "昆山:甲,第1版。", "杭州:丙,第1版。"]
    assert (await lasting.manifest(first))["item_ids"] == [item.item_id for item in first.items]


async def test_last_of_three_revisions(lasting: Bench) -> None:
    """Changed, added and removed items: only the last revision's are there, and nothing is left to delete."""
    for revision, titles in ((1, ("昆山:甲", "常州:乙")), (2, ("昆山:甲", "杭州:丙")), (3, ("昆山:甲",))):
        digest = enriched(*titles, name="three", revision=revision)
        await lasting.send(digest)
        await lasting.settled()
    assert await lasting.bodies(digest) == ["昆山:甲,第3版。"]
    manifest = await lasting.manifest(digest)
    assert (manifest["to_delete"], manifest["item_count"]) == ([], 1)


async def test_older_message_that_comes_late(lasting: Bench) -> None:
    """Is dropped, items and all."""
    newer, older = enriched("昆山:甲", name="late", revision=2), enriched("昆山:甲", "常州:乙", name="late", revision=1)
    await lasting.send(newer)
    await lasting.settled()
    await lasting.send(older)
    await lasting.settled()
    assert await lasting.bodies(newer) == ["昆山:甲,第2版。"]


async def test_replay_leaves_the_same(lasting: Bench) -> None:
    """Each digest twice more, in any order."""
    digests = [enriched("昆山:甲", "常州:乙", name=f"replayed-{number}", revision=number + 1) for number in range(20)]
    await lasting.send(*digests)
    await lasting.settled()
    before = sorted(await lasting.items(*digests), key=lambda item: str(item["item_id"]))
    await lasting.send(*reversed(digests), *digests)
    await lasting.settled()
    assert sorted(await lasting.items(*digests), key=lambda item: str(item["item_id"])) == before
    assert len(before) == 40


async def test_withdrawal(lasting: Bench) -> None:
    """The items go, the manifest says why, and what is older does not bring them back."""
    other = enriched("杭州:丙", name="not withdrawn")
    await lasting.send(enriched("昆山:甲", "常州:乙", name="withdrawn", revision=1), other)
    await lasting.settled()
    withdrawn = enriched(name="withdrawn", revision=2, withdrawn=True)
    await lasting.send(withdrawn, enriched("昆山:甲", name="withdrawn", revision=1))
    await lasting.settled()
    assert await lasting.bodies(withdrawn, other) == ["杭州:丙,第1版。"]
    assert (await lasting.manifest(withdrawn))["withdrawn"] is True


async def test_dead_letters_keep_the_original_bytes(lasting: Bench) -> None:
    """What is no JSON, of an unknown form, without value, or refused by the mapping dies with its bytes; its neighbours are indexed."""
    poison = value(enriched("昆山:甲", name="poison"), published_on="昨日")
    dead = [
        (b"key-1", b"\xff not json", "undecodable"),
        (b"key-2", '{"hello": "世界"}'.encode(), "unknown_form"),
        (b"key-3", None, "undecodable"),
        (enriched(name="poison").digest_id.encode(), poison, "document_parsing_exception"),
    ]
    before, behind = enriched("常州:乙", name="before"), enriched("杭州:丙", name="behind")
    await lasting.send(before)
    for key, data, _ in dead:
        await lasting.send_bytes(key, data, headers=[("trace", b"t")])
    await lasting.send(behind)
    await lasting.settled()

    assert await lasting.bodies(before, enriched(name="poison"), behind) == ["常州:乙,第1版。", "杭州:丙,第1版。"]
    letters = {letter.record.key: letter for letter in await _letters(lasting)}
    assert {key: (letters[key].record.value, letters[key].failure.error) for key, _, _ in dead} == {key: (data, error) for key, data, error in dead}
    for letter in letters.values():
        assert letter.record.headers == (("trace", b"t"),)
        assert (letter.record.topic, letter.failure.stage) == (lasting.topics.enriched.name, "index")
        assert "昨日" not in letter.failure.message
    assert sorted(letter.error for letter in await lasting.dead()) == sorted(error for _, _, error in dead)


async def _letters(bench: Bench) -> list[DeadLetter]:
    partitions = [TopicPartition(bench.topics.dead.name, number) for number in range(bench.kafka.partitions)]
    reader = AIOKafkaConsumer(**client_options(bench.kafka), enable_auto_commit=False, auto_offset_reset="earliest")
    await reader.start()
    try:
        reader.assign(partitions)
        ends = await reader.end_offsets(partitions)
        letters: list[DeadLetter] = []
        while any([await reader.position(partition) < end for partition, end in ends.items()]):
            for records in (await reader.getmany(timeout_ms=500)).values():
                letters += [from_record(record.key, record.value, record.headers) for record in records]
    finally:
        await reader.stop()
    return letters
