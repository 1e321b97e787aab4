"""`jianbao rebuild` on real engines: new indices beside the live ones, compared and swapped in, and the way back."""

from datetime import timedelta
from typing import Any

import pytest

from services.index import document, indices, mapping
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.rebuild.outcome import Options
from services.operate.rebuild.plan import Pair
from shared import index_names as names
from shared.errors import Misconfigured
from shared.records import Other
from tests.fakes.digests import enriched
from tests.integration.operate.rebuilding import Site, index

pytestmark = pytest.mark.connected


async def test_the_new_indices_hold_the_same(site: Site) -> None:
    """Revisions, withdrawals and what came in twice: the same items behind the aliases, the old indices beside them, and it is recorded."""
    await index(site, *(enriched("昆山:甲", "常州:乙", name=str(number), revision=1) for number in range(40)))
    await index(site, *(enriched("昆山:甲", "杭州:丙", name=str(number), revision=2) for number in range(20)))
    await index(site, *(enriched(name=str(number), revision=3, withdrawn=True) for number in range(5)))
    await index(site, *(enriched("昆山:甲", name=str(number), revision=1) for number in range(10)))  # older ones that come late
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


async def test_what_the_topic_no_longer_has_forbids_the_swap(site: Site) -> None:
    """The live index stays, the partial one is removed, the words say what to do; --accept-missing gives those digests up."""
    await index(site, enriched("昆山:甲", name="kept"))
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
    await index(site, digest)
    changed = digest.model_copy(update={"items": tuple(item.model_copy(update={"body": "改过"}) for item in digest.items)})
    await Writer(Bulk(site.client, 2**20, 2, Blockers()), site.bench.namespace).write([document.read(changed.to_json())])
    with pytest.raises(Misconfigured, match=r"1 digests would say something else under the same version"):
        await site.rebuild()
    assert not any("改过" in line for line in site.told.lines)
    assert (await site.rebuild(accept_changed=True)).swapped


async def test_refused_digests_are_refused_again_and_not_sent_again(site: Site) -> None:
    """They are counted; no second dead letter is made of them, and they are no difference."""
    await index(site, enriched("昆山:甲"))
    await site.bench.send_bytes(b"key", b"\xff not json")
    assert (await site.rebuild()).refused == 1
    assert await site.bench.dead() == []


async def test_rollback_catches_the_old_indices_up(site: Site) -> None:
    """What came in since is there too, and the same way forth again."""
    await index(site, *(enriched("昆山:甲", "常州:乙", name=str(number)) for number in range(5)))
    await site.rebuild()
    await index(site, enriched("昆山:甲", name="0", revision=2), enriched("杭州:丙", name="new"), enriched(name="1", revision=2, withdrawn=True))
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
    await index(site, enriched("昆山:甲"))
    await site.client.indices.create(index=names.index(site.bench.namespace, "items", 7))
    await site.rebuild()
    assert await site.tool().clean(timedelta(hours=1)) == []
    assert len(await site.tool().clean(timedelta(0))) == 2
    assert await site.existing() == ["digests-v3-2", "items-v3-2", "items-v7"]
    assert any(line.startswith("unknown") for line in await site.tool().status())


async def test_no_swap_leaves_the_new_ones_beside(site: Site) -> None:
    """Whole and put by: they can be swapped in later."""
    await index(site, enriched("昆山:甲"))
    assert not (await site.rebuild(swap=False)).swapped
    assert await site.live() == Pair(site.bench.namespace, names.INDEX_VERSION, 1)
    await index(site, enriched("常州:乙", name="later"))
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
    await index(site, enriched("昆山:甲"))
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
