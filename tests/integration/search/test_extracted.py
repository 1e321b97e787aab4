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
