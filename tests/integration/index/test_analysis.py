"""What the real mapping finds: pairs for ranking, single characters for phrases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from elasticsearch import AsyncElasticsearch

from services.index import batch, indices, mapping
from shared import elastic
from shared import index_names as names
from shared.errors import Misconfigured
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

TITLE = "昆山:将新增(近)零碳工厂10家"
BODY = "2月2日,昆山市人民政府印发《行动方案》,新增分布式光伏装机容量25万千瓦以上。\n依据GB/T 32151.1与ＩＳＯ 14067，Apple碳足迹为32%。🟡𠮷野家"


@asynccontextmanager
async def _indices(engines: RunningEngines, namespace: str) -> AsyncIterator[AsyncElasticsearch]:
    """A client with our indices and one item in them."""
    client = elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url))
    try:
        await indices.ensure(client, namespace=namespace)
        operation = batch.indexing(0, "i1", 1, {"item_id": "i1", "title": TITLE, "body": BODY})
        await client.bulk(index=names.alias(namespace, "items"), operations=_lines(operation), refresh=True)
        yield client
        for kind in names.KINDS:
            await client.indices.delete(index=names.index(namespace, kind))
    finally:
        await client.close()


@pytest.fixture
async def client(engines: RunningEngines, namespace: str) -> AsyncIterator[AsyncElasticsearch]:
    """Indices that a test may change."""
    async with _indices(engines, namespace) as client:
        yield client


Asked = tuple[AsyncElasticsearch, str]
"""A client and the alias of the items that it asks."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked(engines: RunningEngines) -> AsyncIterator[Asked]:
    """Indices that tests only search: they are made once."""
    namespace = f"t-{uuid4().hex[:12]}"
    async with _indices(engines, namespace) as client:
        yield client, names.alias(namespace, "items")


def _lines(operation: batch.Operation) -> Any:
    # The client types operations as dicts, and takes lines of bytes too.
    return [operation.lines]


async def _phrase(asked: Asked, field: str, text: str) -> list[str]:
    """Highlighted pieces of the hits of a phrase; [] when there is none."""
    client, alias = asked
    answer = await client.search(
        index=alias,
        query={"match_phrase": {field: text}},
        highlight={"fields": {field: {"number_of_fragments": 0}}},
    )
    return [piece for hit in answer.body["hits"]["hits"] for pieces in hit.get("highlight", {}).values() for piece in pieces]


FOUND: list[tuple[str, str]] = [
    ("body.chars", "碳"),  # a single character
    ("title.chars", "近"),
    ("title.chars", "零碳工厂"),  # a word
    ("title.chars", "昆山:将新增"),  # over punctuation
    ("title.chars", "昆山：将新增"),  # which may be of full width
    ("title.chars", "(近)零碳"),
    ("title.chars", "工厂10家"),
    ("body.chars", "容量25万千瓦"),  # over digits
    ("body.chars", "印发《行动方案》"),
    ("body.chars", "GB/T 32151.1"),
    ("body.chars", "gb/t32151.1"),
    ("body.chars", "ISO 14067"),
    ("body.chars", "APPLE碳足迹"),
    ("body.chars", "32%"),
    ("body.chars", "以上。依据"),  # over a line's end
    ("body.chars", "🟡𠮷野家"),  # beyond the first plane
    ("body", "分布式光伏"),
    ("title", "零碳工厂"),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("field", "text"), FOUND)
async def test_phrase_is_found(asked: Asked, field: str, text: str) -> None:
    """With the characters themselves marked: taking the marks away gives the text back."""
    (marked,) = await _phrase(asked, field, text)
    assert "<em>" in marked
    assert marked.replace("<em>", "").replace("</em>", "") == (TITLE if field.startswith("title") else BODY)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("text", ["容量52万千瓦", "山昆", "零碳园区", "GB/T 32151.2", "新增将", "。。"])
async def test_other_phrases_are_not(asked: Asked, text: str) -> None:
    """Order and every character count."""
    assert await _phrase(asked, "body.chars", text) == []
    assert await _phrase(asked, "title.chars", text) == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("field", "text"), [("body", "碳"), ("title", "山:将"), ("body", "量25万")])
async def test_why_there_are_two_analyses(asked: Asked, field: str, text: str) -> None:
    """Pairs alone lose a single character and pieces cut amid Han beside punctuation or digits, which `.chars` finds."""
    assert await _phrase(asked, field, text) == []
    assert await _phrase(asked, f"{field}.chars", text) != []


@pytest.mark.asyncio(loop_scope="module")
async def test_ranking_by_pairs(asked: Asked) -> None:
    """A whole headline as a query finds its item, without too many clauses."""
    query = {"multi_match": {"query": TITLE + BODY, "fields": ["title", "body"], "type": "most_fields"}}
    client, alias = asked
    answer = await client.search(index=alias, query=query)
    assert answer.body["hits"]["total"]["value"] == 1


async def _made(client: AsyncElasticsearch, name: str, namespace: str, properties: dict[str, Any], *, analysed: bool = True) -> None:
    """An index of manifests with these fields, behind its alias; not `analysed`: as before digests had other text."""
    settings = mapping.settings("digests", shards=1, replicas=0)
    if not analysed:
        del settings["index"]["analysis"]
    mappings = {"dynamic": "strict", "properties": properties}
    await client.indices.create(index=name, settings=settings, mappings=mappings, aliases={names.alias(namespace, "digests"): {}})


async def test_manifests_without_the_analysis_ask_for_a_rebuild(client: AsyncElasticsearch, namespace: str) -> None:
    """An index from before digests had other text can't be given it: the indexer says what to run, and leaves it as it is."""
    name = names.index(namespace, "digests")
    await client.indices.delete(index=name)
    properties = {field: form for field, form in mapping.MANIFEST_PROPERTIES.items() if field not in ("others", "share")}
    await _made(client, name, namespace, properties, analysed=False)
    with pytest.raises(Misconfigured, match=r"field others is missing.*analyzer chars is missing.*Run `jianbao rebuild`"):
        await indices.ensure(client, namespace=namespace)
    assert "share" not in (await client.indices.get_mapping(index=name)).body[name]["mappings"]["properties"]


async def test_an_index_of_another_form_is_refused(client: AsyncElasticsearch, namespace: str) -> None:
    """In words that name the field; the index stays as it is, without the field that it lacks too."""
    name = names.index(namespace, "digests")
    await client.indices.delete(index=name)
    properties = {field: form for field, form in mapping.MANIFEST_PROPERTIES.items() if field != "withdrawn"} | {"title": {"type": "text"}}
    await _made(client, name, namespace, properties)
    with pytest.raises(Misconfigured, match="field title is of another form"):
        await indices.ensure(client, namespace=namespace)
    assert "withdrawn" not in (await client.indices.get_mapping(index=name)).body[name]["mappings"]["properties"]


async def test_fields_that_an_older_index_lacks_are_added(client: AsyncElasticsearch, namespace: str) -> None:
    """Its items stay; new ones are found by the new fields; doing it again changes nothing."""
    name, alias = names.index(namespace, "items"), names.alias(namespace, "items")
    await client.indices.delete(index=name)
    new = ("level", "about_regions", "about_region_names", "about_region_labels")
    older = {field: form for field, form in mapping.ITEM_PROPERTIES.items() if field not in new}
    await client.indices.create(
        index=name,
        settings=mapping.settings("items", shards=1, replicas=0),
        mappings={"dynamic": "strict", "properties": older},
        aliases={alias: {}},
    )
    await client.bulk(index=alias, operations=_lines(batch.indexing(0, "old", 1, {"item_id": "old", "title": TITLE})), refresh=True)
    assert await indices.ensure(client, namespace=namespace) == []
    assert await indices.add_missing(client, name, "items") == []
    await client.bulk(index=alias, operations=_lines(batch.indexing(0, "new", 1, {"item_id": "new", "level": "县"})), refresh=True)
    by_level = await client.search(index=alias, query={"term": {"level": "县"}})
    assert [hit["_id"] for hit in by_level.body["hits"]["hits"]] == ["new"]
    assert (await client.count(index=alias)).body["count"] == 2


async def test_several_indexers_add_fields_at_once(client: AsyncElasticsearch, namespace: str) -> None:
    """All of them succeed."""
    name = names.index(namespace, "digests")
    await client.indices.delete(index=name)
    properties = {field: form for field, form in mapping.MANIFEST_PROPERTIES.items() if field != "publisher"}
    await _made(client, name, namespace, properties)
    assert await asyncio.gather(*(indices.ensure(client, namespace=namespace) for _ in range(3))) == [[], [], []]


async def test_an_index_in_the_aliass_place_is_refused(client: AsyncElasticsearch, namespace: str) -> None:
    """Something that wrote before us made it."""
    await client.indices.delete(index=names.index(namespace, "items"))
    await client.indices.create(index=names.alias(namespace, "items"))
    try:
        with pytest.raises(Misconfigured, match="is an index, but must be an alias"):
            await indices.ensure(client, namespace=namespace)
    finally:
        await client.indices.delete(index=names.alias(namespace, "items"))
        await indices.ensure(client, namespace=namespace)


async def test_a_lost_alias_comes_back(client: AsyncElasticsearch, namespace: str) -> None:
    """With the next start; the index is kept."""
    await client.indices.delete_alias(index=names.index(namespace, "items"), name=names.alias(namespace, "items"))
    assert await indices.ensure(client, namespace=namespace) == []
    assert (await client.count(index=names.alias(namespace, "items"))).body["count"] == 1


async def test_missing_analysis_is_explained(client: AsyncElasticsearch, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an Elasticsearch without cjk_bigram says becomes what a person should do."""
    lacking = {**mapping.ANALYSIS, "analyzer": {"bigrams": {"type": "custom", "tokenizer": "standard", "filter": ["cjk_bigram_that_nobody_has"]}}}
    monkeypatch.setattr(mapping, "ANALYSIS", lacking)
    with pytest.raises(Misconfigured, match="install jianbao's small analysis plugin"):
        await indices.ensure(client, namespace=f"{namespace}-lacking")
