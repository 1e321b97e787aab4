"""What enrich reads in a text, as filters and facets of a real Elasticsearch find it."""

import hashlib
from datetime import date

import pytest

from services.enrich.enrich import enrich
from shared.ids import digest_id
from shared.records import EnrichedDigest, RawDigest
from tests.integration.search.conftest import Site
from tests.search_corpus import RECEIVED, fill

pytestmark = pytest.mark.connected

ISSUE = """# 每日要闻

## 商务部回应加征关税
新华社北京3月5日电(记者李平)商务部回应加征关税,称将采取必要措施。

## 外贸稳中有进
(北京综合讯)外贸稳中有进,机电产品出口增长。

## 海外工厂投产
宁德时代新能源科技股份有限公司的德国工厂投产,上海电气供货。

## 商圈改造启动
香港中路与山西北路商圈改造启动,龙泉苑和重庆大厦同步更新。

## 杭州试点绿电直连
本报记者 张三 北京报道 杭州市试点绿电直连,到2030年初步建成体系。
"""


def _read(text: str) -> EnrichedDigest:
    raw = RawDigest(
        digest_id=digest_id("要闻", content=text),
        source="要闻",
        media_type="text/markdown",
        published_on=date(2026, 3, 6),
        received_at=RECEIVED,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        revision=1,
    )
    return enrich(raw, text.encode(), enriched_at=RECEIVED)


async def test_datelines_firms_and_streets_are_no_regions(own_site: Site) -> None:
    """Neither what items are about nor what they mention: not 北京 of 新华社北京电, 宁德 of 宁德时代, 香港 of 香港中路."""
    await fill(own_site.elastic, own_site.namespace, _read(ISSUE))
    answer = await own_site.get("/api/search")
    assert answer["total"] == 5
    for wanted in ("region", "about"):
        (facet,) = [facet for facet in answer["facets"] if facet["name"] == wanted]
        assert {value["label"].rpartition("/")[2] for value in facet["values"]} == {"浙江省", "杭州市"}
    assert [await own_site.titles(f"地区:{name}") for name in ("北京", "宁德", "香港", "山西")] == [[], [], [], []]
    assert await own_site.titles("地区:杭州") == ["杭州试点绿电直连"]


OUTLINE = """# 新闻联播

## 国内联播快讯

1. 甘肃酒泉风电基地并网
2. 昆山新增零碳工厂十家
3. 常州印发碳足迹方案
4. 乐山设立绿色基金

## 国际联播快讯

5. 欧盟通过碳边境机制

欧盟理事会通过碳边境调节机制修正案,自明年起施行。
"""


async def test_an_item_without_a_body_shows_what_stands_beside_it(own_site: Site) -> None:
    """As the digest's context and not as its own words: nothing in it is marked or found; one with a body has none."""
    await fill(own_site.elastic, own_site.namespace, _read(OUTLINE))
    (hit,) = (await own_site.get("/api/search", q="零碳工厂 昆山"))["hits"]
    assert hit["highlights"] == {"title": "<em>昆山</em>新增<em>零碳工厂</em>十家", "body": []}
    assert hit["context"] == {"before": ["甘肃酒泉风电基地并网"], "after": ["常州印发碳足迹方案", "乐山设立绿色基金"]}
    assert (await own_site.get(f"/api/items/{hit['item_id']}"))["context"] == hit["context"]
    (other,) = (await own_site.get("/api/search", q="碳边境"))["hits"]
    assert (other["context"], bool(other["highlights"]["body"])) == (None, True)
    assert await own_site.titles('"甘肃酒泉风电"') == ["甘肃酒泉风电基地并网"]
    page = (await own_site.client.get("/search", params={"q": "零碳工厂"})).text
    assert '<span class="tag">简报上下文</span><span>上文：甘肃酒泉风电基地并网</span>' in page
    assert "<span>下文：常州印发碳足迹方案；乐山设立绿色基金</span>" in page


PLANS = """# 目标速览

## 江苏:到2030年新能源装机达15GW
江苏省能源局提出,到2030年,全省新能源装机容量达到1,500万千瓦以上。相关消费券有效期90天。

## 昆山拟建零碳工厂20家
昆山市计划到2027年建成零碳工厂20家,活动已举办1301场。

## 老年人口比例上升
根据世界卫生组织,全球老年人的比例从1995年的12.3%,到2030年将达到17.2%。

## 通告有效期延长
通告有效期至2030年12月31日,券有效期90天,年内已举办1301场。
"""

AGAIN = """# 次日速览

## 江苏:到2030年新能源装机达15GW
江苏省能源局提出,到2030年,全省新能源装机容量达到1500万千瓦以上。相关消费券有效期90天。
"""


async def test_targets_are_listed_once_and_nothing_else_is(own_site: Site) -> None:
    """With their hits, on the page, in the item's table; not 90天, 1301场 or a share of 1995; a story's two tellings are one hit."""
    await fill(own_site.elastic, own_site.namespace, _read(PLANS), _read(AGAIN))
    answer = await own_site.get("/api/search", q="目标:@2030", fold=True, sort="date_asc")
    found = {hit["title"]: [(one["text"], one["deadline"]) for one in hit["targets"]] for hit in answer["hits"]}
    assert found == {"江苏:到2030年新能源装机达15GW": [("15GW", 2030)], "昆山拟建零碳工厂20家": [("20家", 2027)]}
    assert len(answer["hits"]) == 2
    page = (await own_site.client.get("/search", params={"q": "目标:@2030", "fold": "true"})).text
    assert page.count('class="aim"') == 2
    for spelled in ("1,500万千瓦", "1500万千瓦", "15GW", "0.15亿千瓦"):
        (hit, *again) = (await own_site.get("/api/search", target=f"新能源装机>={spelled.replace(',', '')}@2030"))["hits"]
        assert (len(hit["targets"]), len(again)) == (1, 1)
        item = (await own_site.client.get(f"/items/{hit['item_id']}")).text
        assert item.split('id="targets"')[1].split("</table>")[0].count("<tr") == 2  # its head and one
