"""Hits folded into stories, page by page, against all of them at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.models.story import StoryItem
from services.search.stories import linking
from services.search.stories.fold_stories import OTHERS, Page, fold_page, oldest, rank, story
from services.search.stories.wording import Hit, Told, Wording, key_of, related
from shared.text.bands import bands
from shared.text.story_keys import story_key

ORDER: list[dict[str, Any]] = [{"_score": "desc"}, {"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}]

# Three stories of two or three forms each, and one that only looks like the first.
TEXTS = (
    "国家能源局表示,截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14%,太阳能发电装机容量约7.5亿千瓦。",
    "截至8月底,全国累计发电装机容量约31.3亿千瓦,同比增长14%,太阳能发电装机容量约7.5亿千瓦,增长很快。",
    "国家能源局表示,截至9月底,全国累计发电装机容量约31.6亿千瓦,同比增长15%,太阳能发电装机容量约7.7亿千瓦。",
    "昆山市人民政府印发制造业绿色低碳发展行动方案,提出新增零碳工厂十家以上,培育绿色工厂五十家。",
    "昆山市人民政府日前印发制造业绿色低碳发展行动方案,提出新增零碳工厂十家以上。",
    "各地天气",
)


def hit(number: int, text: str = TEXTS[0], *, score: float = 1.0, day: int = 6, source: str | None = None) -> Hit:
    """An item as Elasticsearch answers it, in ORDER."""
    item_id = f"{number:03}"
    told = {"item_id": item_id, "source": source or f"来源{number}", "title": None, "body": text, "headline": text[:10]}
    when = {"published_on": f"2026-02-{day:02}", "received_at": f"2026-02-{day:02}T01:00:00Z"}
    return {"sort": [score, day, item_id], "_source": {**told, **when, "bands": bands(None, text), "story_key": story_key(None, text)}}


class Index:
    """Hits in memory, as services.search.stories.searches finds them in Elasticsearch; counts what it was asked for."""

    def __init__(self, hits: Sequence[Hit], *, once: bool = False) -> None:
        """`once`: from the top on each wording comes once."""
        self._once = once
        self.hits = sorted(hits, key=lambda hit: rank(ORDER)(hit["sort"]))
        self.reads = self.near_asked = self.near_given = 0

    async def read(self, after: Sequence[Any] | None, size: int, without: Collection[str]) -> Sequence[Hit]:
        """The next hits."""
        self.reads += 1
        start = 0 if after is None else [hit["sort"] for hit in self.hits].index(after) + 1
        found = [hit for hit in self.hits[start:] if key_of(hit) not in without]
        if self._once and after is None:
            found = [hit for at, hit in enumerate(found) if key_of(hit) not in map(key_of, found[:at])]
        return found[:size]

    async def best(self, keys: Collection[str]) -> Mapping[str, Sequence[Any]]:
        """Where the best of each stands."""
        return {key_of(hit): hit["sort"] for hit in reversed(self.hits) if key_of(hit) in keys}

    async def near(self, bands: Sequence[str], known: Collection[str]) -> Sequence[Hit]:
        """The best of each other wording that has one of the bands."""
        self.near_asked += 1
        found: dict[str, Hit] = {}
        for hit in self.hits:
            if key_of(hit) not in known and set(hit["_source"].get("bands", ())) & set(bands):
                found.setdefault(key_of(hit), hit)
        given = list(found.values())[: linking.NEAR]
        self.near_given += len(given)
        return given

    async def apart(self, work: Callable[[], None]) -> None:
        """At once."""
        work()

    async def told(self, wordings: Sequence[Wording]) -> Mapping[str, Told]:
        """All items of each."""
        found = {}
        for wording in wordings:
            items = [Wording(hit).item for hit in self.hits if key_of(hit) == wording.key]
            found[wording.key] = Told(len(items), items[: OTHERS + 1], min(items, key=oldest))
        return found


async def pages(index: Index, size: int) -> list[Page]:
    """All of them."""
    found = [await fold_page(index, size=size, order=ORDER)]
    while (after := found[-1].after) is not None:
        found.append(await fold_page(index, size=size, order=ORDER, after=after))
    return found


def by_hand(hits: Sequence[Hit]) -> dict[str, int]:
    """Item id of the best of each story, in order → how many tell it: the best of each wording compared with the best of each other."""
    wordings: dict[str, list[Hit]] = {}
    for one in hits:
        wordings.setdefault(key_of(one), []).append(one)
    groups: list[list[Hit]] = []
    heads = {key: items[0] for key, items in wordings.items()}
    for key, items in wordings.items():
        mine = [group for group in groups if any(related(Wording(heads[key]), Wording(heads[key_of(other)])) for other in group)]
        groups = [group for group in groups if group not in mine] + [[*items, *(other for group in mine for other in group)]]
    best = {}
    for group in groups:
        ordered = sorted(group, key=lambda hit: (-hit["sort"][0], -hit["sort"][1], hit["sort"][2]))
        best[ordered[0]["_source"]["item_id"]] = (ordered[0]["sort"], len(group))
    return {id: count for id, (_, count) in sorted(best.items(), key=lambda found: (-found[1][0][0], -found[1][0][1], found[1][0][2]))}


ITEMS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from([1.0, 2.5, 7.0]), st.integers(1, 28), st.sampled_from(["日报", "周报", "月报"])), max_size=24
)


@given(ITEMS, st.integers(1, 7), st.booleans())
async def test_pages_show_each_story_once(items: Sequence[tuple[str, float, int, str]], size: int, once: bool) -> None:
    """Whatever the pages' size: the best of each story in order, each page full but the last, and as many as tell it."""
    index = Index([hit(number, text, score=score, day=day, source=source) for number, (text, score, day, source) in enumerate(items)], once=once)
    found = await pages(index, size)
    shown = [one for page in found for one in page.hits]
    expected = by_hand(index.hits)
    assert {one.hit["_source"]["item_id"]: one.story.count if one.story else 1 for one in shown} == expected
    assert [one.hit["_source"]["item_id"] for one in shown] == list(expected)
    assert all(len(page.hits) == size for page in found[:-1])
    assert len(found) == 1 or found[-1].hits


async def test_a_story_names_the_others_and_the_first() -> None:
    """Those in its own words first, and who had it first."""
    found = await pages(Index([hit(1, score=3, day=8), hit(2, TEXTS[1], score=2, day=7), hit(3, score=1, day=9), hit(4, TEXTS[3])]), 5)
    shown = found[0].hits
    assert [one.hit["_source"]["item_id"] for one in shown] == ["001", "004"]
    assert shown[0].story is not None
    assert shown[0].story.count == 3
    assert shown[0].story.first_seen.item_id == "002"
    assert [other.item_id for other in shown[0].story.others] == ["003", "002"]
    assert shown[1].story is None


async def test_other_figures_stay_apart() -> None:
    """The next month's news in the same words."""
    found = await pages(Index([hit(1), hit(2, TEXTS[2])]), 5)
    assert [one.story for one in found[0].hits] == [None, None]


async def test_a_chain_is_one_story() -> None:
    """The first and the last need not be alike: a cut of a longer one, which goes on from the first."""
    first, last = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄", "宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律"
    found = await pages(Index([hit(1, first, score=3), hit(2, first + last, score=2), hit(3, last, score=1)]), 5)
    assert [(one.story.count if one.story else 1) for one in found[0].hits] == [3]


async def test_items_without_bands_or_key_stand_alone() -> None:
    """Indexed before there were any: nothing is asked for them."""
    old: list[Hit] = [
        {**one, "_source": {name: value for name, value in one["_source"].items() if name not in ("bands", "story_key")}} for one in (hit(1), hit(2))
    ]
    index = Index([])
    index.hits = old
    found = await pages(index, 5)
    assert (len(found[0].hits), index.near_asked) == (2, 0)


async def test_items_without_a_key_fold_by_their_bands() -> None:
    """Indexed before there were keys."""
    old: list[Hit] = [{**one, "_source": {**one["_source"], "story_key": None}} for one in (hit(1, score=2), hit(2), hit(3, TEXTS[3]))]
    found = await pages(Index(old), 1)
    assert [[(one.hit["_source"]["item_id"], one.story.count if one.story else 1) for one in page.hits] for page in found] == [
        [("001", 2)],
        [("003", 1)],
    ]


@pytest.mark.parametrize("size", [1, 2, 20])
async def test_thousands_of_copies_cost_two_reads(size: int) -> None:
    """However many there are: they are one hit, counted exactly, and each later page passes over them at once."""
    index = Index([*(hit(number) for number in range(3000)), *(hit(3000 + number, text, score=0.5) for number, text in enumerate(TEXTS[2:]))])
    found = await pages(index, size)
    shown = [one for page in found for one in page.hits]
    assert [one.story.count if one.story else 1 for one in shown] == [3000, 1, 2, 1]
    assert shown[0].story is not None
    assert (shown[0].story.at_least, len(shown[0].story.others), shown[0].story.keys) == (False, OTHERS, (story_key(None, TEXTS[0]),))
    assert index.reads <= 3 * len(found)
    assert index.near_given < 20


VARIED = "国家能源局表示,全国累计发电装机容量继续增长,太阳能发电装机容量、风电装机容量创下新高,{}同比增长很快,各地继续推进大型基地建设。"


def varied(count: int, *, number: bool) -> list[Hit]:
    """As many wordings that share nearly all bands: of one story, or with another number each, so that each is another."""
    filled = (f"其中第{at}座电站" if number else f"{chr(0x4E00 + at)}地" for at in range(count))
    return [hit(at, VARIED.format(text), score=10 - at / 1000) for at, text in enumerate(filled)]


@pytest.mark.parametrize("number", [False, True], ids=["one story", "a story each"])
async def test_thousands_of_wordings_are_compared_within_bounds(number: bool) -> None:
    """A page costs no more than its bounds, and says that it may not be all; no hit is lost, and none comes twice."""
    index = Index(varied(1500, number=number))
    first = await fold_page(index, size=20, order=ORDER)
    keys = [key for one in first.hits if one.story for key in one.story.keys]
    assert len(keys) == len(set(keys))
    assert index.near_given <= linking.WORDINGS
    assert not first.whole
    found = await pages(index, 100)
    shown = [one.hit["_source"]["item_id"] for page in found for one in page.hits]
    assert len(shown) == len(set(shown))
    assert len(shown) == 1500 if number else shown[0] == "000"
    if not number:
        top = found[0].hits[0].story
        assert top is not None
        assert top.at_least
        assert top.count >= linking.NEAR


def test_one_alone_is_no_story() -> None:
    """There is nothing to fold."""
    assert story([Wording(hit(1))], {}, whole=True) is None


def test_members_are_named_by_keys() -> None:
    """A story's items are found again by the keys of its wordings, by its id where an item has none; the first telling is the oldest of all."""
    one, other = Wording(hit(1, day=8)), Wording({**hit(2, day=9), "_source": {**hit(2, day=9)["_source"], "story_key": None}})
    copy = StoryItem(item_id="009", source="周报", headline="题", published_on="2026-02-07")
    found = story([one, other], {one.key: Told(3, [one.item, copy], copy)}, whole=True)
    assert found is not None
    assert (found.count, found.first_seen.item_id, found.keys) == (4, "009", (one.key, "002"))
    assert [item.item_id for item in found.others] == ["009", "002"]


RANKED: list[tuple[list[Mapping[str, Any]], list[Any], list[Any]]] = [
    ([{"_score": "desc"}], [2.0], [1.0]),
    ([{"item_id": "asc"}], ["a"], ["b"]),
    ([{"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}], [7, "b"], [None, "a"]),
    ([{"_score": "desc"}, {"item_id": "asc"}], [1.0000001, "a"], [1.0000002, "b"]),
    ([{"_score": "desc"}, {"item_id": "asc"}], [1.0, "a", 77], [1.0, "b", 3]),
]


@pytest.mark.parametrize(("order", "first", "second"), RANKED)
def test_rank_is_elasticsearchs(order: list[Mapping[str, Any]], first: list[Any], second: list[Any]) -> None:
    """Falling, rising, nothing last, scores that differ by their summing only, and the shard's number left out."""
    key = rank(order)
    assert key(first) < key(second)
