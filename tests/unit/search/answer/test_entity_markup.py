"""Entities in a text → marked lines."""

from typing import Any

import pytest

from services.search.answer.entity_markup import Line, Mention, by_kind, label, lines

TEXT = "昆山市人民政府印发《方案》\n🟡 昆山<b>先行</b>\n\n*ST公司\n- 第二点"


def entity(kind: str, text: str, start: int, **more: Any) -> dict[str, Any]:
    """An entity in the body."""
    return {"type": kind, "text": text, "field": "body", "start": start, "end": start + len(text), "value": text} | more


def test_lines_bullets_and_nesting() -> None:
    """Mentions within each other are nested, text is escaped, bullets lose their sign only where it is one."""
    found = lines(
        TEXT, [entity("agency", "昆山市人民政府", 0), entity("region", "昆山", 0), entity("region", "昆山", TEXT.index("🟡") + 2)], field="body"
    )
    assert found == [
        Line('<mark class="e-agency" title="机关:昆山市人民政府"><mark class="e-region" title="地区:昆山">昆山</mark>市人民政府</mark>印发《方案》'),
        Line('<mark class="e-region" title="地区:昆山">昆山</mark>&lt;b&gt;先行&lt;/b&gt;', bullet=True),
        Line("*ST公司"),
        Line("第二点", bullet=True),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        entity("region", "杭州", 0),
        entity("region", "昆山", 500),
        entity("region", "昆山", 0, end=0),
        entity("region", "昆山", 0, field="title"),
        entity("region", "昆山", 0) | {"start": "0"},
    ],
)
def test_what_does_not_fit_is_not_marked(bad: dict[str, Any]) -> None:
    """A wrong offset must not mark something else."""
    assert "<mark" not in "".join(line.html for line in lines(TEXT, [bad], field="body"))


def test_crossing_mentions() -> None:
    """The first is marked, so that the markup stays well-formed."""
    (line,) = lines("甲乙丙丁", [entity("region", "甲乙丙", 0), entity("agency", "丙丁", 2)], field="body")
    assert line.html == '<mark class="e-region" title="地区:甲乙丙">甲乙丙</mark>丁'


def test_a_mention_over_a_lines_end() -> None:
    """Is marked on both."""
    found = lines("甲乙\n丙丁", [entity("document", "乙\n丙", 1)], field="body")
    assert [line.html.count("<mark") for line in found] == [1, 1]


def test_hostile_kinds_and_values() -> None:
    """Attributes are escaped too."""
    (line,) = lines("甲", [entity('"><script>', "甲", 0, value='"><script>')], field="body")
    assert "<script>" not in line.html


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"type": "region", "text": "昆山", "canonical": {"path": ["江苏省", "苏州市", "昆山市"]}}, "江苏省苏州市昆山市"),
        ({"type": "agency", "text": "发改委", "value": "发改委", "canonical": {"name": "国家发展和改革委员会"}}, "国家发展和改革委员会"),
        ({"type": "quantity", "text": "x", "value": {"indicator": "装机容量", "op": ">=", "number": 25.0, "unit": "万千瓦"}}, "装机容量 ≥25万千瓦"),
        ({"type": "date", "text": "2月2日", "value": "2026-02-02"}, "2026-02-02"),
        ({"type": "date", "text": "到2030年", "value": "../2030"}, "至 2030"),
        ({"type": "date", "text": "2026年起", "value": "2026/.."}, "自 2026"),
        ({"type": "date", "text": "2026—2028年", "value": "2026/2028"}, "2026 至 2028"),
        ({"type": "date", "text": "近日", "value": None}, "近日"),
    ],
)
def test_labels(one: dict[str, Any], expected: str) -> None:
    """What a mention stands for."""
    assert label(one) == expected


def test_mentions_by_kind() -> None:
    """In the legend's order, each once with its count and its filter."""
    found = by_kind([entity("agency", "市政府", 0), entity("region", "昆山", 0, value="320583"), entity("region", "昆山", 9, value="320583")])
    assert list(found) == ["region", "agency"]
    assert found["region"] == [Mention("昆山", 2, ("region", "320583"))]
    assert found["agency"][0].filter == ("agency", "市政府")
