"""`jianbao rebuild` on real engines, two at once, stopped, killed or cut off between its steps, or without what it begins with."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.index import document, indices
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.rebuild.outcome import Options
from services.operate.rebuild.pairs import Pairs
from services.operate.rebuild.plan import Pair
from shared import index_names as names
from shared.errors import JianbaoError, Misconfigured, Unavailable
from tests.fakes.digests import enriched
from tests.integration.operate.rebuilding import Site, index

pytestmark = pytest.mark.connected


async def test_two_at_once_are_refused(site: Site) -> None:
    """The second says who is at it, and changes nothing; after the first it has its turn."""
    await index(site, enriched("昆山:甲"))
    one, other = site.tool(), site.tool()
    async with one.lock.held("rebuild"):
        with pytest.raises(Unavailable, match=r"runs `jianbao rebuild` since .*: one at a time"):
            await other.rebuild(Options())
    assert await site.existing() == ["digests-v3", "items-v3"]
    assert (await other.rebuild(Options())).swapped


async def test_who_lost_the_lock_stops(site: Site) -> None:
    """Taken over while it gave no sign of life, the first ends when it wakes, and swaps nothing."""
    sleeping, other = site.tool(), site.tool()
    sleeping.lock.beat = 1000
    other.lock.stale, other.lock.beat = 0.0, 0.1
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sleeping.lock.held("rebuild"))
        await stack.enter_async_context(other.lock.held("rebuild"))
        with pytest.raises(Misconfigured, match="took this one's lock over"):
            await sleeping.lock.confirm()


async def test_stopped_by_sigterm_it_leaves_nothing(site: Site) -> None:
    """The partial indices are removed, the live ones stay, the lock is free."""
    await index(site, *(enriched("昆山:甲", name=str(number)) for number in range(60)))
    process = site.command("rebuild", "--rate", "1")
    await site.until_partial()
    process.send_signal(signal.SIGTERM)
    output, _ = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 1, output
    assert "removed the partial" in output
    assert "stopped by SIGTERM" in output
    assert await site.existing() == ["digests-v3", "items-v3"]
    assert (await site.rebuild()).swapped


async def test_leftovers_of_a_kill_are_removed_by_the_next_run(site: Site) -> None:
    """The lock is taken over once its heartbeat is old, and not before."""
    await index(site, *(enriched("昆山:甲", name=str(number)) for number in range(60)))
    process = site.command("rebuild", "--rate", "1")
    await site.until_partial()
    process.kill()
    await asyncio.to_thread(process.communicate)
    with pytest.raises(Unavailable, match="one at a time"):
        await site.rebuild()
    next_one = site.tool()
    next_one.lock.stale, next_one.lock.beat = 0.0, 0.2
    assert (await next_one.rebuild(Options())).swapped
    assert await site.existing() == ["digests-v3", "digests-v3-3", "items-v3", "items-v3-3"]


async def test_without_any_index_all_is_made_from_the_topic(site: Site) -> None:
    """Elasticsearch was wiped; the group has committed everything, so that an indexer would bring nothing back."""
    await index(site, enriched("昆山:甲"), enriched("常州:乙", name="b"))
    await site.client.indices.delete(index=[names.index(site.bench.namespace, kind) for kind in names.KINDS])
    assert (await site.rebuild()).swapped
    assert await site.bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]


async def test_a_lost_alias_is_not_guessed(site: Site) -> None:
    """With an old pair beside the live one, an indexer must not take the old one up."""
    await index(site, enriched("昆山:甲"))
    await site.rebuild()
    await site.client.indices.delete_alias(
        index=names.index(site.bench.namespace, "items", generation=2), name=names.alias(site.bench.namespace, "items")
    )
    with pytest.raises(Misconfigured, match=r"could have stood for .*items-v3 or .*items-v3-2"):
        await indices.ensure(site.client, namespace=site.bench.namespace)


async def test_a_batch_under_way_at_the_swap_leaves_no_surplus(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It read the manifest of the old index and writes into the new one, which knows a later version: what neither names is swept."""
    await index(site, enriched("昆山:甲", revision=1))
    await site.bench.send(enriched("昆山:甲", "常州:乙", revision=2))  # the live index is behind: no indexer runs
    third = enriched("昆山:甲", revision=3)
    tool = site.tool()
    held = _Held(site.client)
    batch: list[asyncio.Task[Any]] = []
    swap = Pairs.swap

    async def swapping(self: Pairs, live: Pair | None, target: Pair) -> None:
        await site.bench.send(third)
        writer = Writer(Bulk(held, 2**20, 2, Blockers()), site.bench.namespace)
        batch.append(asyncio.create_task(writer.write([document.read(third.to_json())])))
        await held.read.wait()
        await swap(self, live, target)
        held.go.set()
        await batch[0]

    monkeypatch.setattr(Pairs, "swap", swapping)
    done = await tool.rebuild(Options())
    assert await site.bench.bodies() == ["昆山:甲,第3版。"]
    assert done.swept is not None
    assert done.swept.deleted == 1


class _Held:
    """A client whose reader is held up between its first step and the next."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self.client = client
        self.read, self.go = asyncio.Event(), asyncio.Event()

    async def bulk(self, **options: Any) -> Any:
        """As the client's own."""
        return await self.client.bulk(**options)

    async def mget(self, **options: Any) -> Any:
        """As the client's own, and then a pause."""
        answer = await self.client.mget(**options)
        self.read.set()
        await self.go.wait()
        return answer


async def test_cut_off_after_the_swap_the_next_run_finishes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What indexers wrote to the old index just before the swap comes into the new one, whoever runs next."""
    await index(site, enriched("昆山:甲", name="a"))
    swap = Pairs.swap

    async def swapping(self: Pairs, live: Pair | None, target: Pair) -> None:
        await index(site, enriched("常州:乙", name="last"))  # into the old index, after all was read
        await swap(self, live, target)
        raise Cut

    class Cut(JianbaoError):
        pass

    with monkeypatch.context() as patched:
        patched.setattr(Pairs, "swap", swapping)
        with pytest.raises(Cut):
            await site.rebuild()
    assert await site.live() == Pair(site.bench.namespace, names.INDEX_VERSION, 2)
    assert await site.bench.bodies() == ["昆山:甲,第1版。"]
    assert any(line.startswith("unfinished") for line in await site.tool().status())
    with suppress(Misconfigured):
        await site.tool().clean(timedelta(days=1))
    assert await site.bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]
    assert not any(line.startswith("unfinished") for line in await site.tool().status())
