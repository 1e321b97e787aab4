"""Sources by their display names."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from services.search.answer.counts import facets
from services.search.models.story import StoryItem
from services.search.query import named, sources
from services.search.query.request import SearchRequest
from services.search.suggest.names import Name
from services.search.suggest.source import named as suggested
from services.search.web.sources.names import SourceNames
from shared.registry.entry import Entry
from shared.registry.listing import Listing

NOW = datetime(2026, 2, 6, tzinfo=UTC)
LISTING = Listing(
    entries={
        source: Entry(source=source, edition=1, name=name, changed_at=NOW, by="x")
        for source, name in (("shuangtan", "本周双碳要闻"), ("nengyuan", "能源 Weekly"), ("nengyuan2", "能源 weekly"), ("bare", None))
    }
)


def nothing(_text: str, _exact: bool) -> tuple[str, ...]:
    """No other names."""
    return ()


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """As a request sees it."""
    with sources.seeing(LISTING):
        yield


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("本周双碳要闻", ("shuangtan",)),
        ("shuangtan", ("shuangtan",)),
        ("能源weekly", ("nengyuan", "nengyuan2")),
        ("没有这个", ("没有这个",)),
    ],
)
def test_a_parameter_takes_names_and_ids(said: str, meant: tuple[str, ...]) -> None:
    """Of two of one name both are meant."""
    assert named.values("source", said, nothing) == meant
    request = SearchRequest.model_validate({"source": [said], "exclude": [f"source:{said}"]})
    resolved = named.resolved(request, nothing)
    assert (tuple(resolved.filters["source"]), tuple(resolved.excluded["source"])) == (meant, meant)
    assert named.resolved(resolved, nothing) == resolved


def test_a_field_of_a_query_takes_both() -> None:
    """来源:本周双碳要闻."""
    assert named.condition("source", "本周双碳要闻", nothing) == {"terms": {"source": ["本周双碳要闻", "shuangtan"]}}
    assert named.notice("source", "本周双碳要闻", nothing) is None


def test_answers_and_facets_show_names() -> None:
    """Beside the id, which filters take."""
    told = StoryItem(item_id="1", source="shuangtan", headline="x")
    assert (told.source_name, told.model_dump()["source_name"]) == ("本周双碳要闻", "本周双碳要闻")
    counted = {"source": {"buckets": [{"key": "shuangtan", "doc_count": 2}, {"key": "bare", "doc_count": 1}]}}
    [facet] = facets(counted, {})
    assert [(one.value, one.label) for one in facet.values] == [("shuangtan", "本周双碳要闻"), ("bare", "bare")]


def test_names_are_suggested() -> None:
    """And found by the id too."""
    found = suggested(Name("source", "shuangtan", "shuangtan", 3), LISTING.names())
    assert (found.value, found.label, found.others) == ("shuangtan", "本周双碳要闻", ("shuangtan",))
    assert suggested(Name("topic", "shuangtan", "shuangtan", 3), LISTING.names()).label == "shuangtan"


async def test_a_request_sees_the_registry_of_its_app() -> None:
    """Two apps of one process don't mix."""

    def app(listing: Listing) -> FastAPI:
        made = FastAPI()

        @made.get("/")
        async def name() -> str:
            return sources.shown("shuangtan")

        made.add_middleware(SourceNames, listing=listing)
        return made

    said = []
    for listing in (LISTING, Listing()):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app(listing)), base_url="http://x") as client:
            said.append((await client.get("/")).json())
    assert said == ["本周双碳要闻", "shuangtan"]
