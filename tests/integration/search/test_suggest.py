"""Suggestions, mends and values of facets on a real Elasticsearch."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from services.search.suggest.past_queries import Past
from services.search.suggest.suggester import Suggester
from shared import index_names as names
from shared.settings import ElasticsearchSettings
from tests.integration.search.conftest import Site
from tests.search_corpus import fill, sample

pytestmark = pytest.mark.connected

KUNSHAN = "昆山:将新增(近)零碳工厂10家"


async def suggested(site: Site, q: str, **parameters: Any) -> list[dict[str, Any]]:
    """The suggestions, once names have been read."""
    for _ in range(100):
        answer = await site.get("/api/suggest", q=q, **parameters)
        if answer["complete"]:
            break
        await asyncio.sleep(0.1)
    return list(answer["suggestions"])


@pytest.mark.parametrize("q", ["昆", "昆山", "山市", "kunshan", "kuns", "kun shan", "ks", "KS", "昆shan", "零碳 ks", "region:ks", '地区:"昆'])
async def test_a_region_is_suggested(site: Site, q: str) -> None:
    """By characters, pinyin, initials, both mixed; what stands before stays."""
    found = [one for one in await suggested(site, q) if one["kind"] == "region" and one["label"] == "昆山市"]
    assert found
    head = "region" if q.startswith("region") else "地区"
    assert found[0]["query"] == ("零碳 " if q.startswith("零碳") else "") + f"{head}:昆山市 "
    assert found[0]["note"] == "江苏省苏州市"
    assert "<em>" in found[0]["html"]


@pytest.mark.parametrize("q", ["fgw", "gssfgw", "甘肃省发改委", "gansushengfagaiwei"])
async def test_an_agency_is_suggested_by_its_short_name(site: Site, q: str) -> None:
    """As the synonyms have it."""
    found = [one for one in await suggested(site, q) if one["kind"] == "agency"]
    assert found[0]["label"] == "甘肃省发展和改革委员会"


@pytest.mark.parametrize("q", ["将新增", "昆山:将", "ksjxz", "kunshanjiang", "jxz", "jiangxinzeng", "零碳工厂10家"])
async def test_a_title_is_suggested(site: Site, q: str) -> None:
    """From its beginning, behind its subject, by pinyin and initials; Chinese also from the middle."""
    (found,) = [one for one in await suggested(site, q) if one["label"] == KUNSHAN]
    assert found["kind"] == "title"
    assert found["query"] == f'"{KUNSHAN}" '
    hits = await site.get("/api/search", q=found["query"])
    assert hits["hits"][0]["item_id"] == found["value"]


async def test_every_suggested_filter_finds_its_count(site: Site) -> None:
    """What is put into the box finds as many items as were promised."""
    for q in ("sz", "gs", "chang", "lt", "苏州", "公司", "sx", "zc"):
        for one in await suggested(site, q, size=20):
            if one["kind"] in ("region", "agency", "company", "topic", "document", "section", "source", "doc_type", "level"):
                assert (await site.get("/api/search", q=one["query"]))["total"] == one["count"], one


@pytest.mark.parametrize(
    "q", ["", " ", "零碳 ", '"零碳"', "\x00", "((((", '"', "region:", "ü", "a" * 500, "昆\n山", "\U0001f3ed", "[a-z]*", "k" * 2000]
)
async def test_whatever_is_typed_is_answered(site: Site, q: str) -> None:
    """With few suggestions or none, never with an error."""
    assert len(await suggested(site, q)) <= 10


async def test_hostile_text_stays_text(site: Site) -> None:
    """In titles, sections and sources."""
    found = await suggested(site, "script") + await suggested(site, "其他")
    assert found
    for one in found:
        assert "<" not in one["html"].replace("<em>", "").replace("</em>", "")


@pytest.mark.parametrize(("find", "first"), [("ks", "昆山市(江苏省苏州市)"), ("苏", "苏州市(江苏省)"), ("", "江苏省")])
async def test_values_of_a_facet(site: Site, find: str, first: str) -> None:
    """Found as names are, with their counts under the search."""
    await suggested(site, "x")
    answer = await site.get("/api/facets/about", find=find)
    assert answer["complete"]
    assert answer["label"] == "所述地区"
    assert answer["values"][0]["label"] == first


async def test_values_count_under_the_search(site: Site) -> None:
    """Those of other facets narrow the count, what has none is not there."""
    await suggested(site, "x")
    everywhere = await site.get("/api/facets/region", find="江苏省")
    narrowed = await site.get("/api/facets/region", find="江苏省", q="零碳工厂", topic="零碳园区与工厂")
    assert 0 < narrowed["values"][0]["count"] < everywhere["values"][0]["count"]
    assert (await site.get("/api/facets/region", find="江苏省", q="没有的词语"))["values"] == []


@pytest.mark.parametrize(
    ("path", "parameters"),
    [("/api/facets/nothing", {}), ("/api/facets/region", {"find": "x" * 101}), ("/api/suggest", {"size": 0}), ("/api/suggest", {"q": "x" * 2001})],
)
async def test_errors_have_the_one_shape(site: Site, path: str, parameters: dict[str, Any]) -> None:
    """As everywhere."""
    assert (await site.get(path, 422, **parameters))["error"]["code"] == "invalid_parameter"


@pytest.mark.parametrize(
    ("q", "mended"),
    [
        ("坤山 零碳工厂", "昆山 零碳工厂"),
        ("坤山零碳工厂", "昆山零碳工厂"),
        ("另碳工厂", "零碳工厂"),
        ("零碳 region:坤山市", "零碳 region:昆山市"),
        ("kunshan", "昆山"),
    ],
)
async def test_a_query_is_mended(site: Site, q: str, mended: str) -> None:
    """By the sound, in the term that is wrong; what is shown finds something."""
    await suggested(site, "x")
    queries = (await site.get("/api/suggest/mend", q=q))["queries"]
    assert mended in queries
    for query in queries:
        assert (await site.get("/api/search", q=query))["total"]


async def test_what_exists_needs_no_mend_and_nonsense_gets_none(site: Site) -> None:
    """No proposal without hits."""
    assert (await site.get("/api/suggest/mend", q="xqzjv wqxkz"))["queries"] == []
    assert (await site.get("/api/suggest/mend", q=""))["queries"] == []


async def test_a_search_that_finds_nothing_is_helped(site: Site) -> None:
    """By queries that find something, and by which filter emptied it."""
    await suggested(site, "x")
    assert "昆山" in (await site.get("/api/search", q="坤山"))["did_you_mean"]
    empty = await site.get("/api/search", q="零碳工厂", topic="没有的主题", date_from="2020-01-01")
    assert [one["name"] for one in empty["emptied_by"]] == ["topic"]
    without = await site.get("/api/search", q="零碳工厂", date_from="2020-01-01")
    assert empty["emptied_by"][0]["total"] == without["total"] > 0


async def test_without_an_index_nothing_is_suggested(own_site: Site) -> None:
    """And it is no error to type."""
    assert await suggested(own_site, "ks") == []


async def test_new_names_are_read_when_the_index_changed(own_site: Site) -> None:
    """And deletions too; an index that stands still is not read again."""
    suggester = Suggester(own_site.elastic, ElasticsearchSettings(), namespace=own_site.namespace)
    await fill(own_site.elastic, own_site.namespace, sample())
    await suggester.refresh()
    assert len(suggester.names) > 20
    before = suggester.names.tables["region"]
    await suggester.refresh()
    assert suggester.names.tables["region"] is before
    items = names.alias(own_site.namespace, "items")
    for hit in (await own_site.elastic.search(index=items, size=100))["hits"]["hits"]:
        await own_site.elastic.delete(index=items, id=hit["_id"])
    await own_site.elastic.indices.refresh(index=items)
    await suggester.refresh()
    assert "region" not in suggester.names.tables


async def test_past_queries_are_kept_once_a_day_and_suggested(own_site: Site) -> None:
    """Written twice they count once; asked on two days twice; old months go."""
    now = datetime(2026, 8, 3, tzinfo=UTC)
    past = Past(own_site.elastic, namespace=own_site.namespace, clock=lambda: now)
    alias = names.queries(own_site.namespace)
    try:
        for q, hits in (("零碳 工厂", 3), ("零碳  工厂 ", 3), ("没有结果", 0), ("碳足迹", 1)):
            past.note(q, hits)
        await past.flush()
        past.note("零碳 工厂", 3)
        await past.flush()
        now = datetime(2026, 12, 1, tzinfo=UTC)
        past.note("碳足迹", 1)
        await past.flush()
        now = datetime(2026, 12, 2, tzinfo=UTC)
        past.note("碳足迹", 1)
        await past.close()
        await own_site.elastic.indices.refresh(index=alias)
        assert [(name.value, name.count) for name in await past.read()] == [("碳足迹", 2)]
        await fill(own_site.elastic, own_site.namespace, sample())
        suggester = Suggester(own_site.elastic, ElasticsearchSettings(), namespace=own_site.namespace, past=past)
        await suggester.refresh()
        (term, found), *_ = [pair for pair in await suggester.suggest("tzj", 10) if pair[1].name.kind == "query"]
        assert (term.typed, found.name.value) == ("tzj", "碳足迹")
    finally:
        for index in (await own_site.elastic.indices.get_alias(name=alias)).body:
            await own_site.elastic.indices.delete(index=index)
