"""Long texts: read in pieces, up to what a digest is allowed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrich.enrich import enrich
from services.enrich.entities import Allowance, extract
from services.enrich.entities.allowance import MOST_ENTITIES, PIECE
from shared.records import RawDigest

DAY = date(2026, 2, 6)


def test_a_long_body_is_read_in_pieces_with_right_offsets() -> None:
    """An entity far behind the first piece stands where it says."""
    body = "无" * PIECE + "\n" + "昆山市新增工厂10家。" + "无" * PIECE + "。国家能源局表示"
    found = extract("太仓", body, published_on=DAY)
    assert [(e.field, e.text) for e in found if e.type in ("region", "agency")] == [("title", "太仓"), ("body", "昆山市"), ("body", "国家能源局")]
    assert all((body if e.field == "body" else "太仓")[e.start : e.end] == e.text for e in found)


def test_a_digest_has_so_many_entities_and_a_warning() -> None:
    """What lies beyond is counted, not lost without a word."""
    text = "昆山、" * (MOST_ENTITIES + 500)
    now = datetime(2026, 2, 6, tzinfo=UTC)
    raw = RawDigest(digest_id="0" * 32, source="t", media_type="text/plain", received_at=now, sha256="", revision=1, released=True)
    record = enrich(raw, text.encode(), enriched_at=raw.received_at)
    assert sum(len(item.entities) for item in record.items) == MOST_ENTITIES
    assert "1,500 characters were not looked through" in next(w.message for w in record.warnings if w.kind == "other")


def test_items_share_what_their_digest_is_allowed() -> None:
    """The second item gets what the first left."""
    allowance = Allowance(entities=3)
    first = extract(None, "昆山、太仓。", published_on=DAY, allowance=allowance)
    second = extract(None, "无锡、南通。", published_on=DAY, allowance=allowance)
    assert [e.text for e in first + second] == ["昆山", "太仓", "无锡"]
    assert allowance.left_out == len("南通。")


def test_nothing_is_left_out_of_usual_texts() -> None:
    """No message, no warning."""
    allowance = Allowance()
    extract("昆山:新增工厂", "昆山市新增工厂10家。", published_on=DAY, allowance=allowance)
    assert allowance.message() is None


@pytest.mark.parametrize("repeated", ["昆山、", "|5%", "5月3日、", "(", "某公司、", "增长5%至", "分别5%、", "周四"])
def test_what_is_repeated_ten_thousand_times_is_read(repeated: str) -> None:
    """Texts that once took seconds for each 100,000 characters."""
    body = repeated * 10_000
    assert all(body[e.start : e.end] == e.text for e in extract(None, body, published_on=DAY))


_WORDS = (
    "昆山 市 5% 、 ， 。 | 分别 增长 《 》 关于 的通知 ( ) 2026年 2月 3日 前 有限公司 华为 周四 至 亿元 10家 以 的 国家能源局 发展改革委 "
    "价格(美元/桶) -3.2 涨 跌 〔2026〕3号 GB/T"
)
PARTS = st.sampled_from([*_WORDS.split(), "\n", " "])


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=40).map("".join), st.lists(PARTS, max_size=200).map("".join) | st.text(max_size=200))
def test_no_text_makes_extraction_raise(title: str, body: str) -> None:
    """And every offset holds."""
    for entity in extract(title, body, published_on=DAY):
        assert (title if entity.field == "title" else body)[entity.start : entity.end] == entity.text
        assert 0 < entity.confidence <= 1
