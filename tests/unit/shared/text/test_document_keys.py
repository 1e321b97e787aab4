"""Names of documents → keys."""

import pytest

from shared.text.document_keys import document_key, document_keys

EQUAL = [
    ("《关于做好2026年碳排放权交易市场有关工作的通知》", "关于做好 2026 年碳排放权交易市场有关工作的通知"),
    ("关于印发《节能降碳行动方案》的通知", "关于印发〈节能降碳行动方案〉的通知"),
    ("温室气体排放核算与报告要求　第１部分：发电企业", "温室气体排放核算与报告要求 第1部分:发电企业"),
    ("“十五五”规划纲要", "「十五五」規劃綱要"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_ways_to_write_a_name_are_one(one: str, other: str) -> None:
    """Brackets, spaces, width, quotation marks, traditional characters."""
    assert document_key(one) == document_key(other) != ""


def test_other_years_are_other_documents() -> None:
    """Numbers count."""
    assert document_key("2025年度碳排放权交易配额方案") != document_key("2026年度碳排放权交易配额方案")


def test_each_key_once() -> None:
    """In order; what is no name has none."""
    assert document_keys(["《方案》", "方案", "—", None, 3, "办法"]) == ["方案", "办法"]
