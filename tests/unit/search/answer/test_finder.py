"""Searches over an Elasticsearch that is made up: what is asked of it for one page and the next."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from elasticsearch import AsyncElasticsearch

from services.search.answer.finder import Finder
from services.search.errors import BadCursor
from services.search.models.search import SearchAnswer
from services.search.query.request import MAX_VALUES, SearchRequest
from services.search.query.synonym_file import SynonymFile
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

TEXT = "昆山光伏补贴办法实施细则修订稿公布"


class MadeUp:
    """An index that finds nothing strictly, and any number of hits for a page."""

    def __init__(self) -> None:
        self.named = 0
        """Items that have a word of the query for a name"""
        self.bodies: list[Json] = []

    def options(self, **_: Any) -> "MadeUp":
        """As the client's."""
        return self

    async def open_point_in_time(self, **_: Any) -> Json:
        """As the client's."""
        return {"id": "pit"}

    async def search(self, *, body: Json, index: str | None, **_: Any) -> SimpleNamespace:
        """As the client's."""
        self.bodies.append(body)
        hits: list[Json] = []
        if "pit" in body:
            sort = [1.0, None, "x"]
            hits = [{"_source": {"item_id": "x", "digest_id": "d", "source": "s", "ordinal": 1, "headline": "h"}, "sort": sort}] * body["size"]
        found = {"took": 1, "hits": {"hits": hits, "total": {"value": len(hits)}}}
        asked = body.get("aggs", {}).get("names", {}).get("filters", {}).get("filters", {})
        return SimpleNamespace(body={**found, "aggregations": {"names": {"buckets": {at: {"doc_count": self.named} for at in asked}}}})

    @property
    def page(self) -> Json:
        """What the last page's hits were asked for by, without their place."""
        body = [body for body in self.bodies if "pit" in body][-1]
        return {name: said for name, said in body.items() if name != "search_after"}


class World:
    """A finder, and what it asks."""

    def __init__(self, synonyms: Path | None = None) -> None:
        self.elastic = MadeUp()
        settings, file = ElasticsearchSettings(), SynonymFile(synonyms, every=0)
        elastic = cast(AsyncElasticsearch, self.elastic)
        self.finder = Finder(elastic, settings, file, namespace="n", key=b"k", today=lambda: date(2026, 2, 9))

    async def search(self, **parameters: Any) -> SearchAnswer:
        """One page."""
        return await self.finder.search(SearchRequest.model_validate({"size": 2, "facets": ["none"], **parameters}))


async def test_all_pages_are_asked_for_alike() -> None:
    """Also where the text becomes a name meanwhile: asked for otherwise, hits would have other scores, and come again or never."""
    world = World()
    first = await world.search(q=TEXT)
    asked = world.elastic.page
    world.elastic.named = 1
    assert (await world.search(q=TEXT, cursor=first.next)).relaxed
    assert world.elastic.page == asked


async def test_what_was_a_name_stays_one_on_all_pages() -> None:
    """Also where it is none any more; and the next page asks the index nothing but its hits."""
    world = World()
    world.elastic.named = 1
    first = await world.search(q=TEXT)
    asked, before = world.elastic.page, len(world.elastic.bodies)
    world.elastic.named = 0
    await world.search(q=TEXT, cursor=first.next)
    assert world.elastic.page == asked
    assert len(world.elastic.bodies) == before + 1


async def test_a_cursor_outlives_an_edit_of_the_synonyms(tmp_path: Path) -> None:
    """It belongs to what was asked, whatever a name stands for by now; as a page's link repeats it, too."""
    file = tmp_path / "own.txt"
    file.write_text("苏南 => 苏州 = 无锡", encoding="utf-8")
    world = World(file)
    first = await world.search(region=["苏南"])
    second = await world.search(region=["320500", "320200"], cursor=first.next)
    file.write_text("苏南 => 苏州 = 无锡 = 常州", encoding="utf-8")
    assert (await world.search(region=["苏南"], cursor=first.next)).page == 2
    assert (await world.search(region=["320500", "320200"], cursor=second.next)).page == 3
    with pytest.raises(BadCursor):
        await world.search(region=["常州"], cursor=first.next)


async def test_links_hold_no_more_values_than_a_url_may(tmp_path: Path) -> None:
    """A name that stands for too many places stays a name in them."""
    file = tmp_path / "own.txt"
    file.write_text("苏南 => 苏州 = 无锡", encoding="utf-8")
    finder = World(file).finder
    full = SearchRequest.model_validate({"region": ["苏南", *(f"{number}" for number in range(1, MAX_VALUES))]})
    assert (await finder.resolved(full)).region == full.region
    assert (await finder.resolved(SearchRequest.model_validate({"region": ["苏南"]}))).region == ["320500", "320200"]
