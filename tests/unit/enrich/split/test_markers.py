"""The beginning of a line → its marker, by table."""

import pytest

from services.enrich.split.markers import marker_of


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        ("一、政策动态", 1, "政策动态"),
        ("（十二）会员动态", 12, "会员动态"),
        ("壹、政策", 1, "政策"),
        ("拾贰、其他", 12, "其他"),
        ("Ⅱ 港口", 2, "港口"),
        ("II. 执行工作", 2, "执行工作"),
        ("IV. 附录", 4, "附录"),
        ("A. 甲展览馆二期开工", 1, "甲展览馆二期开工"),
        ("B、乙城申办博览会", 2, "乙城申办博览会"),
        ("PART 2 业界声音", 2, "业界声音"),
        ("NO.1 甲厂投产", 1, "甲厂投产"),
        ("#3 丙基金会接纳新项目", 3, "丙基金会接纳新项目"),
        ("[2] 南方阴雨持续", 2, "南方阴雨持续"),
        ("第三部分 典型案例", 3, "典型案例"),
        ("排名 3:开源模型", 3, "开源模型"),
        ("排名12.开源模型", 12, "开源模型"),
        ("三", 3, ""),
        ("🔟 十条", 10, "十条"),
    ],
)
def test_numbering(line: str, number: int, rest: str) -> None:
    """The number's value and what is left of the line."""
    marker = marker_of(line)
    assert marker is not None
    assert (marker.number, line[marker.length :]) == (number, rest)


@pytest.mark.parametrize(
    "line", ["二月物价温和回升", "一季度网络零售额增长", "A股三大指数收涨", "I/O 性能翻倍", "3.5亿千瓦", "U.S. stocks rise", "三农快报"]
)
def test_what_is_no_numbering(line: str) -> None:
    """Words that begin with a figure or a letter are words."""
    marker = marker_of(line)
    assert marker is None or not marker.numbered or marker.style == "tight"
