"""Queries that are kept and those that are not."""

import pytest

from services.search.suggest.past_queries import identity, keepable, outdated
from shared import index_names as names


@pytest.mark.parametrize(
    ("q", "kept"),
    [
        ("零碳  工厂 ", "零碳 工厂"),
        ("GB/T 32151.1", "GB/T 32151.1"),
        ("region:昆山市 碳足迹", "region:昆山市 碳足迹"),
        ("发改能源〔2026〕12号", "发改能源〔2026〕12号"),
        ("碳", None),
        ("碳" * 61, None),
        ("()", None),
        ("sk-abc12345678", None),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", None),
        ("张三 13812345678", None),
        ("11010519491231002X", None),
        ("zhang@example.org", None),
        ("密码 abc", None),
        ("密 码 abc", None),
        ("pwd Hunter2!", None),
        ("6222 0212 3456 7890 123", None),
        ("138-1234-5678", None),
        ("１３８１２３４５６７８", None),
        ("ab＠qq.com", None),
    ],
)
def test_what_is_kept(q: str, kept: str | None) -> None:
    """Nothing that is too long, too short or looks like a secret."""
    assert keepable(q) == kept


def test_a_query_is_one_document_a_day() -> None:
    """However it is written."""
    assert identity("碳達峰 CO₂", "2026-11-23") == identity("碳达峰 co2", "2026-11-23")
    assert identity("碳达峰", "2026-11-23") != identity("碳达峰", "2026-11-24")


def test_months_beyond_the_third_go() -> None:
    """Of this namespace alone."""
    indices = ["n-queries-2025-10", "n-queries-2025-11", "n-queries-2026-02", "queries-2020-01", "n-queries-old"]
    assert outdated(indices, "n", "2026-02") == ["n-queries-2025-10"]


def test_names_of_indices() -> None:
    """The alias, and a month's index; neither is taken for one of items."""
    assert names.queries("n") == "n-queries"
    assert names.queries("", "2026-11") == "queries-2026-11"
    assert names.parse(names.queries("n", "2026-11")) is None
