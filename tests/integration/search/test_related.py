"""Similar items, stories folded and trails of documents on a real Elasticsearch."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.search.stories.fold_stories import NEEDED, Hit, fold_page
from shared import index_names as names
from shared.records import EnrichedDigest
from tests.integration.search.conftest import Site
from tests.search_corpus import digest, fill

pytestmark = pytest.mark.connected

POWER = "国家能源局表示,截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14%。其中,太阳能发电装机容量约7.5亿千瓦,增长48.8%。"
WIND = "甘肃酒泉风电基地第三批项目并网,国家能源局称全国风电装机容量继续增长,太阳能发电装机容量也创下新高。"
PLAN = "甘肃省人民政府办公厅印发《甘肃省零碳园区建设方案》(甘政办发〔2026〕1号),提出到2030年建成零碳园区20个。"
DRAFT = "甘肃省能源局就《甘肃省零碳园区建设方案》公开征求意见,拟建成零碳园区15个,配套绿电直连。"
NOTICE = "各市转发《关于印发〈甘肃省零碳园区建设方案〉的通知》,要求抓好落实,按季度报送进展。"
ORDER: list[dict[str, Any]] = [{"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}]


def _digests() -> list[EnrichedDigest]:
    daily = digest([(None, "要闻", POWER), ("方案征求意见", "地方", DRAFT)], source="日报", name="a", published_on="2024-09-23")
    weekly = digest(
        [("装机31.3亿千瓦", "要闻", POWER.replace("表示", "发布数据")), ("印发方案", "地方", PLAN)],
        source="周报",
        name="b",
        published_on="2024-09-26",
    )
    monthly = digest(
        [("八月电力", "要闻", POWER.partition("其中")[0]), ("酒泉风电", "要闻", WIND)], source="月报", name="c", published_on="2024-09-24"
    )
    others = [("九月电力", "要闻", POWER.replace("8月", "9月").replace("31.3", "31.6")), ("转发通知", "地方", NOTICE)]
    return [daily, weekly, monthly, digest(others, source="快讯", name="d", published_on="2024-10-22")]


@pytest.fixture
async def site(own_site: Site) -> Site:
    """A story told by three digests, and a document in three items."""
    await fill(own_site.elastic, own_site.namespace, *_digests())
    return own_site


async def _item(site: Site, q: str) -> str:
    return str((await site.get("/api/search", q=f'"{q}"'))["hits"][0]["item_id"])


async def test_the_same_story_comes_first(site: Site) -> None:
    """With who had it first; then what is like it, another month's figures among it; never the item itself."""
    item_id = await _item(site, "装机31.3亿千瓦")
    answer = await site.get(f"/api/items/{item_id}/similar")
    assert [item["source"] for item in answer["items"] if item["same_story"]] == ["日报", "月报"]
    assert (answer["tellings"], answer["first_seen"]["source"]) == (3, "日报")
    like = [item["headline"] for item in answer["items"] if not item["same_story"]]
    assert like[0] == "九月电力"
    assert item_id not in [item["item_id"] for item in answer["items"]]


async def test_size_and_what_is_missing(site: Site) -> None:
    """As many as asked for; an unknown item is a 404 in the one shape."""
    item_id = await _item(site, "装机31.3亿千瓦")
    assert len((await site.get(f"/api/items/{item_id}/similar", size=1))["items"]) == 1
    assert (await site.get(f"/api/items/{'0' * 32}/similar", status=404))["error"]["code"] == "not_found"
    assert (await site.get(f"/api/items/{item_id}/similar", status=422, size=0))["error"]["code"] == "invalid_parameter"


@pytest.mark.parametrize("size", [1, 2, 3, 10])
async def test_each_story_once_over_all_pages(site: Site, size: int) -> None:
    """Of the story the newest telling, as the order says; everything else stays."""
    index = names.alias(site.namespace, "items")

    async def read(after: Sequence[Any] | None, count: int) -> Sequence[Hit]:
        body: dict[str, Any] = {"query": {"match_all": {}}, "sort": ORDER, "size": count, "_source": list(NEEDED)}
        hits: Sequence[Hit] = (await site.elastic.search(index=index, body=body | ({"search_after": after} if after else {})))["hits"]["hits"]
        return hits

    async def peers(bands: Sequence[str], known: Sequence[str]) -> Sequence[Hit]:
        query = {"bool": {"filter": [{"terms": {"bands": bands}}], "must_not": [{"terms": {"item_id": known}}]}}
        found = await site.elastic.search(index=index, body={"query": query, "sort": ORDER, "size": 100, "_source": list(NEEDED)})
        hits: Sequence[Hit] = found["hits"]["hits"]
        return hits

    page = await fold_page(read, peers, size=size, order=ORDER)
    shown = list(page.hits)
    while page.after is not None:
        page = await fold_page(read, peers, size=size, order=ORDER, after=page.after)
        shown += page.hits
    told = {one.hit["_source"]["headline"]: one.story.count if one.story else 1 for one in shown}
    assert len(shown) == len(told) == 6
    assert told.pop("装机31.3亿千瓦") == 3
    assert set(told.values()) == {1}


async def test_the_trail_of_a_document(site: Site) -> None:
    """The oldest first; names that hold this one are offered; brackets and spaces do not matter."""
    answer = await site.get("/api/documents/trail", name="《甘肃省 零碳园区建设方案》")
    assert [step["headline"] for step in answer["steps"]] == ["方案征求意见", "印发方案"]
    assert (answer["name"], answer["total"], answer["first"], answer["last"]) == ("甘肃省零碳园区建设方案", 2, "2024-09-23", "2024-09-26")
    assert [(other["name"], other["count"]) for other in answer["also"]] == [("关于印发〈甘肃省零碳园区建设方案〉的通知", 1)]


async def test_a_long_trail_is_complete(own_site: Site) -> None:
    """Over the border of one search, each item once, in order; beyond the bound it says so."""
    headlines = [f"第{number}条" for number in range(240)]
    made = [digest([(headline, "要闻", "见《零碳园区建设方案》") for headline in headlines[at : at + 120]], name=str(at)) for at in (0, 120)]
    await fill(own_site.elastic, own_site.namespace, *made)
    answer = await own_site.get("/api/documents/trail", name="零碳园区建设方案")
    assert sorted(step["headline"] for step in answer["steps"]) == sorted(headlines)
    assert [step["headline"] for step in answer["steps"][:120]] in (headlines[:120], headlines[120:])
    assert (answer["total"], answer["notices"]) == (240, [])


@pytest.mark.parametrize(("name", "status"), [("", 422), ("《》", 400), ("字" * 501, 422), ("没有的文件", 200), ('.*[a-z]"\\', 200)])
async def test_any_name_is_answered(site: Site, name: str, status: int) -> None:
    """A name without letters is refused; a pattern is only letters; an unknown one has no steps."""
    answer = await site.get("/api/documents/trail", status=status, name=name)
    assert answer["error"]["status"] == status if status != 200 else answer["total"] == 0


async def test_pages(site: Site) -> None:
    """The item's page has both sections and links to its document's trail."""
    item_id = await _item(site, "装机31.3亿千瓦")
    page = (await site.client.get(f"/items/{item_id}")).text
    assert "同一报道" in page
    assert "最早见于 2024-09-23(日报)" in page
    assert "相似条目" in page
    plan = (await site.client.get(f"/items/{await _item(site, '印发方案')}")).text
    address = "/documents?name=%E7%94%98%E8%82%83%E7%9C%81%E9%9B%B6%E7%A2%B3%E5%9B%AD%E5%8C%BA%E5%BB%BA%E8%AE%BE%E6%96%B9%E6%A1%88"
    assert f'href="{address}"' in plan
    trail = (await site.client.get(address)).text
    assert "方案征求意见" in trail
    assert "可能相关的文件名" in trail
