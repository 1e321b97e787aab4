"""The indexer as a process on real engines: killed, stopped, without its topic or alias, it loses and doubles nothing."""

import asyncio

import pytest

from shared import index_names as names
from shared.kafka.clients import ensure_topics
from tests.fakes.digests import enriched
from tests.integration.index.conftest import Bench

pytestmark = pytest.mark.connected


async def test_killed_midway_everything_is_there_once(bench: Bench) -> None:
    """kill -9 twice while two revisions of 400 digests are on their way: in the end the last revision's items, each
    once, all of it committed. SIGTERM then ends it with status 0."""
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
    assert bench.stop() == 0
    assert await bench.lag() == 0


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


async def test_without_the_alias_it_turns_red_and_loses_nothing(bench: Bench) -> None:
    """The alias is taken away: not ready, nothing is made by writing; the alias comes back: all goes on by itself.
    SIGTERM ends it even while it waits for the operator: what waits is not waited for; it is not committed either,
    and is done after the next start."""
    alias, index = names.alias(bench.namespace, "items"), names.index(bench.namespace, "items")
    await bench.client.indices.delete_alias(index=index, name=alias)
    await bench.send(enriched("昆山:甲", name="first"))
    await bench.until(lambda: _readiness(bench, False), "not ready")
    assert not await bench.client.indices.exists(index=alias)
    assert await bench.dead() == []
    await bench.client.indices.put_alias(index=index, name=alias)
    await bench.settled()
    assert await bench.bodies() == ["昆山:甲,第1版。"]
    await bench.until(lambda: _readiness(bench, True), "ready again")

    await bench.client.indices.delete_alias(index=index, name=alias)
    await bench.send(enriched("常州:乙", name="second"))
    await bench.until(lambda: _readiness(bench, False), "not ready")
    assert bench.stop() == 0
    assert await bench.lag() == 1
    bench.start()  # makes the alias again
    await bench.settled()
    assert await bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]


async def _readiness(bench: Bench, wanted: bool) -> bool:
    return await asyncio.to_thread(bench.pipeline.ready, "index") is wanted
