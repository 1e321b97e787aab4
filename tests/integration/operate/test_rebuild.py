"""`jianbao rebuild` on real engines: new indices beside the live ones, swapped in while searches and writes go on; and all that may go wrong."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.index import document, indices, mapping
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.rebuild.outcome import Done, Options
from services.operate.rebuild.pairs import Pairs
from services.operate.rebuild.plan import Pair
from services.operate.rebuild.run import Rebuild
from shared import elastic, operations
from shared import index_names as names
from shared.errors import JianbaoError, Misconfigured, Unavailable
from shared.kafka.scan import Scanner
from shared.records import EnrichedDigest, Other
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.integration.index.conftest import Bench
from tests.integration.operate.load import Searches, Writes
from tests.pipeline import ROOT
from tests.sizes import size

pytestmark = pytest.mark.connected


class Told:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Note it."""
        self.lines.append(text)

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def done(self, records: int) -> None:
        """Nothing."""


class Site:
    """One namespace with its indices, to be rebuilt."""

    def __init__(self, bench: Bench, elasticsearch: ElasticsearchSettings) -> None:
        self.bench = bench
        self.elasticsearch = elasticsearch
        self.client: AsyncElasticsearch = elastic.connect(elasticsearch, connections=20)
        self.told = Told()

    def tool(self) -> Rebuild:
        """A rebuild of its own, as a process has it."""
        common = CommonSettings(namespace=self.bench.namespace)
        return Rebuild(common, self.bench.kafka, self.elasticsearch, IndexSettings(), self.client, self.told)

    async def rebuild(self, **options: Any) -> Done:
        """Rebuild as the command does."""
        return await self.tool().rebuild(Options(**options))

    async def check(self) -> Done:
        """Build once more without swapping: whatever the live indices have otherwise than the topic says raises Misconfigured."""
        done = await self.rebuild(swap=False, sample=100_000)
        await self.tool().clean(timedelta(0))
        return done

    async def live(self) -> Pair | None:
        """The pair behind the aliases."""
        return (await self.tool().pairs.survey()).live

    async def existing(self) -> list[str]:
        """Names of all indices of items and digests."""
        found = await self.client.indices.get(index=f"{self.bench.namespace}-*-v*")
        return sorted(name.removeprefix(f"{self.bench.namespace}-") for name in found.body)

    async def operations(self) -> list[tuple[str, str, str]]:
        """What is recorded: action, subject, outcome."""
        async with Scanner(self.bench.kafka) as scanner:
            found = [operations.read(one.record.value) async for one in scanner.read(self.bench.topics.operations.name)]
        return [(one.action, one.subject.removeprefix(f"{self.bench.namespace}-"), one.outcome) for one in sorted(found, key=lambda one: one.at)]

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`jianbao` as a process."""
        environ = os.environ | {
            "JIANBAO_NAMESPACE": self.bench.namespace,
            "KAFKA_BOOTSTRAP_SERVERS": self.bench.kafka.bootstrap_servers,
            "ELASTICSEARCH_URL": self.elasticsearch.url,
        }
        command = [sys.executable, "-c", "from services.cli.main import main; main()", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    async def until_partial(self) -> None:
        """Return once a running command has made its indices."""

        async def made() -> bool:
            return len((await self.tool().pairs.survey()).partial) == 2

        await self.bench.until(made, "the new indices to be made")


@pytest.fixture
async def site(idle: Bench, engines: RunningEngines, tmp_path: Path) -> AsyncIterator[Site]:
    """Indices are there and empty; no indexer runs."""
    async with AsyncExitStack() as stack:
        made = Site(idle, ElasticsearchSettings(url=engines.elasticsearch_url))
        stack.push_async_callback(made.client.close)

        async def remove() -> None:
            found = await made.client.indices.get(index=f"{idle.namespace}-*")
            for name in found.body:
                await made.client.indices.delete(index=name)

        stack.push_async_callback(remove)
        await indices.ensure(made.client, namespace=idle.namespace)
        yield made


async def _index(site: Site, *digests: EnrichedDigest) -> None:
    """Into topic and live index, as an indexer would."""
    await site.bench.send(*digests)
    writer = Writer(Bulk(site.client, 2**20, 2, Blockers()), site.bench.namespace)
    await writer.write([document.documents(digest.model_dump(mode="json")) for digest in digests])


async def test_the_new_indices_hold_the_same(site: Site) -> None:
    """Revisions, withdrawals and what came in twice: the same items behind the aliases, the old indices beside them, and it is recorded."""
    await _index(site, *(enriched("昆山:甲", "常州:乙", name=str(number), revision=1) for number in range(40)))
    await _index(site, *(enriched("昆山:甲", "杭州:丙", name=str(number), revision=2) for number in range(20)))
    await _index(site, *(enriched(name=str(number), revision=3, withdrawn=True) for number in range(5)))
    await _index(site, *(enriched("昆山:甲", name=str(number), revision=1) for number in range(10)))  # older ones that come late
    before = sorted(await site.bench.items(), key=lambda item: str(item["item_id"]))
    done = await site.rebuild()
    assert done.comparison is not None
    assert not done.comparison.differences, [str(one) for one in done.comparison.differences]
    assert (done.comparison.digests, done.comparison.sampled, done.swapped) == (40, 40, True)
    assert sorted(await site.bench.items(), key=lambda item: str(item["item_id"])) == before
    assert await site.existing() == ["digests-v3", "digests-v3-2", "items-v3", "items-v3-2"]
    assert await site.operations() == [("rebuild", "items-v3-2", "begun"), ("rebuild", "items-v3-2", "done")]
    found = (await site.client.indices.get_settings(index=names.alias(site.bench.namespace, "items"))).body
    assert {settings["settings"]["index"]["refresh_interval"] for settings in found.values()} == {"1s"}


async def test_under_load_nothing_fails_and_nothing_is_lost(site: Site) -> None:
    """An indexer writes new digests, revisions and withdrawals while searches page on, over two swaps: afterwards all is as the topic says."""
    items = size("JIANBAO_REBUILD_ITEMS", short=400, long=50_000)
    writes = Writes(site.bench)
    await writes.fill(items)
    site.bench.start()
    await _until_indexed(site, seconds=60 + items / 50)
    async with Searches(site.client, site.elasticsearch, site.bench.namespace) as searches, writes:
        began = monotonic()
        first = await site.rebuild()
        between = monotonic()
        second = await site.rebuild()
        took = f"{between - began:.0f} s and {monotonic() - between:.0f} s"
    await _until_indexed(site, seconds=60 + writes.sent)
    figures = f"{took}\n{first}\n{second}\n{searches}\n{writes}"
    assert searches.failures == [], figures
    assert min(searches.done, searches.paged_over_a_swap, writes.sent) > 0, figures
    checked = await site.check()
    assert checked.comparison is not None
    assert str(checked.comparison.counts) == "Counter()", figures
    assert await writes.differences(site.client) == [], figures
    reconcile = site.command("reconcile", "--deep")
    output, _ = await asyncio.to_thread(reconcile.communicate)
    # The archive is empty here, as digests go straight to the enriched topic: what counts is the index against that.
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines() if line.strip().startswith(("manifests", "items"))}
    assert rows == {"manifests": ["·"] * 4, "items": ["·"] * 4}, output
    print(f"\n{output}\n{figures}\nafterwards: {checked.comparison}")
    site.bench.stop()


async def _until_indexed(site: Site, *, seconds: float) -> None:
    deadline = monotonic() + seconds
    while await site.bench.lag():
        assert monotonic() < deadline, f"not indexed after {seconds:.0f} s"
        await asyncio.sleep(0.2)


async def test_two_at_once_are_refused(site: Site) -> None:
    """The second says who is at it, and changes nothing; after the first it has its turn."""
    await _index(site, enriched("昆山:甲"))
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


async def test_what_the_topic_no_longer_has_forbids_the_swap(site: Site) -> None:
    """The live index stays, the partial one is removed, the words say what to do; --accept-missing gives those digests up."""
    await _index(site, enriched("昆山:甲", name="kept"))
    lost = enriched("常州:乙", name="lost")
    await Writer(Bulk(site.client, 2**20, 2, Blockers()), site.bench.namespace).write([document.read(lost.to_json())])
    with pytest.raises(Misconfigured, match=r"1 digests are in the live index, but not, or only older.*--accept-missing"):
        await site.rebuild()
    assert await site.existing() == ["digests-v3", "items-v3"]
    assert any(line.startswith(f"  missing {lost.digest_id}") for line in site.told.lines)
    assert (await site.operations())[-1] == ("rebuild", "items-v3-2", "failed")
    assert await site.bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]
    assert (await site.rebuild(accept_missing=True)).swapped
    assert await site.bench.bodies() == ["昆山:甲,第1版。"]


async def test_other_words_under_the_same_version_forbid_the_swap(site: Site) -> None:
    """A live document that somebody changed by hand is found by the comparison of documents."""
    digest = enriched("昆山:甲", "常州:乙")
    await _index(site, digest)
    changed = digest.model_copy(update={"items": tuple(item.model_copy(update={"body": "改过"}) for item in digest.items)})
    await Writer(Bulk(site.client, 2**20, 2, Blockers()), site.bench.namespace).write([document.read(changed.to_json())])
    with pytest.raises(Misconfigured, match=r"1 digests would say something else under the same version"):
        await site.rebuild()
    assert not any("改过" in line for line in site.told.lines)
    assert (await site.rebuild(accept_changed=True)).swapped


async def test_refused_digests_are_refused_again_and_not_sent_again(site: Site) -> None:
    """They are counted; no second dead letter is made of them, and they are no difference."""
    await _index(site, enriched("昆山:甲"))
    await site.bench.send_bytes(b"key", b"\xff not json")
    assert (await site.rebuild()).refused == 1
    assert await site.bench.dead() == []


async def test_stopped_by_sigterm_it_leaves_nothing(site: Site) -> None:
    """The partial indices are removed, the live ones stay, the lock is free."""
    await _index(site, *(enriched("昆山:甲", name=str(number)) for number in range(60)))
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
    await _index(site, *(enriched("昆山:甲", name=str(number)) for number in range(60)))
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


async def test_rollback_catches_the_old_indices_up(site: Site) -> None:
    """What came in since is there too, and the same way forth again."""
    await _index(site, *(enriched("昆山:甲", "常州:乙", name=str(number)) for number in range(5)))
    await site.rebuild()
    await _index(site, enriched("昆山:甲", name="0", revision=2), enriched("杭州:丙", name="new"), enriched(name="1", revision=2, withdrawn=True))
    done = await site.tool().rollback(Options())
    assert (done.target.generation, done.swapped, str(done.comparison and done.comparison.counts)) == (1, True, "Counter()")
    bodies = sorted(["昆山:甲,第2版。", "杭州:丙,第1版。", *["昆山:甲,第1版。", "常州:乙,第1版。"] * 3])
    assert await site.bench.bodies() == bodies
    assert (await site.tool().rollback(Options(), to=names.index(site.bench.namespace, "digests", generation=2))).target.generation == 2
    assert await site.bench.bodies() == bodies
    with pytest.raises(Misconfigured, match=r"no standby items-v9.*standing by: "):
        await site.tool().rollback(Options(), to="items-v9")


async def test_clean_removes_what_is_old_and_never_what_is_live(site: Site) -> None:
    """Standbys by their age; an index of ours that we did not put by is left alone."""
    await _index(site, enriched("昆山:甲"))
    await site.client.indices.create(index=names.index(site.bench.namespace, "items", 7))
    await site.rebuild()
    assert await site.tool().clean(timedelta(hours=1)) == []
    assert len(await site.tool().clean(timedelta(0))) == 2
    assert await site.existing() == ["digests-v3-2", "items-v3-2", "items-v7"]
    assert any(line.startswith("unknown") for line in await site.tool().status())


async def test_no_swap_leaves_the_new_ones_beside(site: Site) -> None:
    """Whole and put by: they can be swapped in later."""
    await _index(site, enriched("昆山:甲"))
    assert not (await site.rebuild(swap=False)).swapped
    assert await site.live() == Pair(site.bench.namespace, names.INDEX_VERSION, 1)
    await _index(site, enriched("常州:乙", name="later"))
    assert (await site.tool().rollback(Options())).target.generation == 2
    assert await site.bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]


async def test_an_index_of_another_mapping_is_rebuilt(site: Site) -> None:
    """An indexer says that this is the way; afterwards it starts."""
    name = names.index(site.bench.namespace, "digests")
    await site.client.indices.delete(index=name)
    properties = mapping.MANIFEST_PROPERTIES | {"title": {"type": "text"}}
    aliases: dict[str, Any] = {names.alias(site.bench.namespace, "digests"): {}}
    settings, mappings = mapping.settings("digests", shards=1, replicas=0), {"dynamic": "strict", "properties": properties}
    await site.client.indices.create(index=name, settings=settings, mappings=mappings, aliases=aliases)
    await _index(site, enriched("昆山:甲"))
    with pytest.raises(Misconfigured, match="Run `jianbao rebuild`"):
        await indices.ensure(site.client, namespace=site.bench.namespace)
    assert (await site.rebuild()).swapped
    assert await indices.ensure(site.client, namespace=site.bench.namespace) == []


async def test_indices_from_before_digests_had_other_text_get_it(site: Site) -> None:
    """Of another version and without the analysis: an indexer waits and says so; rebuilt, the text is found that the records have."""
    lacking = {"items": ("printed",), "digests": ("others", "share")}
    digest = enriched("昆山:甲", others=(Other(kind="contents", text="本期目录"),), share=0.8)
    documents = document.documents(digest.model_dump(mode="json"))
    await site.bench.send(digest)
    for kind in names.KINDS:
        await site.client.indices.delete(index=names.index(site.bench.namespace, kind))
        settings = mapping.settings(kind, shards=1, replicas=0)
        if kind == "digests":
            del settings["index"]["analysis"]
        properties = {name: form for name, form in mapping.MAPPINGS[kind]["properties"].items() if name not in lacking[kind]}
        await site.client.indices.create(
            index=names.index(site.bench.namespace, kind, 2),
            settings=settings,
            mappings={"dynamic": "strict", "properties": properties},
            aliases={names.alias(site.bench.namespace, kind): {}},
        )
        held = documents.items if kind == "items" else {digest.digest_id: documents.manifest}
        for id, source in held.items():
            older = {name: value for name, value in source.items() if name not in lacking[kind]}
            await site.client.index(index=names.alias(site.bench.namespace, kind), id=id, document=older, refresh=True)
    with pytest.raises(Misconfigured, match=r"field others is missing.*Run `jianbao rebuild`"):
        await indices.ensure(site.client, namespace=site.bench.namespace)
    assert (await site.rebuild()).swapped
    assert await site.live() == Pair(site.bench.namespace, names.INDEX_VERSION, 1)
    query = {"match_phrase": {"others.text": "期目"}}
    found = await site.client.search(index=names.alias(site.bench.namespace, "digests"), query=query)
    assert [hit["_id"] for hit in found["hits"]["hits"]] == [digest.digest_id]


async def test_without_any_index_all_is_made_from_the_topic(site: Site) -> None:
    """Elasticsearch was wiped; the group has committed everything, so that an indexer would bring nothing back."""
    await _index(site, enriched("昆山:甲"), enriched("常州:乙", name="b"))
    await site.client.indices.delete(index=[names.index(site.bench.namespace, kind) for kind in names.KINDS])
    assert (await site.rebuild()).swapped
    assert await site.bench.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]


async def test_a_lost_alias_is_not_guessed(site: Site) -> None:
    """With an old pair beside the live one, an indexer must not take the old one up."""
    await _index(site, enriched("昆山:甲"))
    await site.rebuild()
    await site.client.indices.delete_alias(
        index=names.index(site.bench.namespace, "items", generation=2), name=names.alias(site.bench.namespace, "items")
    )
    with pytest.raises(Misconfigured, match=r"could have stood for .*items-v3 or .*items-v3-2"):
        await indices.ensure(site.client, namespace=site.bench.namespace)


async def test_a_batch_under_way_at_the_swap_leaves_no_surplus(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It read the manifest of the old index and writes into the new one, which knows a later version: what neither names is swept."""
    await _index(site, enriched("昆山:甲", revision=1))
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
    await _index(site, enriched("昆山:甲", name="a"))
    swap = Pairs.swap

    async def swapping(self: Pairs, live: Pair | None, target: Pair) -> None:
        await _index(site, enriched("常州:乙", name="last"))  # into the old index, after all was read
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
