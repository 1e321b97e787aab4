"""Similar items, stories folded and trails of documents on a real Elasticsearch."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from shared import index_names as names
from shared.records import EnrichedDigest
from shared.text.story_keys import story_key
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.search_corpus import digest, fill

pytestmark = pytest.mark.connected

POWER = "国家能源局表示,截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14%。其中,太阳能发电装机容量约7.5亿千瓦,增长48.8%。"
WIND = "甘肃酒泉风电基地第三批项目并网,国家能源局称全国风电装机容量继续增长,太阳能发电装机容量也创下新高。"
PLAN = "甘肃省人民政府办公厅印发《甘肃省零碳园区建设方案》(甘政办发〔2026〕1号),提出到2030年建成零碳园区20个。"
DRAFT = "甘肃省能源局就《甘肃省零碳园区建设方案》公开征求意见,拟建成零碳园区15个,配套绿电直连。"
NOTICE = "各市转发《关于印发〈甘肃省零碳园区建设方案〉的通知》,要求抓好落实,按季度报送进展。"


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


@pytest.fixture(scope="module")
def three(engines: RunningEngines) -> Iterator[str]:
    """A story told by three digests, and a document in three items, searchable."""
    with filled(engines, *_digests()) as namespace:
        yield namespace


@pytest.fixture
async def site(engines: RunningEngines, three: str) -> AsyncIterator[Site]:
    """The app on those."""
    async with serving(engines.elasticsearch_url, three) as made:
        yield made


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


async def test_each_story_once_over_all_pages(site: Site) -> None:
    """Of the story the best telling, as the order says; everything else stays."""
    best = {"date": "装机31.3亿千瓦", "date_asc": "国家能源局表示"}
    for size, sort in ((1, "date"), (2, "date_asc"), (3, "date"), (10, "date_asc")):
        shown = await _folded(site, size=size, sort=sort)
        told = {hit["headline"]: hit["story"]["count"] if hit["story"] else 1 for hit in shown}
        assert len(shown) == len(told) == 6
        assert [(headline.startswith(best[sort]), count) for headline, count in told.items() if count > 1] == [(True, 3)]


async def _folded(site: Site, **parameters: Any) -> list[dict[str, Any]]:
    """The hits of all pages."""
    answer = await site.get("/api/search", fold="true", facets="none", **parameters)
    shown: list[dict[str, Any]] = answer["hits"]
    while answer["next"]:
        answer = await site.get("/api/search", fold="true", facets="none", cursor=answer["next"], **parameters)
        shown += answer["hits"]
    return shown


REPORT = "昆山市人民政府印发制造业绿色低碳发展行动方案,提出新增零碳工厂十家以上,培育绿色工厂五十家,推动产品碳足迹核算"
"""Told in eleven items, of seven stories: five times in one wording, twice in one issue, on consecutive days, over three sources."""
SEVEN = (
    (
        "日报",
        "2026-02-02",
        [f"{REPORT}。发布于2026-02-02(2小时前)", f"{REPORT}。发布于2026-02-02(26小时前)", "甲地天然气门站价格每立方米三元二角"],
    ),
    ("日报", "2026-02-03", [f"{REPORT}。发布于2026-02-02(34小时前)", "乙地抽水蓄能电站一号机组并网发电"]),
    ("周报", "2026-02-04", [f"{REPORT}。发布于2026-02-02", "丙省发布新型储能项目管理办法全文"]),
    ("月报", "2026-02-20", [f"{REPORT}。发布于2026-02-02(3周前)", "丁市启动整县屋顶光伏开发试点工作", "全国碳市场收盘价61元每吨成交10万吨"]),
    ("月报", "2026-02-21", ["全国碳市场收盘价62元每吨成交12万吨"]),
)


def _seven() -> list[EnrichedDigest]:
    return [digest([(None, "要闻", text) for text in texts], source=source, name=day, published_on=day) for source, day, texts in SEVEN]


@pytest.fixture(scope="module")
def seven(engines: RunningEngines) -> Iterator[str]:
    """SEVEN, searchable."""
    with filled(engines, *_seven()) as namespace:
        yield namespace


@pytest.fixture
async def told(engines: RunningEngines, seven: str) -> AsyncIterator[Site]:
    """The app on those."""
    async with serving(engines.elasticsearch_url, seven) as made:
        yield made


async def test_a_story_told_again_later_is_folded(told: Site) -> None:
    """Twice in one issue and on the next days, with other hours since: one hit, exactly counted. The next day's price is another story."""
    answer = await told.get("/api/search", fold="true", sort="date_asc")
    assert (answer["stories"], answer["stories_exact"], answer["total"], len(answer["hits"])) == (7, True, 11, 7)
    (story,) = [hit["story"] for hit in answer["hits"] if hit["story"]]
    assert (story["count"], story["at_least"], story["first_seen"]["source"], len(story["others"])) == (5, False, "日报", 4)
    page = (await told.client.get("/search")).text
    assert "共 <strong>7</strong> 组(11 条)" in page
    assert "另有 4 篇相近报道" in page


async def test_pages_of_stories_hold_each_once(told: Site) -> None:
    """No item lost, none twice: each is shown or belongs to a story that is. What is counted before all is seen says that it is about so many."""
    for size in (1, 2, 3):
        for sort, q in (("date", ""), ("date_asc", ""), ("relevance", "碳 OR 电 OR 价格 OR 储能 OR 光伏")):
            shown = await _folded(told, size=size, sort=sort, q=q)
            assert len({hit["item_id"] for hit in shown}) == len(shown) == 7
            assert sum(hit["story"]["count"] if hit["story"] else 1 for hit in shown) == 11
    first = await told.get("/api/search", fold="true", size=2)
    assert (first["stories"], first["stories_exact"]) == (7, False)
    assert "约 <strong>7</strong> 组(11 条)" in (await told.client.get("/search", params={"size": 2})).text


async def test_the_items_of_a_story_can_be_opened(told: Site) -> None:
    """All of them, page by page, by what the answer says; under the same filters."""
    (story,) = [hit["story"] for hit in (await told.get("/api/search", fold="true"))["hits"] if hit["story"]]
    opened = await told.get("/api/search", story=story["keys"])
    assert (opened["total"], {hit["body"] if "body" in hit else hit["headline"][:9] for hit in opened["hits"]}) == (5, {REPORT[:9]})
    assert (await told.get("/api/search", story=story["keys"], source="日报"))["total"] == 3
    page = (await told.client.get("/search", params={"source": "日报"})).text
    assert f"story={story['keys'][0]}&amp;fold=false&amp;sort=date" in page
    assert "同一报道" in (await told.client.get("/search", params={"story": story["keys"], "fold": "false"})).text


async def test_similar_items_count_all_tellings(told: Site) -> None:
    """Also where not all are listed; none of them is told as merely alike."""
    item_id = (await told.get("/api/search", q="零碳工厂", sort="date"))["hits"][0]["item_id"]
    answer = await told.get(f"/api/items/{item_id}/similar", size=2)
    assert (answer["tellings"], answer["at_least"], [item["same_story"] for item in answer["items"]]) == (5, False, [True, True])
    page = (await told.client.get(f"/items/{item_id}")).text
    assert "共 5 条,最早见于 2026-02-02(日报)" in page


async def test_stories_fold_in_the_order_of_a_target(own_site: Site) -> None:
    """Which is a nested field's; the copies are counted and named in it too."""
    text = "昆山市人民政府印发行动方案,提出新增(近)零碳工厂10家以上,培育绿色工厂"
    made = [digest([(None, "要闻", f"{text}({at}天前)")], source=f"来源{at}", name=str(at), published_on=f"2026-02-0{at}") for at in range(1, 5)]
    await fill(own_site.elastic, own_site.namespace, *made, digest([(None, "要闻", "常州新增零碳工厂10家以上,甘肃随后跟进并公布名单")], name="other"))
    for size in (1, 5):
        shown = await _folded(own_site, size=size, sort="target", target="零碳工厂>=5家")
        assert sorted(hit["story"]["count"] if hit["story"] else 1 for hit in shown) == [1, 4]


async def test_items_from_before_there_were_keys(own_site: Site) -> None:
    """They are found, shown, folded by their bands, and opened by their ids; none swallows another."""
    await fill(own_site.elastic, own_site.namespace, *_seven())
    index = names.alias(own_site.namespace, "items")
    hits = (await own_site.elastic.search(index=index, query={"match_all": {}}, size=20))["hits"]["hits"]
    for hit in hits:
        body = {name: value for name, value in hit["_source"].items() if name != "story_key"}
        await own_site.elastic.index(index=index, id=hit["_id"], document=body)
    await own_site.elastic.indices.refresh(index=index)
    shown = await _folded(own_site, size=3, sort="date")
    assert len(shown) >= 7
    assert sum(hit["story"]["count"] if hit["story"] else 1 for hit in shown) == 11
    story = next(hit["story"] for hit in shown if hit["story"])
    assert (await own_site.get("/api/search", story=story["keys"]))["total"] == story["count"]


DRESSED = "昆山市印发《昆山市零碳工厂建设方案》,提出新增零碳工厂十家以上,培育绿色工厂五十家,推动产品碳足迹核算。"
"""Told twice in one issue and on the next day, each time with something else around it, and with four items that only look alike."""
SOLD = "全国首笔输电权市场化交易落地,安徽送广东绿电占比过半。发布时间:2026-02-05 09:00"
SEVEN_DRESSED = (
    ("日报", "2026-02-02", [("【快讯】昆山建设零碳工厂", f"{DRESSED}(26小时前)"), ("昆山建设零碳工厂", f"{DRESSED}(来源:新华社)")]),
    ("日报", "2026-02-03", [("3、昆山建设零碳工厂(组图)", f"昨天 08:35\n{DRESSED} [阅读原文]"), ("全国CPI同比数据", "1月全国居民消费价格同比上涨")]),
    ("日报", "2026-02-04", [("全国CPI同比数据", "2月全国居民消费价格同比上涨"), ("绿证核发通报第3期", "全国绿证核发情况如下")]),
    ("日报", "2026-02-05", [("绿证核发通报第4期", "全国绿证核发情况如下"), ("绿证核发通报(二)", "全国绿证核发情况如下")]),
    ("日报", "2026-02-06", [("输电权交易落地", f"{SOLD}(13小时前) 中国电力报")]),
    ("日报", "2026-02-07", [("输电权交易落地", f"{SOLD}(昨天) 中国电力报")]),
)


def _dressed() -> list[EnrichedDigest]:
    stories = [(source, day, [(title, "要闻", body) for title, body in items]) for source, day, items in SEVEN_DRESSED]
    return [digest(items, source=source, name=day, published_on=day) for source, day, items in stories]


async def test_what_a_page_puts_around_a_story_does_not_part_it(own_site: Site) -> None:
    """In lists, on the page and in a document's trail; other months, issues and parts are other stories."""
    await fill(own_site.elastic, own_site.namespace, *_dressed())
    answer = await own_site.get("/api/search", fold="true")
    assert (answer["stories"], answer["stories_exact"], answer["total"], len(answer["hits"])) == (7, True, 10, 7)
    assert sorted(hit["story"]["count"] for hit in answer["hits"] if hit["story"]) == [2, 3]
    assert "共 <strong>7</strong> 组(10 条)" in (await own_site.client.get("/search")).text
    trail = await own_site.get("/api/documents/trail", name="昆山市零碳工厂建设方案")
    assert [(step["published_on"], step["count"]) for step in trail["steps"]] == [("2026-02-02", 3)]
    assert "共 1 组(3 条)" in (await own_site.client.get("/documents", params={"name": "昆山市零碳工厂建设方案"})).text


async def test_keys_of_an_older_release_stand_beside_new_ones(own_site: Site) -> None:
    """Until items are indexed again their wordings are compared; all are found, each once, and the story opens whole."""
    await fill(own_site.elastic, own_site.namespace, *_dressed())
    index = names.alias(own_site.namespace, "items")
    hits = (await own_site.elastic.search(index=index, query={"match_all": {}}, size=20))["hits"]["hits"]
    for hit in hits[::2]:
        old = story_key(hit["_source"]["title"], hit["_source"]["body"])
        await own_site.elastic.index(index=index, id=hit["_id"], document=hit["_source"] | {"story_key": old})
    await own_site.elastic.indices.refresh(index=index)
    for size in (2, 10):
        shown = await _folded(own_site, size=size, sort="date")
        assert sorted(hit["story"]["count"] if hit["story"] else 1 for hit in shown) == [1, 1, 1, 1, 1, 2, 3]
    for story in [hit["story"] for hit in shown if hit["story"]]:
        assert (await own_site.get("/api/search", story=story["keys"]))["total"] == story["count"]


async def test_a_trail_tells_each_wording_once(own_site: Site) -> None:
    """The first telling, with how many there are; over the border of one search too."""
    plan = "甘肃省印发《零碳园区建设方案》,提出到二〇三〇年建成零碳园区"
    made = [
        digest([(None, "要闻", f"{plan}({day}小时前)") for _ in range(100)], source=f"来源{day}", name=str(day), published_on=f"2026-02-{day:02}")
        for day in (1, 2, 3)
    ]
    made.append(
        digest([(f"第{number}份解读零碳园区", "要闻", "见《零碳园区建设方案》") for number in range(210)], name="z", published_on="2026-02-09")
    )
    await fill(own_site.elastic, own_site.namespace, *made)
    answer = await own_site.get("/api/documents/trail", name="零碳园区建设方案")
    assert [(step["published_on"], step["count"]) for step in answer["steps"][:2]] == [("2026-02-01", 300), ("2026-02-09", 1)]
    assert (answer["total"], len(answer["steps"]), answer["notices"]) == (510, 211, [])
    page = (await own_site.client.get("/documents", params={"name": "零碳园区建设方案"})).text
    assert "共 211 组(510 条)" in page
    assert "另有 299 篇相同" in page
    assert (await own_site.get("/api/search", story=answer["steps"][0]["story"]))["total"] == 300


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
