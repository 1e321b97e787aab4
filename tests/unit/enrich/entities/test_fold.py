"""The fold that extractors read through: one character for one, traditional made simplified."""

import pytest

from services.enrich.entities import extract
from services.enrich.entities.fold import fold, is_traditional
from shared.records import QuantityValue


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("財政部與衛生福利部", "财政部与卫生福利部"),
        ("訂單達１２億美元，良率逾９５％", "订单达12亿美元，良率逾95%"),
        ("「食品業者登錄辦法」與『附件』", "“食品业者登录办法”与‘附件’"),
        ("3奈米製程", "3奈米制程"),
        ("著名的乾隆瓷器，瞭望塔", "著名的乾隆瓷器，瞭望塔"),
        ("GDP增长５％", "GDP增长5%"),
    ],
)
def test_signs_are_folded_one_to_one(written: str, read: str) -> None:
    """What simplified texts use stays; what they never do becomes what they use; places in the text hold."""
    assert fold(written) == read
    assert len(fold(written)) == len(written)


@pytest.mark.parametrize(
    ("text", "traditional"),
    [("經濟部公布出口統計。", True), ("经济部门公布出口统计。", False), ("展出「龍」字书法的展览在南京开幕，市民踊跃参观拍照。", False), ("", False)],
)
def test_a_text_is_traditional_by_its_characters(text: str, traditional: bool) -> None:
    """A name or a quotation does not make it so."""
    assert is_traditional(text, fold(text)) is traditional


def test_entities_stand_as_written() -> None:
    """Offsets and values are those of the text before folding."""
    body = "臺灣經濟部公告，訂單達12億美元，依「食品業者登錄辦法」辦理。"
    found = extract(None, body, published_on=None)
    assert all(body[e.start : e.end] == e.text for e in found)
    values = {str(e.value) for e in found if e.type in ("agency", "document")}
    assert {"臺灣經濟部", "食品業者登錄辦法"} <= values
    assert [(e.value.indicator, e.value.unit) for e in found if isinstance(e.value, QuantityValue)] == [("訂單", "億美元")]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("依「食品業者登錄辦法」辦理。", ["食品業者登錄辦法"]),
        ("修正「電業法」，公布「再生能源發展條例」。", ["電業法", "再生能源發展條例"]),
        ("根据“城市供水价格管理办法”核定。", ["城市供水价格管理办法"]),
        ("推出「好方法」，主打“减法”，落实“双碳”目标。", []),
    ],
)
def test_titles_in_quotation_marks(text: str, titles: list[str]) -> None:
    """What is applied, amended or published, and ends as documents do, is one without 《》 too."""
    assert [e.value for e in extract(None, text, published_on=None) if e.type == "document"] == titles
