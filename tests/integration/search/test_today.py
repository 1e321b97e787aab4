"""The home page on a real Elasticsearch: one day's items under their digests, and the days beside it."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

import pytest

from services.search.today.today import Today
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.search_corpus import digest

pytestmark = pytest.mark.connected

KUNSHAN = ("昆山：新增零碳工厂", "地方", "昆山市发布《零碳工厂建设方案》，到2026年建成零碳工厂10家。")
GANSU = ("甘肃：印发方案", "地方", "甘肃省印发《零碳园区建设方案》。")
AGAIN = ("甘肃：解读方案", "地方", "专家解读《零碳园区建设方案》。")
LONG = [(f"快讯第{number}条", "快讯", "") for number in range(1, 9)]


@pytest.fixture(scope="module")
def days(engines: RunningEngines) -> Iterator[str]:
    """Three days with digests, and one digest of which nothing says the day."""
    made = (
        digest([GANSU], name="a", title="周一双碳", published_on="2026-02-02"),
        digest([KUNSHAN, AGAIN], name="b", title="周三双碳", published_on="2026-02-04"),
        digest(LONG, name="c", title="周三快讯", published_on="2026-02-04", source="kuaixun"),
        digest([KUNSHAN], name="d", title="周五双碳", published_on="2026-02-06"),
        digest([GANSU], name="e", title="没有日期", published_on=None, published_on_basis="received_at"),
    )
    with filled(engines, *made) as namespace:
        yield namespace


@pytest.fixture
async def site(engines: RunningEngines, days: str) -> AsyncIterator[Site]:
    """The app on them."""
    async with serving(engines.elasticsearch_url, days) as made:
        yield made


async def test_the_last_day_is_shown_with_those_beside_it(site: Site) -> None:
    """Also from a day in between, and from one that has no items."""
    asked: list[dict[str, Any]] = [{}, {"day": "2026-02-04"}, {"day": "2026-02-03"}]
    answers = [await site.get("/api/today", **one) for one in asked]
    beside = [(answer["day"], answer["previous"], answer["next"], answer["total"]) for answer in answers]
    assert beside == [
        ("2026-02-06", "2026-02-04", None, 1),
        ("2026-02-04", "2026-02-02", "2026-02-06", 10),
        ("2026-02-03", "2026-02-02", "2026-02-04", 0),
    ]


async def test_digests_bring_their_first_items(site: Site) -> None:
    """In the digest's order, with how many there are."""
    answer = await site.get("/api/today", day="2026-02-04")
    shown = {one["title"]: (one["total"], [item["headline"] for item in one["items"]]) for one in answer["digests"]}
    assert shown == {
        "周三双碳": (2, ["昆山：新增零碳工厂", "甘肃：解读方案"]),
        "周三快讯": (8, [f"快讯第{number}条" for number in range(1, 7)]),
    }


async def test_only_documents_that_no_earlier_day_named_are_new(site: Site) -> None:
    """The plan of Gansu was there two days before."""
    answer = await site.get("/api/today", day="2026-02-04")
    assert [one["name"] for one in answer["documents"]] == ["零碳工厂建设方案"]


async def test_a_target_falls_due(site: Site) -> None:
    """Once, though two digests of the month say it."""
    answer = await site.get("/api/today", day="2026-02-06")
    assert [(one["text"], one["deadline"]) for one in answer["due"]] == [("10家", 2026)]


async def test_what_has_no_day_stands_apart(engines: RunningEngines, site: Site, days: str) -> None:
    """Beside the day on which it was received, and never among its items."""
    today = Today(site.elastic, ElasticsearchSettings(url=engines.elasticsearch_url), namespace=days, today=lambda: date(2026, 2, 7))
    answer = await today.of()
    assert [one.title for one in answer.undated] == ["没有日期"]
    assert "没有日期" not in [one.title for one in answer.digests]


async def test_an_old_address_of_the_search_page_leads_there(site: Site) -> None:
    """With all that it asks for."""
    answer = await site.client.get("/", params={"q": "零碳", "sort": "date"})
    assert (answer.status_code, answer.headers["Location"]) == (307, "/search?q=%E9%9B%B6%E7%A2%B3&sort=date")


@pytest.fixture(scope="module")
def nothing(engines: RunningEngines) -> Iterator[str]:
    """Indices without a document."""
    with filled(engines) as namespace:
        yield namespace


async def test_an_empty_index_says_how_to_fill_it(engines: RunningEngines, nothing: str) -> None:
    """A page, and an answer without a day."""
    async with serving(engines.elasticsearch_url, nothing) as empty:
        assert (await empty.get("/api/today"))["day"] is None
        assert "还没有带日期的条目" in (await empty.client.get("/")).text
