"""Elasticsearch's answers → models."""

from typing import Any

import pytest

from services.index.search.models import Region
from services.index.search.query import Marks
from services.index.search.request import SearchRequest
from services.index.search.results import codes, digest, facets, item, read, regions

MARKS = Marks("«", "»")
SOURCE = {"item_id": "a" * 32, "digest_id": "b" * 32, "ordinal": 1, "title": None, "headline": "首句", "source": "s", "topics": None}


def answer(*hits: dict[str, Any], total: int = 3) -> dict[str, Any]:
    """A search's answer without counts."""
    return {"took": 5, "hits": {"total": {"value": total}, "hits": list(hits)}}


def hit(number: int, **more: Any) -> dict[str, Any]:
    """One hit of it."""
    return {"_source": SOURCE | {"ordinal": number}, "_score": 1.0, "sort": [number], **more}


def test_one_hit_more_means_another_page() -> None:
    """It is not shown; the cursor follows the last that is."""
    request = SearchRequest.model_validate({"q": "碳", "size": 2})
    found, after = read(answer(hit(1), hit(2), hit(3)), request, marks=MARKS, page=1)
    assert ([one.ordinal for one in found.hits], found.total, after) == ([1, 2], 3, [2])
    assert read(answer(hit(1), hit(2)), request, marks=MARKS, page=1)[1] is None


def test_untitled_items_and_nulls() -> None:
    """Null is no title and an empty list."""
    found, _ = read(answer(hit(1, highlight={"body": ["«碳»"]})), SearchRequest.model_validate({"q": "碳"}), marks=MARKS, page=1)
    assert (found.hits[0].title, found.hits[0].headline, found.hits[0].topics) == (None, "首句", ())
    assert (found.hits[0].highlights.title, found.hits[0].highlights.body) == (None, ("<em>碳</em>",))


def test_without_words_there_is_no_score() -> None:
    """A number that means nothing is not shown."""
    assert read(answer(hit(1)), SearchRequest.model_validate({}), marks=MARKS, page=1)[0].hits[0].score is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("320583|江苏省/苏州市/昆山市", ("320000", "320500", "320583")),
        ("320400|江苏省/常州市", ("320000", "320400")),
        ("620000|甘肃省", ("620000",)),
        ("110105|北京市/朝阳区", ("110000", "110105")),
        ("429004|湖北省/仙桃市", ("420000", "429004")),
    ],
)
def test_codes_of_a_path(label: str, expected: tuple[str, ...]) -> None:
    """By GB/T 2260, also for municipalities and counties under a province."""
    assert codes(regions([label])[0]) == expected


def test_region_labels() -> None:
    """Those of another form are left out."""
    assert regions(["320400|江苏省/常州市", "x"]) == (Region(code="320400", path=("江苏省", "常州市")),)


def buckets(**counts: int) -> dict[str, Any]:
    """A terms aggregation's answer; names begin with an underscore where they would be numbers."""
    return {"buckets": [{"key": key.removeprefix("_"), "doc_count": count} for key, count in counts.items()]}


def test_the_region_tree() -> None:
    """Each below its ancestor, siblings by count; a name that was asked for ticks its node."""
    aggregation = {
        "doc_count": 9,
        "values": buckets(_320000=5, _330000=6, _330100=6, _320500=2, _320400=3, _999999=1),
        "labels": {"buckets": [{"key": key} for key in ("320500|江苏省/苏州市", "320400|江苏省/常州市", "330100|浙江省/杭州市")]},
        "chosen": {"buckets": [{"doc_count": 3}, {"doc_count": 0}]},
    }
    (facet,) = facets({"region": aggregation}, {"region": ["常州市", "月球"]})
    assert [(value.value, value.label, value.count, value.depth, value.selected) for value in facet.values] == [
        ("月球", "月球", 0, 0, True),
        ("330000", "浙江省", 6, 0, False),
        ("330100", "杭州市", 6, 1, False),
        ("320000", "江苏省", 5, 0, False),
        ("常州市", "常州市", 3, 1, True),
        ("320500", "苏州市", 2, 1, False),
    ]


def test_a_ticked_value_is_shown_though_it_is_rare() -> None:
    """With its own count."""
    (facet,) = facets({"topic": {"values": buckets(甲=9), "chosen": {"buckets": [{"doc_count": 1}]}}}, {"topic": ["乙"]})
    assert [(value.value, value.count, value.selected) for value in facet.values] == [("甲", 9, False), ("乙", 1, True)]


def test_an_item_with_its_neighbours() -> None:
    """Or without, at either end."""
    source = SOURCE | {"revision": 1, "build": 2, "body": "正文", "entities": []}
    near = {"item_id": "c", "headline": "下一条"}
    found = item(source, (None, near))
    assert found.previous is None
    assert found.next is not None
    assert found.next.headline == "下一条"


def test_a_digest_counts_items_that_are_missing() -> None:
    """They are on their way; a withdrawn one has none."""
    manifest = {"digest_id": "d", "revision": 1, "build": 1, "source": "s", "item_ids": ["x", "y"], "withdrawn": False}
    assert digest(manifest, [SOURCE]).missing_items == 1
    assert digest(manifest | {"withdrawn": True}, []).missing_items == 0
