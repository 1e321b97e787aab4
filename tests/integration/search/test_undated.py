"""What nobody knows the day of publication of, on a real Elasticsearch: marked, a group of its own, and never
new."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from services.search.query import days
from shared import index_names as names
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.search_corpus import digest, fill

pytestmark = pytest.mark.connected

UNKNOWN: dict[str, Any] = {"published_on": None, "published_on_basis": "received_at"}


def story(title: str) -> list[tuple[str | None, str, str]]:
    """One story."""
    return [(title, "要闻", "零碳工厂。")]


@pytest.fixture(scope="module")
def told(engines: RunningEngines) -> Iterator[str]:
    """Two digests of known days, two of which nothing says it."""
    known = [digest(story(f"{day}日的"), name=day, published_on=f"2026-02-{day}") for day in ("05", "06")]
    unknown = [digest(story(f"不详{name}"), name=name, **UNKNOWN) for name in "甲乙"]
    with filled(engines, *known, *unknown) as made:
        yield made


@pytest.fixture
async def of_told(engines: RunningEngines, told: str) -> AsyncIterator[Site]:
    """The app on them."""
    async with serving(engines.elasticsearch_url, told) as made:
        yield made


async def listed(site: Site, **asked: Any) -> list[str]:
    """Titles of all hits, page by page."""
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = await site.get("/api/search", size="1", facets="none", **asked, **cursor)
        found += [hit["title"] for hit in answer["hits"]]
        if not answer["next"]:
            return found
        cursor = {"cursor": answer["next"]}


@pytest.mark.parametrize("fold", ["false", "true"])
async def test_they_are_newest_in_no_order_of_days(of_told: Site, fold: str) -> None:
    """Last whether the newest come first or the oldest, over all pages."""
    newest, oldest = [await listed(of_told, sort=sort, fold=fold) for sort in ("date", "date_asc")]
    assert (newest[:2], oldest[:2]) == (["06日的", "05日的"], ["05日的", "06日的"])
    assert sorted(newest[2:]) == sorted(oldest[2:]) == ["不详乙", "不详甲"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "日期:不详"}, ["不详乙", "不详甲"]),
        ({"undated": "true"}, ["不详乙", "不详甲"]),
        ({"q": "零碳工厂 -日期:不详"}, ["05日的", "06日的"]),
        ({"q": "日期:2026"}, ["05日的", "06日的"]),
        ({"q": "日期:今天"}, []),
        ({"date_from": "2000-01-01"}, ["05日的", "06日的"]),
        ({"date_to": "2100-01-01"}, ["05日的", "06日的"]),
    ],
)
async def test_they_are_of_no_days_but_can_be_asked_for(of_told: Site, asked: dict[str, str], found: list[str]) -> None:
    """By the words that pages have for them."""
    assert sorted(await listed(of_told, **asked)) == found


async def test_they_are_a_group_of_their_own(of_told: Site) -> None:
    """Counted in no bar, under the other filters; marked on pages and null for programs."""
    answer = await of_told.get("/api/search", region="昆山", facets="date")
    everything = await of_told.get("/api/search")
    page = await of_told.client.get("/search", headers={"Accept": "text/html"})
    assert (answer["dates"]["buckets"], answer["dates"]["undated"]) == ([], 0)
    assert ([one["count"] for one in everything["dates"]["buckets"]], everything["dates"]["undated"]) == ([1, 1], 2)
    assert [hit["published_on"] for hit in everything["hits"]] == ["2026-02-06", "2026-02-05", None, None]
    assert page.text.count("<span>日期不详</span>") == 2
    assert "undated=true" in page.text


async def test_a_guess_that_an_older_build_indexed_is_no_day(own_site: Site) -> None:
    """Until it is enriched again: not shown, in no bar and within no days."""
    site = own_site
    await fill(site.elastic, site.namespace, digest(story("旧"), name="old", **UNKNOWN))
    (hit,) = (await site.get("/api/search"))["hits"]
    guess = {"published_on": "2026-11-30", "published_on_basis": "received_at"}
    await site.elastic.update(index=names.alias(site.namespace, "items"), id=hit["item_id"], doc=guess, refresh=True)
    answer = await site.get("/api/search")
    assert (answer["hits"][0]["published_on"], answer["dates"]) == (None, {"interval": "day", "buckets": [], "undated": 1})
    assert (await site.get(f"/api/items/{hit['item_id']}"))["published_on"] is None
    assert (await listed(site, date_from="2026-11-01"), await listed(site, q="日期:不详")) == ([], ["旧"])
    raw = await site.elastic.count(index=names.alias(site.namespace, "items"), query=days.unknown())
    assert raw["count"] == 1


async def test_a_guess_is_not_the_first_telling_of_a_story(own_site: Site) -> None:
    """Though it is the earlier day: what is known comes first, in folded hits, similar items and trails."""
    site, index = own_site, names.alias(own_site.namespace, "items")
    text = "昆山市印发《昆山市零碳工厂建设方案》,提出新增零碳工厂十家以上,培育绿色工厂五十家,推动产品碳足迹核算。"
    told = [digest([("昆山建设零碳工厂", "要闻", text)], name=day, published_on=day) for day in ("2026-02-01", "2026-02-06")]
    await fill(site.elastic, site.namespace, *told)
    guess = {"published_on_basis": "received_at"}
    await site.elastic.update(index=index, id=told[0].items[0].item_id, doc=guess, refresh=True)
    (hit,) = (await site.get("/api/search", q="零碳工厂", fold="true"))["hits"]
    assert (hit["story"]["count"], hit["story"]["first_seen"]["published_on"]) == (2, "2026-02-06")
    days_told = {hit["published_on"], *(one["published_on"] for one in hit["story"]["others"])}
    assert days_told == {"2026-02-06", None}
    similar = await site.get(f"/api/items/{hit['item_id']}/similar")
    assert similar["first_seen"]["published_on"] == "2026-02-06"
    trail = await site.get("/api/documents/trail", name="昆山市零碳工厂建设方案")
    assert (trail["first"], trail["last"], [step["count"] for step in trail["steps"]]) == ("2026-02-06", "2026-02-06", [2])
