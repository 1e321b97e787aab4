"""field:value in English and Chinese → filters, words in one field, targets."""

from datetime import date
from typing import Literal

import pytest

from services.search.query.facets import FACETS
from services.search.query.language.fields import FIELDS, NAMES, resembling
from services.search.query.language.nodes import Filter, Target
from services.search.query.language.read import read
from tests.unit.search.query.language.shown import shown

TODAY = date(2026, 2, 6)

Wanted = tuple[str, Literal[">=", "<=", ">", "<", "="] | None, float | None, str | None, int | None]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("region:昆山", "[region 昆山]"),
        ("Region：昆山", "[region 昆山]"),
        ("地区:昆山 零碳", "([region 昆山] & 零碳)"),
        ("提及地区：昆山", "[region 昆山]"),
        ("所述地区:昆山", "[about 昆山]"),
        ("机关:“国家 发展改革委”", "[agency 国家 发展改革委]"),
        ("公司:宁德时代", "[company 宁德时代]"),
        ("公司:*ST海投", "[company *ST海投]"),
        ("文件:《关于…的通知》(国办发〔2024〕12号)", "[document 《关于…的通知》(国办发〔2024〕12号)]"),
        ("文件:《“十五五”规划》", "[document 《“十五五”规划》]"),
        ("文件:“十五五”规划", "[document “十五五”规划]"),
        ("主题:碳市场", "[topic 碳市场]"),
        ("类型:政策解读", "[doc_type 政策解读]"),
        ("type:政策解读", "[doc_type 政策解读]"),
        ("层级:省", "[level 省]"),
        ("栏目:要闻", "[section 要闻]"),
        ("来源:日报", "[source 日报]"),
        ("-地区:昆山", "![region 昆山]"),
        ("NOT 地区:昆山", "![region 昆山]"),
        ("地区:昆山 OR 地区:常州", "([region 昆山] | [region 常州])"),
        ("region:(昆山 OR 常州)", "([region 昆山] | [region 常州])"),
        ("地区:（昆山｜常州 | “无 锡”）", "([region 昆山] | [region 常州] | [region 无 锡])"),
        ("主题:(碳市场 -绿证)", "([topic 碳市场] & ![topic 绿证])"),
        ("文件:(《“十五五”规划》 OR 《条例》)", "([document 《“十五五”规划》] | [document 《条例》])"),
        ("标准:GB/T 32151 核算", "([standard GB/T 32151] & 核算)"),
        ("标准:DB32/T 4000—2021 核算", "([standard DB32/T 4000—2021] & 核算)"),
        ("标准:GB/T ３２１５１", "[standard GB/T ３２１５１]"),
        ("标准:db32/ 4000", "[standard db32/ 4000]"),
        ("标准:ISO 14064-1：2018", "[standard ISO 14064-1：2018]"),
        ("(零碳 标准:GB/T 32151)", "(零碳 & [standard GB/T 32151])"),
        ("(零碳 标准:GB)3", "(零碳 & [standard GB] & 3)"),
        ("标准:GB/T 2026年 储能", "([standard GB/T] & 2026年 & 储能)"),
        ("标准:GB/T 3(三)", "([standard GB/T] & 3(三))"),
        ("标准:gbt32151 2026", "([standard gbt32151] & 2026)"),
        ("主题:ESG 2026", "([topic ESG] & 2026)"),
        ("标题:碳", "title:碳"),
        ("title:“碳 市场”", "title:“碳 市场”"),
        ("正文:(绿电 OR 绿证) 标题:碳", "((body:绿电 | body:绿证) & title:碳)"),
        ("标题:OR", "title:OR"),
    ],
)
def test_fields(q: str, expected: str) -> None:
    """The value is what stands right behind the colon: a word, quoted text, or a group."""
    assert shown(read(q, today=TODAY).node) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("target:装机>=10GW", ("装机", ">=", 10, "GW", None)),
        ("目标:装机≥10GW@2030", ("装机", ">=", 10, "GW", 2030)),
        ("目标:装机＞=1,000万千瓦@2030年", ("装机", ">=", 1000, "万千瓦", 2030)),
        ("目标:能耗<0.5吨标准煤/万元", ("能耗", "<", 0.5, "吨标准煤/万元", None)),
        ("target:风电", ("风电", None, None, None, None)),
        ("目标:>=30%", ("", ">=", 30, "%", None)),
        ("目标:＝30％", ("", "=", 30, "％", None)),
        ("目标:<=5", ("", "<=", 5, None, None)),
        ("目标:@2030", ("", None, None, None, 2030)),
        ("目标:“风电 装机 >= 10 GW @ 2030”", ("风电 装机", ">=", 10, "GW", 2030)),
    ],
)
def test_targets(q: str, expected: Wanted) -> None:
    """Metric, comparison, number, unit as written, year; any of them may be left out."""
    metric, op, number, unit, by = expected
    assert read(q, today=TODAY).node == Target(metric, op, number, unit, by, 0, len(q))


def test_every_facet_is_a_field_under_its_name_and_its_label() -> None:
    """Also one that is added later."""
    for name, facet in FACETS.items():
        for written in (name, facet.label):
            assert read(f"{written}:值", today=TODAY).node == Filter(name, "值", 0, len(written) + 2)


def test_no_name_stands_for_two_fields() -> None:
    """Else one of them could not be asked for."""
    assert len(NAMES) == sum(len(field.names) for field in FIELDS.values())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("regoin", "region"),
        ("regions", "region"),
        ("titel", "title"),
        ("comapny", "company"),
        ("http", None),
        ("iso", None),
        ("Regoin", None),
        ("cop", None),
    ],
)
def test_a_slip_in_a_name(name: str, meant: str | None) -> None:
    """Only lower-case English names are taken for misspelt ones."""
    assert resembling(name) == meant
