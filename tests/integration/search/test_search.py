"""Queries on a real Elasticsearch: what is found, in which order, and what is marked."""

import random
from typing import Any

import pytest

from tests.integration.search.conftest import Site
from tests.search_corpus import HOSTILE, digest, fill, sample

pytestmark = pytest.mark.connected

KUNSHAN = "昆山:将新增(近)零碳工厂10家"


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("零碳工厂", KUNSHAN),
        ("昆山:将新增", KUNSHAN),
        ("昆山：将新增", KUNSHAN),
        ('"昆山:将新增"', KUNSHAN),
        ("“将新增(近)零碳”", KUNSHAN),
        ("「工厂10家」", KUNSHAN),
        ("25万千瓦", KUNSHAN),
        ("容量25万千瓦", KUNSHAN),
        ("２５万千瓦", None),
        (KUNSHAN, KUNSHAN),
        ("昆山 将新增 10家", KUNSHAN),
        ("GB/T 32151.1", None),
        ('"GB/T 32151.1—2015"', None),
        ("gb/t", None),
        ("iso 14064", "炘隆:获温室气体核查声明"),
        ("msci", "MSCI:32%的公司已设定净零排放目标"),
        ("炘", "炘隆:获温室气体核查声明"),
        ("A级", None),
        ("“双碳”专业人才", "杭州:引导外贸重点行业或产品开展碳认证"),
    ],
)
async def test_is_found(site: Site, q: str, title: str | None) -> None:
    """Words, single characters, phrases over punctuation and digits, codes, half and full width."""
    assert title in (await site.titles(q))


@pytest.mark.parametrize(
    ("q", "count"),
    [('"零碳园区工厂"', 0), ('"昆山将新增"', 0), ("昆山 甘肃", 0), ("月球基地", 0), ("昆山", 2), ("", 11), ("\u200b \u3000", 11)],
)
async def test_total_is_exact(site: Site, q: str, count: int) -> None:
    """Phrases are literal, all words are required, nothing asked for means all."""
    assert (await site.get("/api/search", q=q))["total"] == count


async def test_every_piece_in_quotes_finds_its_item(site: Site) -> None:
    """Pieces cut at random from titles and bodies, over punctuation, Latin and line ends."""
    chance = random.Random(7)
    missed = []
    for item in (*sample().items, *HOSTILE.items):
        for text in (item.title or item.body, item.body):
            for _ in range(4):
                start = chance.randrange(len(text) - 2)
                piece = text[start : start + chance.randint(2, 14)].strip()
                if len(piece) < 2 or any(quote in piece for quote in '"“”「」'):
                    continue
                found = await site.get("/api/search", q=f'"{piece}"', size=100)
                if item.item_id not in [hit["item_id"] for hit in found["hits"]]:
                    missed.append(piece)
    assert missed == []


async def test_adjacent_ranks_before_scattered(own_site: Site) -> None:
    """碳市场 as one word before 碳, 市 and 场 apart; what has only one pair is no hit."""
    stories = [
        ("低碳生活", "动态", "市场上的低碳产品很多。碳排放与市里的广场无关。"),
        ("全国碳市场扩围", "动态", "钢铁行业纳入。"),
        ("钢铁行业", "动态", "纳入全国碳市场,参加交易。"),
        ("菜市场改造", "动态", "改造后开放。"),
    ]
    await fill(own_site.elastic, own_site.namespace, digest(stories))
    assert await own_site.titles("碳市场") == ["全国碳市场扩围", "钢铁行业"]


async def test_a_word_may_be_in_the_title_and_another_in_the_body(site: Site) -> None:
    """All words are required, wherever each is."""
    assert await site.titles("炘隆 华测") == ["炘隆:获温室气体核查声明"]


@pytest.mark.parametrize("length", [60, 300, 2000])
async def test_a_long_query_is_answered(site: Site, length: int) -> None:
    """Neither a pasted text nor 2,000 different characters are too many clauses; and it is found by its beginning."""
    body = sample().items[2].body
    assert (await site.titles(body[:length].replace("“", "").replace("”", "")))[:1] == ["杭州:引导外贸重点行业或产品开展碳认证"]
    chance = random.Random(1)
    await site.get("/api/search", q="".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(length)))
    await site.get("/api/search", q=" ".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(length // 2)))
    await site.get("/api/search", q='"' + "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(length - 2)) + '"')


async def test_a_shortened_query_says_so(site: Site) -> None:
    """Never another answer without a word."""
    assert (await site.get("/api/search", q="碳" * 300))["notices"][0] == "查询太长,只用了前 256 个字、32 个词。"


async def test_highlights_mark_the_matched_characters(site: Site) -> None:
    """In the title whole, in the body in sentences; adjacent pairs as one."""
    hit = (await site.get("/api/search", q="零碳工厂"))["hits"][0]
    assert hit["highlights"]["title"] == "昆山:将新增(近)<em>零碳工厂</em>10家"
    # Where the whole word stands, parts of it elsewhere are not marked.
    assert "新增省级以上绿色工厂20家,(近)<em>零碳工厂</em>10家" in "".join(hit["highlights"]["body"])
    phrase = (await site.get("/api/search", q='"昆山:将新增(近)零"'))["hits"][0]
    assert phrase["highlights"]["title"] == "<em>昆山:将新增(近)零</em>碳工厂10家"


async def test_hostile_text_stays_text(site: Site) -> None:
    """Tags in titles and bodies are escaped; only our own em is markup."""
    hit = (await site.get("/api/search", q="alert"))["hits"][0]
    assert hit["highlights"]["title"] == "&lt;script&gt;<em>alert</em>(&quot;标题&quot;)&lt;/script&gt;零碳&amp;工厂"
    body = "".join((await site.get("/api/search", q="不是高亮"))["hits"][0]["highlights"]["body"])
    assert "&lt;em&gt;<em>不是高亮</em>&lt;/em&gt;" in body
    assert "<img" not in body


async def test_the_end_of_a_very_long_body_is_marked(own_site: Site) -> None:
    """Beyond Elasticsearch's usual limit of a million characters, and no reason for the search to fail."""
    # In Latin, as the client warns of requests over a MiB, and warnings are errors here.
    body = "A sentence. " * 84_000 + "末尾的零碳工厂。"
    assert len(body) > 1_000_000
    await fill(own_site.elastic, own_site.namespace, digest([("长文", "动态", body)]))
    hit = (await own_site.get("/api/search", q="零碳工厂"))["hits"][0]
    assert "末尾的<em>零碳工厂</em>。" in "".join(hit["highlights"]["body"])


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"region": "320583"}, 2),
        ({"region": "江苏省"}, 3),
        ({"about": "320583"}, 2),
        ({"about": "江苏省"}, 3),
        ({"about": ["620000", "320583"], "level": "县"}, 2),
        ({"region": "昆山"}, 2),
        ({"region": ["620000", "320583"]}, 3),
        ({"section": "行业动态"}, 3),
        ({"agency": "甘肃省能源局"}, 1),
        ({"company": "苏州炘隆超净科技有限公司"}, 1),
        ({"document": "甘肃省零碳园区建设方案"}, 1),
        ({"topic": "零碳园区与工厂", "region": "江苏省"}, 2),
        ({"doc_type": "政策", "source": "shuangtan-weekly"}, 4),
        ({"source": "hostile"}, 2),
        ({"date_from": "2026-02-01"}, 9),
        ({"date_to": "2026-01-31"}, 2),
        ({"date_from": "2026-02-06", "date_to": "2026-02-06"}, 9),
        ({"date_from": "", "section": ""}, 11),
        ({"section": "没有这一栏"}, 0),
    ],
)
async def test_filters(site: Site, filters: dict[str, Any], count: int) -> None:
    """Any value within one filter, all filters together; ancestors of a region match."""
    assert (await site.get("/api/search", **filters))["total"] == count


async def test_facets_count_what_ticking_would_give(site: Site) -> None:
    """Under a filter its own facet still counts its other values, the other facets only what is left."""
    answer = await site.get("/api/search", region="昆山市")
    facets = {facet["name"]: facet["values"] for facet in answer["facets"]}
    tree = [(value["label"], value["count"], value["depth"], value["selected"]) for value in facets["region"]]
    assert tree[:4] == [("江苏省", 3, 0, False), ("苏州市", 2, 1, False), ("昆山市", 2, 2, True), ("常州市", 1, 1, False)]
    assert {value["label"]: value["count"] for value in facets["section"]} == {"地方动态": 2}


async def test_a_headline_in_other_words_finds_what_is_like_it_and_says_so(site: Site) -> None:
    """Page by page, each item once; facets count the same items."""
    headline = "江苏昆山今年计划再建十家零碳工厂引领绿色转型"
    first = await site.get("/api/search", q=headline, size=1)
    assert first["hits"][0]["title"].startswith("昆山:")
    assert first["notices"] == ["没有完全相符的条目,以下是相近的。"]
    assert first["total"] > 1
    assert (await site.get("/api/facets", q=headline))["total"] == first["total"]
    found = await page_by_page(site, headline)
    assert len(found) == len(set(found)) == first["total"]


async def page_by_page(site: Site, q: str) -> list[str]:
    """The ids of all hits, from pages of one."""
    page = await site.get("/api/search", q=q, size=1)
    found = [hit["item_id"] for hit in page["hits"]]
    while page["next"]:
        page = await site.get("/api/search", q=q, size=1, cursor=page["next"])
        found += [hit["item_id"] for hit in page["hits"]]
    return found


async def test_a_name_that_is_found_is_not_drowned_in_what_is_like_it(site: Site) -> None:
    """A total means what was asked for."""
    answer = await site.get("/api/search", q="苏州炘隆超净科技有限公司")
    assert (answer["total"], answer["notices"]) == (1, [])


async def test_a_headline_comes_before_what_is_like_it(site: Site) -> None:
    """Its own item first, and it is said that others follow."""
    headline = "甘肃:加强园区产品碳足迹管理,提升涉碳综合服务能力"
    answer = await site.get("/api/search", q=headline)
    assert answer["hits"][0]["title"] == headline
    assert answer["notices"][-1] == "完全相符的只有 1 条,连同相近的条目一起按相关度列出。"
    # The first page knows it by its id, later ones look for it by its words.
    assert await page_by_page(site, headline) == [hit["item_id"] for hit in answer["hits"]]
    assert len(answer["hits"]) == answer["total"]


@pytest.mark.parametrize(
    ("q", "same"),
    [
        ("零碳工廠", "零碳工厂"),
        ("ＭＳＣＩ", "msci"),
        ('"ISO　14064"', '"iso 14064"'),
    ],
)
async def test_variants_find_the_same(site: Site, q: str, same: str) -> None:
    """Traditional characters, full width, case."""
    assert sorted(map(str, await site.titles(q))) == sorted(map(str, await site.titles(same)))
    assert await site.titles(q)


async def test_variants_and_synonyms_in_one_index(own_site: Site) -> None:
    """CO₂, CO2 and 二氧化碳 are the same, also in quotation marks; other names only without, and only if they are wanted."""
    stories = [
        ("甲", "动态", "排放CO₂ 25％。"),
        ("乙", "动态", "排放二氧化碳25%。"),
        ("丙", "动态", "国家发展和改革委员会印发通知,发电3亿千瓦时。"),
        ("丁", "动态", "发改委,发电3亿kWh。"),
    ]
    await fill(own_site.elastic, own_site.namespace, digest(stories))
    for q in ("CO2", "二氧化碳", "“CO₂”", "“排放二氧化碳”"):
        assert sorted(map(str, await own_site.titles(q))) == ["乙", "甲"], q
    assert sorted(map(str, await own_site.titles("25%"))) == ["乙", "甲"]
    assert sorted(map(str, await own_site.titles("“3亿千瓦时”"))) == ["丁", "丙"]
    assert sorted(map(str, await own_site.titles("发改委"))) == ["丁", "丙"]
    assert await own_site.titles("“发改委”") == ["丁"]
    assert await own_site.titles("发改委", synonyms="false") == ["丁"]


async def test_an_item_is_found_by_its_lines_as_printed(own_site: Site) -> None:
    """A title with its numbering, or a tag that is no part of it: found, never ranked before what says it, and not by `title:`."""
    made = digest([("昆山新增工厂", "地方", "正文一。"), ("太仓新增园区", "地方", "〔独家〕原话引自昆山。")])
    items = (made.items[0].model_copy(update={"printed": ("〔独家〕三、昆山新增工厂",)}), *made.items[1:])
    await fill(own_site.elastic, own_site.namespace, made.model_copy(update={"items": items}))
    assert await own_site.titles('"三、昆山"') == ["昆山新增工厂"]
    assert await own_site.titles("独家") == ["太仓新增园区", "昆山新增工厂"]
    assert await own_site.titles('title:"三、昆山"') == []
    assert await own_site.titles("新增 -独家") == []
