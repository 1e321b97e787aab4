"""Headlines, codes and urls that were pasted are text, whatever characters they hold."""

from datetime import date

import pytest

from services.search.query.language.read import read
from tests.unit.search.query.language.shown import shown

TODAY = date(2026, 2, 6)


@pytest.mark.parametrize(
    "headline",
    [
        "昆山:将新增(近)零碳工厂10家",
        "(近)零碳工厂10家",
        "（近）零碳工厂10家",
        "T/CIECCPA",
        "14064-1:2018",
        "《关于…的通知》(国办发〔2024〕12号)",
        "关于印发《方案》的通知（国办发〔2024〕12号）",
        "C-NCAP",
        "12:30",
        "http://example.com/a?b=c",
        "https://example.com:8080/a(b)?q=1",
        "AT&T",
        "5G-A",
        "COP30：什么",
        "中国-东盟",
        "-5℃",
        "--",
        "1)加快推进",
        "一)加快推进",
        "加快推进(第一批",
        "深度｜碳市场扩围",
        "CO₂/CO2",
        "100%",
        "a~b",
        "2×660MW",
        "《〈甲〉》",
        "…",
        "碳市场怎么了？",
    ],
)
def test_a_pasted_piece_is_one_word(headline: str) -> None:
    """Without white space and quotation marks it is found as it stands."""
    assert shown(read(headline, today=TODAY).node) == headline


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("T/CIECCPA 024-2023", "(T/CIECCPA & 024-2023)"),
        ("ISO 14064-1:2018", "(ISO & 14064-1:2018)"),
        ("将新增(近 零碳)工厂", "(将新增(近 & 零碳)工厂)"),
        ("做好(第一批 试点)工作 (一)", "(做好(第一批 & 试点)工作 & 一)"),
        ("聚焦“双碳”(2030)目标", "(聚焦 & “双碳” & (2030)目标)"),
        ("国务院 - 通知", "(国务院 & - & 通知)"),
        ("新年(Happy new year)快乐 (Happy new year)", "(新年(Happy & new & year)快乐 & Happy & year)"),
        ("(甲 关于(第一批) 乙)", "(甲 & 关于(第一批) & 乙)"),
    ],
)
def test_pasted_words_stay_words(headline: str, expected: str) -> None:
    """A parenthesis attached to a word never groups, be it closed in another word."""
    assert shown(read(headline, today=TODAY).node) == expected


@pytest.mark.parametrize(
    ("q", "notice"),
    [
        ("昆山:将新增 常州：也", "“昆山”不是字段名,已连同冒号按文字查找。"),
        ("养殖贷 公司：内部核查中", "“公司：内部核查中”已按字段筛选;要按文字查找,请放进引号。"),
        ("-5℃", "“-5℃”的减号已按文字查找;要排除,请写 NOT 5℃。"),
        ("深度｜碳市场", "“深度｜碳市场”的｜已按文字查找;要任选其一,请在两边加空格。"),
    ],
)
def test_what_resembles_syntax_is_said_to_be_text(q: str, notice: str) -> None:
    """Once for each kind, by its first case."""
    assert read(q, today=TODAY).notices == (notice,)


@pytest.mark.parametrize(
    "q", ["12:30", "http://a", "“昆山:将新增”", "COP30：什么", "C-NCAP", "ISO 14064-1:2018", "零碳 工厂", "公司:甲", "公司：“甲”"]
)
def test_plain_text_brings_no_notice(q: str) -> None:
    """Nobody takes these for syntax."""
    assert read(q, today=TODAY).notices == ()
