"""Queries that found nothing → what may have been meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.suggest.correction import PROPOSALS, Words, proposals

WORDS = Words(
    [
        ("昆山", 20),
        ("昆山市", 25),
        ("零碳", 80),
        ("零碳园区", 30),
        ("碳足迹", 9),
        ("厦门", 3),
        ("ISO 14064-1", 2),
        ("Tesla", 2),
        ("发改委", 9),
        ("生态环境局", 5),
    ]
)


@pytest.mark.parametrize(
    ("q", "mended"),
    [
        ("坤山", "昆山"),
        ("坤山 零碳", "昆山 零碳"),
        ("坤山零碳工厂", "昆山零碳工厂"),
        ("kunshan", "昆山"),
        ("kunsan", "昆山"),
        ("xiamen 零碳", "厦门 零碳"),
        ("零碳园厂", "零碳园区"),
        ("生太环境局", "生态环境局"),
        ("tesal", "Tesla"),
        ("region:坤山市", "region:昆山市"),
        ('"坤山" OR 碳', '"昆山" OR 碳'),
        ("碳足记", "碳足迹"),
    ],
)
def test_mends(q: str, mended: str) -> None:
    """By sound, by a slip of the finger, in one term."""
    assert mended in proposals(q, WORDS)


@pytest.mark.parametrize("q", ["", "OR", "碳", "qqqq xxxx", "()", '""', "坤山 " * 9, "-坤山", "NOT 坤山", "日期:坤山", "after:kunshan", "目标:坤山"])
def test_nothing_to_mend(q: str) -> None:
    """Where no word is near, or too many are given; what is excluded, days and targets are no mistyped names."""
    assert proposals(q, WORDS) == []


@given(st.text(max_size=60))
def test_any_query_ends(q: str) -> None:
    """In a few proposals, each another query."""
    found = proposals(q, WORDS)
    assert len(found) <= PROPOSALS
    assert q not in found
