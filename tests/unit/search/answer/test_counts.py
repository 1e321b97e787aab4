"""Aggregations → facets."""

from typing import Any

from services.search.answer.counts import facets
from services.search.models.search import FacetAnswer
from services.search.query.facets import OTHERS


def buckets(**counts: int) -> dict[str, Any]:
    """A terms aggregation's answer; names begin with an underscore where they would be numbers."""
    return {"buckets": [{"key": key.removeprefix("_"), "doc_count": count} for key, count in counts.items()]}


def asked(*counts: int, labels: tuple[str, ...] = ()) -> dict[str, Any]:
    """The counts of values that were asked for."""
    return {"buckets": [{"doc_count": count, "labels": {"buckets": [{"key": label} for label in labels]}} for count in counts]}


TREE = {
    "buckets": [
        {"key": key, "doc_count": count}
        for key, count in (
            ("320000|江苏省", 5), ("330000|浙江省", 6), ("330100|浙江省/杭州市", 6), ("320500|江苏省/苏州市", 2), ("320400|江苏省/常州市", 3),
            ("320583|江苏省/苏州市/昆山市", 1),
        )
    ]
}  # fmt: skip


def shown(facet: FacetAnswer) -> list[tuple[str, str, int, int, str]]:
    """Value, label, count, depth, and whether it is ticked or out."""
    return [(one.value, one.label, one.count, one.depth, "ticked" if one.selected else "out" if one.excluded else "") for one in facet.values]


def test_the_region_tree() -> None:
    """Three levels, each below its ancestor, siblings by count; a name that was asked for ticks its node."""
    (facet,) = facets({"region": {"values": TREE, "chosen": asked(3, 0)}}, {"region": ["常州市", "月球"]})
    assert shown(facet) == [
        ("月球", "月球", 0, 0, "ticked"),
        ("330000", "浙江省", 6, 0, ""),
        ("330100", "杭州市", 6, 1, ""),
        ("320000", "江苏省", 5, 0, ""),
        ("常州市", "常州市", 3, 1, "ticked"),
        ("320500", "苏州市", 2, 1, ""),
        ("320583", "昆山市", 1, 2, ""),
    ]


def test_a_region_that_is_left_out_keeps_its_place_and_name() -> None:
    """Though the counts beside it are taken without it."""
    left_out = asked(4, labels=("320583|江苏省/苏州市/昆山市",))
    (facet,) = facets({"region": {"kept": {"values": TREE}, "excluded": left_out}}, {}, {"region": ["320583"]})
    assert shown(facet)[-1] == ("320583", "昆山市", 4, 2, "out")


def test_a_ticked_value_is_shown_though_it_is_rare() -> None:
    """With its own count."""
    (facet,) = facets({"topic": {"values": buckets(甲=9), "chosen": asked(1)}}, {"topic": ["乙"]})
    assert shown(facet) == [("甲", "甲", 9, 0, ""), ("乙", "乙", 1, 0, "ticked")]


def test_ticked_and_left_out_in_one_facet() -> None:
    """Each is shown as what it is."""
    counted = {"kept": {"values": buckets(甲=9), "chosen": asked(9)}, "excluded": asked(2)}
    (facet,) = facets({"topic": counted}, {"topic": ["甲"]}, {"topic": ["乙"]})
    assert shown(facet) == [("甲", "甲", 9, 0, "ticked"), ("乙", "乙", 2, 0, "out")]


def test_facets_without_a_filter_stand_together() -> None:
    """In the order of FACETS all the same; what was not asked for is not there."""
    found = facets({"topic": {"values": buckets(甲=9), "chosen": asked(9)}, OTHERS: {"doc_count": 9, "section": buckets(乙=1)}}, {"topic": ["甲"]})
    assert [facet.name for facet in found] == ["section", "topic"]
    assert shown(found[0]) == [("乙", "乙", 1, 0, "")]
