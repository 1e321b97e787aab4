"""Enriched records in, exactly the right items in Elasticsearch: the indexer as a process on real engines."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import index_names as names
from shared.dead_letters.headers import DeadLetter, from_record
from shared.kafka.clients import client_options, ensure_topics
from tests.fakes.digests import enriched, value
from tests.integration.index.conftest import Bench

pytestmark = pytest.mark.connected


async def test_exactly_the_items_of_the_digests(bench: Bench) -> None:
    """Two digests in, their items searchable, and their manifests name them."""
    first, second = enriched("昆山:甲", "常州:乙", name="a"), enriched("杭州:丙", name="b")
    await bench.send(first, second)
    await bench.settled()
    assert await bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。", "杭州:丙,第1版。"]
    assert (await bench.manifest(first))["item_ids"] == [item.item_id for item in first.items]


async def test_last_of_three_revisions(bench: Bench) -> None:
    """Changed, added and removed items: only the last revision's are there, and nothing is left to delete."""
    for revision, titles in ((1, ("昆山:甲", "常州:乙")), (2, ("昆山:甲", "杭州:丙")), (3, ("昆山:甲",))):
        digest = enriched(*titles, revision=revision)
        await bench.send(digest)
        await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第3版。"]
    manifest = await bench.manifest(digest)
    assert (manifest["to_delete"], manifest["item_count"]) == ([], 1)


async def test_older_message_that_comes_late(bench: Bench) -> None:
    """Is dropped, items and all."""
    await bench.send(enriched("昆山:甲", revision=2))
    await bench.settled()
    await bench.send(enriched("昆山:甲", "常州:乙", revision=1))
    await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第2版。"]


async def test_replay_leaves_the_same(bench: Bench) -> None:
    """Each digest twice more, in any order."""
    digests = [enriched("昆山:甲", "常州:乙", name=str(number), revision=number + 1) for number in range(20)]
    await bench.send(*digests)
    await bench.settled()
    before = sorted(await bench.items(), key=lambda item: str(item["item_id"]))
    await bench.send(*reversed(digests), *digests)
    await bench.settled()
    assert sorted(await bench.items(), key=lambda item: str(item["item_id"])) == before
    assert len(before) == 40


async def test_withdrawal(bench: Bench) -> None:
    """The items go, the manifest says why, and what is older does not bring them back."""
    await bench.send(enriched("昆山:甲", "常州:乙", revision=1), enriched("杭州:丙", name="other"))
    await bench.settled()
    withdrawn = enriched(revision=2, withdrawn=True)
    await bench.send(withdrawn, enriched("昆山:甲", revision=1))
    await bench.settled()
    assert await bench.bodies() == ["杭州:丙,第1版。"]
    assert (await bench.manifest(withdrawn))["withdrawn"] is True


async def test_dead_letters_keep_the_original_bytes(bench: Bench) -> None:
    """What is no JSON, of an unknown form, without value, or refused by the mapping dies with its bytes; its neighbours are indexed."""
    poison = value(enriched("昆山:甲", name="poison"), published_on="昨日")
    dead = [
        (b"key-1", b"\xff not json", "undecodable"),
        (b"key-2", '{"hello": "世界"}'.encode(), "unknown_form"),
        (b"key-3", None, "undecodable"),
        (enriched(name="poison").digest_id.encode(), poison, "document_parsing_exception"),
    ]
    await bench.send(enriched("常州:乙", name="before"))
    for key, data, _ in dead:
        await bench.send_bytes(key, data, headers=[("trace", b"t")])
    await bench.send(enriched("杭州:丙", name="behind"))
    await bench.settled()

    assert await bench.bodies() == ["常州:乙,第1版。", "杭州:丙,第1版。"]
    letters = {letter.record.key: letter for letter in await _letters(bench)}
    assert {key: (letters[key].record.value, letters[key].failure.error) for key, _, _ in dead} == {key: (data, error) for key, data, error in dead}
    for letter in letters.values():
        assert letter.record.headers == (("trace", b"t"),)
        assert (letter.record.topic, letter.failure.stage) == (bench.topics.enriched.name, "index")
        assert "昨日" not in letter.failure.message
    assert sorted(letter.error for letter in await bench.dead()) == sorted(error for _, _, error in dead)


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


async def test_killed_midway_everything_is_there_once(bench: Bench) -> None:
    """kill -9 twice while two revisions of 400 digests are on their way: in the end the last revision's items, each once."""
    first = [enriched(f"昆山:{number}", "常州:乙", "杭州:丙", name=str(number), revision=1) for number in range(400)]
    second = [enriched(f"昆山:{number}", "乐山:丁", name=str(number), revision=2) for number in range(400)]
    await bench.send(*first, *second[:200])
    bench.kill()
    await bench.send(*second[200:])
    bench.start()
    bench.kill()
    bench.start()
    await bench.settled()
    items = await bench.items()
    assert sorted((item["title"], item["digest_id"]) for item in items) == sorted(
        (item.title, digest.digest_id) for digest in second for item in digest.items
    )
    assert {item["revision"] for item in items} == {2}


async def test_recreated_topic_is_read_from_its_start(bench: Bench) -> None:
    """Though the new topic soon has the offsets that the old one had: nothing before them is lost."""
    await bench.send(*(enriched("昆山:甲", name=f"old-{number}") for number in range(40)))
    await bench.settled()
    await bench.delete_topics()
    await bench.until(lambda: _created(bench), "the topics to be deleted and made again")
    await bench.reconnect()
    await bench.send(*(enriched("昆山:乙", name=f"new-{number}") for number in range(200)))
    await bench.until(lambda: _has(bench, "昆山:乙,第1版。", 200), "all of the new topic's items")
    assert (await bench.bodies()).count("昆山:甲,第1版。") == 40


async def _created(bench: Bench) -> bool:
    from shared.errors import Misconfigured

    try:
        created = await ensure_topics(bench.kafka, bench.topics.all)
    except Misconfigured:  # still being deleted
        return False
    return len(created) == len(bench.topics.all)


async def _has(bench: Bench, body: str, count: int) -> bool:
    return (await bench.bodies()).count(body) == count


async def test_sigterm_finishes_and_exits_0(bench: Bench) -> None:
    """What was taken is committed, so that the next does not do it again."""
    await bench.send(*(enriched("昆山:甲", name=str(number)) for number in range(50)))
    await bench.settled()
    assert bench.stop() == 0


async def test_missing_index_turns_red_and_loses_nothing(bench: Bench) -> None:
    """The alias is taken away: not ready, nothing is made by writing; the alias comes back: all goes on by itself."""
    alias, index = names.alias(bench.namespace, "items"), names.index(bench.namespace, "items")
    await bench.client.indices.delete_alias(index=index, name=alias)
    await bench.send(enriched("昆山:甲"))
    await bench.until(lambda: _readiness(bench, False), "not ready")
    assert not await bench.client.indices.exists(index=alias)
    assert await bench.dead() == []
    await bench.client.indices.put_alias(index=index, name=alias)
    await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第1版。"]
    await bench.until(lambda: _readiness(bench, True), "ready again")


async def _readiness(bench: Bench, wanted: bool) -> bool:
    return await asyncio.to_thread(bench.pipeline.ready, "index") is wanted


async def test_sigterm_ends_it_even_while_it_waits_for_an_operator(bench: Bench) -> None:
    """What waits is not waited for; it is not committed either, and is done after the next start."""
    alias, index = names.alias(bench.namespace, "items"), names.index(bench.namespace, "items")
    await bench.client.indices.delete_alias(index=index, name=alias)
    await bench.send(enriched("昆山:甲"))
    await bench.until(lambda: _readiness(bench, False), "not ready")
    assert bench.stop() == 0
    bench.start()  # makes the alias again
    await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第1版。"]
