"""The whole: offsets, determinism, hostile texts."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrich.entities import extract
from tests.sizes import examples

DAY = date(2026, 2, 6)
EXAMPLES = examples(short=60, long=5000)
PIECES = [
    "甘肃省", "昆山", "朝阳区", "长三角", "国家发改委", "、", "工业和信息化厅", "市政府", "有限公司", "科技",
    "苏州炘隆", "《", "》", "〈", "〉", "(", ")", "（", "）", "关于", "的通知", "2025年", "3月",
    "31日", "至", "—", "2月30日", "第四季度", "十五五", "今年", "5%", "万千瓦", "以上", "约",
    "1,000", "1.", "家", "超过", "增长", "国办发〔2024〕12号", "令第42号", "GB/T 1234—2015",
    "ISO", "SBTi", "🟡", "𠮷", "\n", "：", ":", "“", "”", "前", "底", "，。", "-", ".",
    "亿元", "分别", "等", "炘隆:", "主任王强表示", "省发展改革委", "等5部门", "联合印发", "(600519.SH)", "SH:600519",
    "Acme Inc.", "公司", "电影", "《自然》", "较2020年", "到2030年", "同比", "二〇二五年", "上上周", "近日", "80年代",
]  # fmt: skip


def holds(title: str | None, body: str, day: date = DAY) -> None:
    """Assert that offsets hold, and that a second run says the same."""
    found = extract(title, body, published_on=day)
    for entity in found:
        field = (title or "") if entity.field == "title" else body
        assert field[entity.start : entity.end] == entity.text
        assert entity.text
    assert found == extract(title, body, published_on=day)


@settings(max_examples=EXAMPLES, deadline=None)
@given(title=st.none() | st.text(max_size=30), body=st.text(max_size=300))
def test_any_text_has_offsets_that_hold(title: str | None, body: str) -> None:
    """No text whatever raises; the same text gives the same result."""
    holds(title, body)


@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(title=st.none() | st.lists(st.sampled_from(PIECES), max_size=6).map("".join), body=st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_texts_made_of_what_extractors_look_for_hold_too(title: str | None, body: str) -> None:
    """Beginnings without ends, ends without beginnings, days that do not exist."""
    holds(title, body)


@settings(max_examples=EXAMPLES, deadline=None)
@given(day=st.dates(), body=st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_day_of_issue_will_do(day: date, body: str) -> None:
    """Also the first and last of the calendar."""
    holds(None, body, day)


@settings(max_examples=examples(short=8, long=100), deadline=None)
@given(unit=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join))
def test_time_grows_with_the_length(unit: str) -> None:
    """Eight times the text takes no more than some eight times as long, where quadratic time would be 64."""

    def seconds(length: int) -> float:
        body = unit * (length // len(unit))
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            extract(None, body, published_on=DAY)
            best = min(best, time.process_time() - began)
        return best

    # A floor under the short one, as a millisecond is measured badly; 24 leaves room for a busy machine.
    assert seconds(16_000) < 24 * max(seconds(2_000), 0.004)


@pytest.mark.parametrize(
    "piece",
    [
        "华为、",
        "《",
        "〈《",
        "北京",
        "甘肃省发展改革委、",
        "5%、",
        "朝阳区",
        "1,",
        "中国",
        "有限公司",
        "关于",
        "(以下简称a)",
        "发展和",
        "1月1日至",
        "亿元",
    ],
)
def test_long_repetition_completes(piece: str) -> None:
    """200 kB of one piece over and over ends; quadratic time would not within the suite's patience."""
    body = piece * (200_000 // len(piece.encode()))
    assert all(body[e.start : e.end] == e.text for e in extract(None, body, published_on=DAY))


def test_offsets_count_code_points() -> None:
    """🟡 and 𠮷 are one character each, and the title is a field of its own."""
    found = extract("🟡昆山:建设", "🟡𠮷2月3日，常州市人民政府印发。", published_on=DAY)
    assert [(e.type, e.field, e.start, e.end) for e in found] == [
        ("region", "title", 1, 3),
        ("date", "body", 2, 6),
        ("agency", "body", 7, 14),
        ("region", "body", 7, 10),
    ]


def test_schemes_and_persons() -> None:
    """SBTi has one name; a person stands behind an office."""
    found = extract(None, "获科学碳目标倡议（SBTi）认可。国家能源局局长王某某表示", published_on=None)
    assert [(e.type, e.text) for e in found if e.type in ("scheme", "person")] == [
        ("scheme", "科学碳目标倡议"),
        ("scheme", "SBTi"),
        ("person", "王某某"),
    ]
