"""Hits folded into stories, page by page, against all of them at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.stories.fold_stories import Hit, Member, Page, fold_page, rank, related, story
from shared.text.bands import bands

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
    return {"sort": [score, day, item_id], "_source": {**told, **when, "bands": bands(None, text)}}


class Index:
    """Hits in memory, searched by bands; notes what it was asked."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = sorted(hits, key=lambda hit: rank(ORDER)(hit["sort"]))
        self.asked = 0

    async def read(self, after: Sequence[Any] | None, size: int) -> Sequence[Hit]:
        """The next hits."""
        start = 0 if after is None else [hit["sort"] for hit in self.hits].index(after) + 1
        return self.hits[start : start + size]

    async def peers(self, bands: Sequence[str], known: Sequence[str]) -> Sequence[Hit]:
        """Other hits that have one of the bands."""
        self.asked += 1
        return [hit for hit in self.hits if hit["_source"]["item_id"] not in known and set(hit["_source"]["bands"]) & set(bands)]


async def pages(index: Index, size: int) -> list[Page]:
    """All of them."""
    found = [await fold_page(index.read, index.peers, size=size, order=ORDER)]
    while (after := found[-1].after) is not None:
        found.append(await fold_page(index.read, index.peers, size=size, order=ORDER, after=after))
    return found


def by_hand(hits: Sequence[Hit]) -> dict[str, int]:
    """Item id of the best of each story, in order → how many tell it: everything compared with everything."""
    groups: list[list[Hit]] = []
    for one in hits:
        mine = [group for group in groups if any(related(Member(one), Member(other)) for other in group)]
        groups = [group for group in groups if group not in mine] + [[one, *(other for group in mine for other in group)]]
    best = {}
    for group in groups:
        ordered = sorted(group, key=lambda hit: (-hit["sort"][0], -hit["sort"][1], hit["sort"][2]))
        best[ordered[0]["_source"]["item_id"]] = (ordered[0]["sort"], len(group))
    return {id: count for id, (_, count) in sorted(best.items(), key=lambda found: (-found[1][0][0], -found[1][0][1], found[1][0][2]))}


ITEMS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from([1.0, 2.5, 7.0]), st.integers(1, 28), st.sampled_from(["日报", "周报", "月报"])), max_size=24
)


@given(ITEMS, st.integers(1, 7))
async def test_pages_show_each_story_once(items: Sequence[tuple[str, float, int, str]], size: int) -> None:
    """Whatever the pages' size: the best of each story in order, each page full but the last, and as many as tell it."""
    index = Index([hit(number, text, score=score, day=day, source=source) for number, (text, score, day, source) in enumerate(items)])
    found = await pages(index, size)
    shown = [one for page in found for one in page.hits]
    expected = by_hand(index.hits)
    assert {one.hit["_source"]["item_id"]: one.story.count if one.story else 1 for one in shown} == expected
    assert [one.hit["_source"]["item_id"] for one in shown] == list(expected)
    assert all(len(page.hits) == size for page in found[:-1])
    assert len(found) == 1 or found[-1].hits


async def test_a_story_names_the_others_and_the_first() -> None:
    """Best first, and who had it first."""
    found = await pages(Index([hit(1, score=3, day=8), hit(2, TEXTS[1], score=2, day=7), hit(3, score=1, day=9), hit(4, TEXTS[3])]), 5)
    shown = found[0].hits
    assert [one.hit["_source"]["item_id"] for one in shown] == ["001", "004"]
    assert shown[0].story is not None
    assert shown[0].story.count == 3
    assert shown[0].story.first_seen.item_id == "002"
    assert [other.item_id for other in shown[0].story.others] == ["002", "003"]
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


async def test_items_without_bands_stand_alone() -> None:
    """Indexed before there were any: nothing is asked for them."""
    old: list[Hit] = [{**one, "_source": {name: value for name, value in one["_source"].items() if name != "bands"}} for one in (hit(1), hit(2))]
    index = Index([])
    index.hits = old
    found = await pages(index, 5)
    assert (len(found[0].hits), index.asked) == (2, 0)


async def test_thousands_of_tellings_are_one_hit() -> None:
    """They are read to the end, within a bound of reads for one page."""
    found = await pages(Index([hit(number) for number in range(60)]), 2)
    assert len(found[0].hits) == 1
    assert sum(len(page.hits) for page in found) == 1


def test_one_alone_is_no_story() -> None:
    """There is nothing to fold."""
    assert story([Member(hit(1))]) is None


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
