"""Fields and parameters by any name of what they mean, on a real Elasticsearch."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.integration.search.names.known_names import known_names
from tests.integration.search.test_suggest import suggested
from tests.search_corpus import fill

pytestmark = pytest.mark.connected

SUZHOU = {"苏州市出台储能补贴办法", "昆山光电:投产", "昆山:新建充电站", "太仓市住房城乡建设局:公示"}
CATL = {"宁德时代:发布新电池", "车企签约"}
NDRC = {"两家机关规范绿证交易", "节能行动部署"}


@pytest.fixture(scope="module")
def names(engines: RunningEngines) -> Iterator[str]:
    """The digest of known names, searchable."""
    with filled(engines, known_names()) as namespace:
        yield namespace


@pytest.fixture
async def named(engines: RunningEngines, names: str) -> AsyncIterator[Site]:
    """The app on it."""
    async with serving(engines.elasticsearch_url, names) as made:
        yield made


async def found(site: Site, **parameters: Any) -> set[str | None]:
    """Titles."""
    return set(await site.titles(parameters.pop("q", ""), **parameters))


@pytest.mark.parametrize("value", ["苏州", "苏州市", "江苏苏州", "320500", "Suzhou", "蘇州市"])
async def test_a_region_by_any_of_its_names(named: Site, value: str) -> None:
    """With all that lies within it; as a field, as a parameter and in what is excluded, in hits and counts."""
    assert await found(named, q=f"地区:{value}") == SUZHOU
    assert await found(named, region=value) == SUZHOU
    assert await found(named, q=f"-地区:{value}") == await found(named, exclude=f"region:{value}")
    assert SUZHOU.isdisjoint(await found(named, exclude=f"region:{value}"))
    assert (await named.get("/api/facets", q=f"地区:{value}"))["total"] == len(SUZHOU)
    assert "苏州市出台储能补贴办法" in await found(named, q=f"所述地区:{value}")


@pytest.mark.parametrize(
    ("value", "same"), [("江苏", "江苏省"), ("粤", "广东省"), ("长三角", "长江三角洲"), ("南京鼓楼", "江苏省南京市鼓楼区"), ("昆山", "320583")]
)
async def test_two_names_of_one_region_find_the_same(named: Site, value: str, same: str) -> None:
    """And something."""
    titles = await found(named, q=f"地区:{value}")
    assert titles
    assert titles == await found(named, q=f"地区:{same}") == await found(named, region=value)


async def test_a_group_is_its_members_and_itself(named: Site) -> None:
    """What names 长三角 names none of its provinces."""
    assert {"长三角:共建电力市场", *SUZHOU} < await found(named, q="地区:长三角")


@pytest.mark.parametrize("value", ["发改委", "国家发展改革委", "国家发改委", "国家发展和改革委员会", "NDRC", "ndrc"])
async def test_a_body_by_any_of_its_names(named: Site, value: str) -> None:
    """Its full name is the facet's, by whatever it was asked for."""
    assert await found(named, q=f"机关:{value}") == NDRC
    answer = await named.get("/api/search", agency=value)
    assert {hit["title"] for hit in answer["hits"]} == NDRC
    (facet,) = [facet for facet in answer["facets"] if facet["name"] == "agency"]
    assert [(one["value"], one["count"]) for one in facet["values"] if one["selected"]] == [("国家发展和改革委员会", 2)]


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("机关:江苏发改委", "江苏省发展改革委:公布清单"),
        ("机关:江苏省发展和改革委员会", "江苏省发展改革委:公布清单"),
        ("机关:住建局", "太仓市住房城乡建设局:公示"),
        ("机关:太仓住建局", "太仓市住房城乡建设局:公示"),
        ("机关:MIIT", "节能行动部署"),
        ("文件:苏州市新型储能补贴管理办法", "苏州市出台储能补贴办法"),
        ("文件:《苏州市新型储能补贴管理办法》", "苏州市出台储能补贴办法"),
        ("文件:“苏州市新型储能 补贴管理办法”", "苏州市出台储能补贴办法"),
        ("标准:GB/T 32151.1-2015", "核算有了依据"),
        ("标准:gbt32151.1", "核算有了依据"),
        ("标准:“GB/T 32151.1—2015”", "核算有了依据"),
        ("standard:ＧＢＴ32151", "核算有了依据"),
        ("标准:iso14064", "核算有了依据"),
        ("标准:DB32/T 4000", "核算有了依据"),
        ("标准:db32t4000-2021", "核算有了依据"),
        ("地区:雄安新区", "雄安新区:新校区开工"),
        ("企业:昆山光电", "昆山光电:投产"),
        ("企业:LONGi", "隆基绿能:签订组件大单"),
        ("企业:601012", "隆基绿能:签订组件大单"),
    ],
)
async def test_other_fields_by_everyday_names(named: Site, q: str, title: str) -> None:
    """Local bodies with their place or without, documents with brackets or without, firms by beginning, in English and by code."""
    assert await found(named, q=q) == {title}


@pytest.mark.parametrize("value", ["宁德时代", "宁王", "CATL", "catl", "宁德时代新能源科技股份有限公司", "300750", "300750.SZ", "SZ300750"])
async def test_a_firm_by_any_of_its_names(named: Site, value: str) -> None:
    """Its short, its full and its English name, what people call it, and its codes."""
    assert await found(named, q=f"企业:{value}") == CATL
    assert await found(named, company=value) == CATL


async def test_an_answer_says_what_a_value_was_taken_for(named: Site) -> None:
    """In JSON and on the page, for fields and parameters; what is ambiguous lists its candidates."""
    said = "机关“发改委”按“国家发展和改革委员会”查找。"
    ways: list[dict[str, Any]] = [{"q": "机关:发改委"}, {"agency": "发改委"}, {"exclude": "agency:发改委"}]
    for asked in ways:
        for path in ("/api/search", "/api/facets"):
            assert (await named.get(path, **asked))["notices"] == [said]
        assert said in (await named.client.get("/search", params=asked)).text
    (both,) = (await named.get("/api/search", q="地区:鼓楼区"))["notices"]
    assert "江苏省南京市鼓楼区、江苏省徐州市鼓楼区" in both
    assert await found(named, q="地区:鼓楼区") == {"南京鼓楼:推进供热改造", "徐州鼓楼:建设公园"}


async def test_no_other_standard_is_found(named: Site) -> None:
    """Another number, or year."""
    for value in ("GB/T 3215", "GB/T 32151.1-2020", "ISO 14001", "32151", "DB33/T 4000", "GB1" + ".1" * 900):
        assert await found(named, q=f"标准:“{value}”") == set()


async def test_a_parameters_tick_is_taken_off_again(named: Site) -> None:
    """The page's links speak of the value as the facet has it, and the next page is of the same search."""
    page = (await named.client.get("/search", params={"agency": "发改委", "size": "1"})).text
    assert 'class="ticked"' in page
    first = await named.get("/api/search", agency="发改委", size=1)
    second = await named.get("/api/search", agency="国家发展和改革委员会", size=1, cursor=first["next"])
    assert {first["hits"][0]["title"], second["hits"][0]["title"]} == NDRC


async def test_a_tick_on_what_an_older_build_called_otherwise(own_site: Site) -> None:
    """Finds what its count said, and the same firm under its other names."""
    made = known_names()
    items = tuple(
        item.model_copy(update={"entities": tuple(one.model_copy(update={"canonical": None}) for one in item.entities if one.type == "company")})
        for item in made.items
    )
    await fill(own_site.elastic, own_site.namespace, made.model_copy(update={"items": items}))
    for value in ("宁德时代新能源科技股份有限公司", "宁德时代"):
        assert await found(own_site, company=value) == CATL
        assert await found(own_site, q=f"企业:{value}") == CATL


async def test_values_of_a_facet_are_counted_and_ticked_by_any_name(named: Site) -> None:
    """As the list of a facet's values asks for them."""
    await suggested(named, "x")
    answer = await named.get("/api/facets/region", find="昆山", region="昆山")
    assert [(one["label"], one["count"], one["selected"]) for one in answer["values"]] == [("昆山市(江苏省苏州市)", 2, True)]


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("宁王", CATL),
        ("CATL", CATL),
        ("longi", {"隆基绿能:签订组件大单"}),
        ("发改委", NDRC | {"江苏省发展改革委:公布清单"}),
        ("MIIT", {"节能行动部署"}),
        ("两部门", {"两家机关规范绿证交易"}),
        ("两部委 绿证", {"两家机关规范绿证交易"}),
        ("五部门", {"节能行动部署"}),
        ("多部门", {"节能行动部署"}),
        ("-两部门 绿证", {"两家机关规范绿证交易"}),
    ],
)
async def test_a_word_finds_what_it_means(named: Site, q: str, titles: set[str]) -> None:
    """Names of the same, and bodies that issue together; what is excluded is what stands there."""
    assert await found(named, q=q) == titles


async def test_how_many_bodies_are_meant_is_said_and_switched_off(named: Site) -> None:
    """As other names are."""
    answer = await named.get("/api/search", q="多部门")
    assert answer["notices"] == ["“多部门”连同 3 个以上机关联合印发、发布的条目一起查找。"]
    off = await named.get("/api/search", q="多部门", synonyms=False)
    assert (off["total"], off["notices"]) == (0, [])


async def test_one_file_names_things_for_words_fields_and_suggestions(engines: RunningEngines, names: str, tmp_path: Path) -> None:
    """What analysts declare in SEARCH_SYNONYMS holds wherever a name is typed."""
    own = tmp_path / "own.txt"
    own.write_text("电池一哥 = 宁德时代\n绿能局 = 国家能源局\n大苏州 => 苏州 = 太仓\n", encoding="utf-8")
    async with serving(engines.elasticsearch_url, names, synonyms=own) as site:
        assert await found(site, q="电池一哥") == await found(site, q="企业:电池一哥") == await found(site, company="电池一哥") == CATL
        assert await found(site, q="机关:绿能局") == {"两家机关规范绿证交易"}
        assert await found(site, q="地区:大苏州") == await found(site, region="大苏州") == SUZHOU
        await suggested(site, "x")
        ticked = (await site.get("/api/facets/region", find="苏州市", region="大苏州"))["values"]
        assert [(one["value"], one["selected"]) for one in ticked] == [("320500", True)]
        assert (await site.get("/api/search", q="企业:电池一哥"))["notices"] == ["企业“电池一哥”按“宁德时代”查找。"]
        for typed in ("电池一", "dcyg", "宁王", "catl", "300750"):
            (one,) = [one for one in await suggested(site, typed) if one["kind"] == "company"]
            assert (one["label"], one["query"]) == ("宁德时代", "企业:宁德时代 ")
        (body,) = [one for one in await suggested(site, "绿能局") if one["kind"] == "agency"]
        assert body["query"] == "机关:国家能源局 "
