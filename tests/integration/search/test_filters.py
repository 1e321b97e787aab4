"""Filters, exclusions, bars of days and targets on a real Elasticsearch, by the pure parts that make and read what it is asked."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import pytest

from services.search.answer import counts
from services.search.answer.days import dates
from services.search.query import facets
from services.search.query import targets as target_filter
from services.search.query.request import SearchRequest
from services.search.query.targets import read
from shared import index_names as names
from shared.records import EnrichedDigest, Entity, QuantityValue
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.search_corpus import digest, fill

pytestmark = pytest.mark.connected

Json = dict[str, Any]
STORIES = [
    ("昆山甲", "地方", "昆山市人民政府印发《甲》。零碳工厂"),
    ("常州乙", "地方", "常州市人民政府印发《甲》。碳足迹"),
    ("杭州丙", "地方", "杭州市生态环境局说,昆山也有碳足迹、零碳工厂。"),
    ("丁", "要闻", "核查"),
]


@pytest.fixture(scope="module")
def stories(engines: RunningEngines) -> Iterator[str]:
    """STORIES, searchable."""
    with filled(engines, digest(STORIES)) as namespace:
        yield namespace


@pytest.fixture
async def of_stories(engines: RunningEngines, stories: str) -> AsyncIterator[Site]:
    """The app on STORIES."""
    async with serving(engines.elasticsearch_url, stories) as made:
        yield made


async def ask(site: Site, **body: Any) -> Json:
    """A search of the items, its whole answer."""
    return dict(await site.elastic.search(index=names.alias(site.namespace, "items"), size=100, **body))


async def search(site: Site, **parameters: Any) -> Json:
    """What the parameters ask for: hits by title, and the aggregations."""
    request = SearchRequest.model_validate(parameters)
    query, after = facets.conditions(request.filters, request.excluded, request.wanted)
    aggregations = facets.aggregations(request.filters, request.excluded, request.wanted)
    return await ask(site, query={"bool": {"filter": query}}, post_filter={"bool": {"filter": after}}, aggs=aggregations)


def titles(answer: Json) -> list[str]:
    """Of the hits."""
    return sorted(hit["_source"]["title"] for hit in answer["hits"]["hits"])


def shown(answer: Json, name: str, parameters: Mapping[str, Any]) -> dict[str, int]:
    """A facet's counts, with a sign for what is ticked or out."""
    request = SearchRequest.model_validate(parameters)
    (facet,) = [one for one in counts.facets(answer["aggregations"], request.filters, request.excluded) if one.name == name]
    return {("+" if one.selected else "-" if one.excluded else "") + one.label: one.count for one in facet.values}


@pytest.mark.parametrize(
    ("parameters", "hits", "regions", "topics"),
    [
        (
            {},
            ["丁", "常州乙", "昆山甲", "杭州丙"],
            {"江苏省": 3, "苏州市": 2, "昆山市": 2, "常州市": 1, "浙江省": 1, "杭州市": 1},
            {"零碳园区与工厂": 2, "产品碳足迹": 2, "核算核查": 1},
        ),
        (
            {"exclude": ["region:320583"]},
            ["丁", "常州乙"],
            {"江苏省": 1, "常州市": 1, "-昆山市": 2},
            {"产品碳足迹": 1, "核算核查": 1},
        ),
        (
            {"exclude": ["topic:核算核查"], "region": ["昆山市", "330000"]},
            ["昆山甲", "杭州丙"],
            {"江苏省": 3, "苏州市": 2, "+昆山市": 2, "常州市": 1, "+浙江省": 1, "杭州市": 1},
            {"零碳园区与工厂": 2, "产品碳足迹": 1, "-核算核查": 0},
        ),
        (
            {"exclude": ["region:330100"], "region": ["320000"]},
            ["常州乙", "昆山甲"],
            {"+江苏省": 2, "苏州市": 1, "昆山市": 1, "常州市": 1, "-杭州市": 1},
            {"零碳园区与工厂": 1, "产品碳足迹": 1},
        ),
    ],
)
async def test_filters_and_exclusions(
    of_stories: Site, parameters: dict[str, Any], hits: list[str], regions: dict[str, int], topics: dict[str, int]
) -> None:
    """Any of a filter's values, all filters, none of what is excluded; each facet is counted under the others' filters."""
    answer = await search(of_stories, **parameters)
    assert titles(answer) == hits
    assert shown(answer, "region", parameters) == regions
    assert shown(answer, "topic", parameters) == topics


@pytest.mark.parametrize("wanted", ["none", "topic", "region,date", "date"])
async def test_hits_are_the_same_whichever_facets_are_counted(of_stories: Site, wanted: str) -> None:
    """And what is counted is what it would be beside all others."""
    asked = {"region": ["320000"], "exclude": ["topic:核算核查"]}
    whole, part = await search(of_stories, **asked), await search(of_stories, **asked, facets=[wanted])
    assert titles(part) == titles(whole)
    found, everything = (counts.facets(one.get("aggregations", {}), {"region": ["320000"]}, {"topic": ["核算核查"]}) for one in (part, whole))
    assert [facet.name for facet in found] == [name for name in facets.FACETS if name in wanted]
    assert all(facet in everything for facet in found)
    assert (dates(part.get("aggregations", {})) == dates(whole["aggregations"])) is ("date" in wanted)


async def test_bars_of_days(own_site: Site) -> None:
    """Weeks from Monday, empty ones included; under all filters."""
    days = {"2026-01-05": STORIES[:1], "2026-01-11": STORIES[1:2], "2026-01-12": STORIES[2:3], "2026-04-01": STORIES[3:]}
    await fill(own_site.elastic, own_site.namespace, *(digest(one, name=day, published_on=day) for day, one in days.items()))
    found = dates((await search(own_site))["aggregations"])
    assert found is not None
    assert (found.interval, len(found.buckets), [(one.key, one.count) for one in found.buckets if one.count]) == (
        "week", 13, [("2026-W02", 2), ("2026-W03", 1), ("2026-W14", 1)],
    )  # fmt: skip
    filtered = dates((await search(own_site, region=["常州市"]))["aggregations"])
    assert filtered is not None
    assert [(one.key, one.count) for one in filtered.buckets] == [("2026-01-11", 1)]


Quantity = tuple[str, str, float, str, str | None]
TARGETS: dict[str, Sequence[Quantity]] = {
    "千万千瓦": [("全省新能源装机容量", ">=", 1000.0, "万千瓦", "2030")],
    "吉瓦": [("新能源装机", "=", 12.0, "GW", "2026/2028"), ("投资", "=", 900.0, "亿元", "2026/2028")],
    "范围": [("储能装机", ">=", 500.0, "万千瓦", "../2030"), ("储能装机", "<=", 1500.0, "万千瓦", "../2030")],
    "封顶": [("煤电装机", "<=", 3.0, "亿千瓦", "2030")],
    "小": [("新能源装机", "=", 800.0, "MW", "2027")],
    "后": [("新能源装机", "=", 20.0, "GW", "2035")],
    "园区": [("零碳园区", ">=", 50.0, "个", None)],
    "无": [],
}


def entity(quantity: Quantity) -> Entity:
    """As the enricher would write it."""
    indicator, op, number, unit, deadline = quantity
    value = QuantityValue.model_validate({"indicator": indicator, "op": op, "number": number, "unit": unit})
    facts = {"target": True} | ({"deadline": deadline} if deadline else {})
    place = {"text": f"{number:g}{unit}", "field": "body", "start": 0, "end": 1}
    return Entity.model_validate({"type": "quantity", "value": value, "canonical": facts, **place})


def aiming(copies: int = 1) -> EnrichedDigest:
    """An item for each of TARGETS, several times."""
    made = digest([(f"{title}{copy or ''}", "目标", "正文") for copy in range(copies) for title in TARGETS])
    found = [[entity(one) for one in TARGETS[(item.title or "").rstrip("0123456789")]] for item in made.items]
    return made.model_copy(
        update={"items": tuple(item.model_copy(update={"entities": tuple(has)}) for item, has in zip(made.items, found, strict=True))}
    )


@pytest.fixture(scope="module")
def targets(engines: RunningEngines) -> Iterator[str]:
    """An item for each of TARGETS, searchable."""
    with filled(engines, aiming()) as namespace:
        yield namespace


@pytest.fixture
async def of_targets(engines: RunningEngines, targets: str) -> AsyncIterator[Site]:
    """The app on TARGETS."""
    async with serving(engines.elasticsearch_url, targets) as made:
        yield made


@pytest.mark.parametrize(
    ("target", "hits"),
    [
        ("装机>=10GW", ["千万千瓦", "吉瓦", "后", "范围"]),
        ("装机>=1000万千瓦", ["千万千瓦", "吉瓦", "后", "范围"]),
        ("装机≥0.1亿千瓦@2030", ["千万千瓦", "吉瓦", "范围"]),
        ("装机>=10GW@2028", ["吉瓦"]),
        ("新能源 装机>10GW", ["吉瓦", "后"]),
        ("装机<=1GW", ["小"]),
        ("装机<=3亿千瓦", ["吉瓦", "后", "封顶", "小", "范围"]),
        ("装机=10GW", ["千万千瓦", "范围"]),
        ("装机", ["千万千瓦", "后", "吉瓦", "封顶", "小", "范围"]),
        (">=500亿元", ["吉瓦"]),
        ("投资>=10GW", []),
        ("零碳园区>=50", ["园区"]),
        ("零碳园区>=50个", ["园区"]),
        ("零碳园区>=51", []),
        ("@2027", ["小"]),
    ],
)
async def test_targets_over_mixed_units(of_targets: Site, target: str, hits: list[str]) -> None:
    """10GW, 1000万千瓦 and 0.1亿千瓦 are one amount; metric, amount and year must be of the same target."""
    answer = await ask(of_targets, query=target_filter.condition(read(target), "p0"))
    assert titles(answer) == sorted(hits)
    assert all(target_filter.matched(hit) for hit in answer["hits"]["hits"])


async def test_a_hit_shows_the_target_that_matched(of_targets: Site) -> None:
    """And none of the item's others; a range is one."""
    (hit,) = (await ask(of_targets, query=target_filter.condition(read("投资"), "p0")))["hits"]["hits"]
    assert [(one["metric"], one["value"], one["unit"], one["deadline"]) for one in target_filter.matched(hit)] == [("投资", 9e10, "CNY", 2028)]
    (hit,) = (await ask(of_targets, query=target_filter.condition(read("储能"), "p0")))["hits"]["hits"]
    assert [(one["low"], one["high"]) for one in target_filter.matched(hit)] == [(5e6, 1.5e7)]


@pytest.mark.parametrize(
    ("ascending", "expected"), [(False, ["后", "范围", "吉瓦", "千万千瓦", "小"]), (True, ["小", "千万千瓦", "吉瓦", "范围", "后"])]
)
async def test_pages_by_a_targets_value(own_site: Site, ascending: bool, expected: list[str]) -> None:
    """Items without it come last, in an order of their own; pages neither repeat nor skip any, though many are equal or have no value."""
    await fill(own_site.elastic, own_site.namespace, aiming(3))
    order = target_filter.order([read("装机>=0GW@2040")], ascending=ascending)
    seen: list[Json] = []
    after: dict[str, Any] = {}
    while True:
        page = await own_site.elastic.search(index=names.alias(own_site.namespace, "items"), size=4, sort=order, **after)
        if not page["hits"]["hits"]:
            break
        seen += page["hits"]["hits"]
        after = {"search_after": seen[-1]["sort"]}
    ids = [hit["_id"] for hit in seen]
    assert len(ids) == len(set(ids)) == 3 * len(TARGETS)
    kinds = [hit["_source"]["title"].rstrip("0123456789") for hit in seen]
    assert kinds[:15] == [kind for kind in expected for _ in range(3)]
    assert set(kinds[15:]) == {"封顶", "园区", "无"}


async def test_targets_and_exclusions_through_the_api_and_the_page(of_targets: Site) -> None:
    """Sorted, with what matched, page by page; the page offers to take each condition back."""
    asked: dict[str, Any] = {"target": "装机>=10GW", "sort": "target", "exclude": "topic:核算核查", "size": 3}
    first = await of_targets.get("/api/search", **asked)
    assert (first["total"], [hit["title"] for hit in first["hits"]], first["sort"]) == (4, ["后", "范围", "吉瓦"], "target")
    assert [(one["text"], one["deadline"]) for one in first["hits"][0]["targets"]] == [("20GW", 2035)]
    assert [hit["title"] for hit in (await of_targets.get("/api/search", **asked, cursor=first["next"]))["hits"]] == ["千万千瓦"]
    page = (await of_targets.client.get("/search", params=asked)).text
    assert "目标:装机&gt;=10GW" in page
    assert "排除 主题:核算核查" in page
    assert 'class="bars"' in page


async def test_what_cannot_be_asked_is_told(of_targets: Site) -> None:
    """Rather than answered otherwise, in plain words."""
    assert "万千瓦" in (await of_targets.get("/api/search", 422, target="装机>=10光年"))["error"]["message"]
    assert "target=装机>=0GW" in (await of_targets.get("/api/search", 422, sort="target"))["error"]["message"]
    assert "region:320583" in (await of_targets.get("/api/search", 422, exclude="regoin:320583"))["error"]["message"]
    error = (await of_targets.get("/api/search", 400, q="target:装机>=10光年"))["error"]
    assert (error["code"], "万千瓦" in error["message"]) == ("bad_query", True)


@pytest.mark.parametrize("path", ["/api/search", "/api/facets", "/api/facets/region"])
@pytest.mark.parametrize("name", ["q", "cursor", "size", "others"])
async def test_a_parameter_of_one_value_is_given_once(site: Site, path: str, name: str) -> None:
    """Else one of the values would be asked for, and nobody told which."""
    answer = await site.client.get(path, params=[(name, "1"), (name, "2")])
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == f"{name}: it takes one value; give it once"
