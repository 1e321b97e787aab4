"""What an empty answer advises, on a real Elasticsearch: each time what helps just this query."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.search.answer.finder import today_in_shanghai
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.integration.search.names.known_names import STORIES, known_names
from tests.integration.search.test_suggest import suggested

pytestmark = pytest.mark.connected

LAST_WEEK = today_in_shanghai() - timedelta(days=7)
ALL = len(STORIES)


@pytest.fixture(scope="module")
def stories(engines: RunningEngines) -> Iterator[str]:
    """A digest of a week ago and nothing newer, as on a Monday morning."""
    with filled(engines, known_names(published_on=LAST_WEEK)) as namespace:
        yield namespace


@pytest.fixture
async def quiet(engines: RunningEngines, stories: str) -> AsyncIterator[Site]:
    """The app on it."""
    async with serving(engines.elasticsearch_url, stories) as made:
        yield made


async def advised(site: Site, **parameters: Any) -> list[str]:
    """The messages for a search that finds nothing; what they propose finds as many as they say."""
    await suggested(site, "x")  # the names have been read
    answer = await site.get("/api/search", **parameters)
    assert answer["total"] == 0
    for one in answer["advice"]:
        if one["query"] is not None:
            assert (await site.get("/api/search", **(parameters | {"q": one["query"], "relax": False})))["total"] == one["total"] > 0
    page = (await site.client.get("/search", params=parameters)).text
    assert all(one["message"] in page for one in answer["advice"])
    return [one["message"] for one in answer["advice"]]


async def test_a_time_that_has_nothing_yet(quiet: Site) -> None:
    """This week has nothing, so the last is proposed, and no word that sounds like it; whatever field of days it is."""
    first = f"“本周”还没有;换成“上周”,有 {ALL} 条。"
    assert (await advised(quiet, q="日期:本周"))[0] == first
    assert (await advised(quiet, q="after:本周"))[0].startswith("“本周”还没有;换成“上周”")
    assert (await advised(quiet, q="储能 日期:今天"))[-1] == f"去掉“日期:今天”,有 2 条({LAST_WEEK} 至 {LAST_WEEK})。"
    assert (await quiet.get("/api/search", q="日期:本周"))["did_you_mean"] == []


async def test_days_out_of_what_there_is(quiet: Site) -> None:
    """From when to when there is something."""
    assert await advised(quiet, q="日期:2019") == [f"去掉“日期:2019”,有 {ALL} 条({LAST_WEEK} 至 {LAST_WEEK})。"]
    answer = await quiet.get("/api/search", date_to="2019-12-31")
    assert ([one["name"] for one in answer["emptied_by"]], answer["advice"]) == (["date"], [])


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("地区:火星 储能", ["没有地区“火星”的条目,也没有认得的地区叫这个名称。", "去掉“地区:火星”,有 2 条。"]),
        ("地区:海南", ["没有地区“海南”的条目。"]),
        ("储能 -补贴 -绿证", ["不排除“绿证”,有 1 条。", "不排除“补贴”,有 1 条。"]),
        ("“苏州储能补贴” -风电", ["“苏州储能补贴”去掉引号,有 1 条。"]),
        ("机关:发改委 海上风电", ["去掉“海上风电”,有 2 条。", "去掉“机关:发改委”,有 1 条。"]),
        ("机关:能源局", ["没有机关“能源局”的条目,也没有认得的机关叫这个名称。", "换成“国家能源局”,有 1 条。", "换成“广东省能源局”,有 1 条。"]),
        ("没有这样的字", []),
    ],
)
async def test_what_the_query_is_to_blame_for(quiet: Site, q: str, said: list[str]) -> None:
    """A value that nothing has, an exclusion, quotation marks, one condition of several; where nothing helps nothing is said."""
    assert await advised(quiet, q=q) == said


async def test_what_is_switched_off_or_filtered(quiet: Site) -> None:
    """Relaxing, other names, several filters at once; a value of a filter that no item has."""
    assert await advised(quiet, q="苏州出台的储能电站补贴好政策", relax=False) == ["连相近的一起列,有 1 条。"]
    assert await advised(quiet, q="宁王", synonyms=False) == ["连同义词一起找,有 2 条。"]
    both = await advised(quiet, q="储能", region="广东", agency="工信部")
    assert both == ["去掉全部筛选条件,有 2 条。"]
    assert (await advised(quiet, q="储能", region="海南"))[0] == "没有地区“海南省”的条目。"
