"""A line of a digest → which kind of boilerplate it is, by table."""

import pytest

from services.enrich.split import boilerplate
from shared.records import BoilerplateKind

TAILS: list[tuple[str, BoilerplateKind | None]] = [
    ("免责声明:本文不构成投资建议", "disclaimer"),
    ("分析师承诺与免责声明", "disclaimer"),
    ("市场有风险，投资需谨慎", "disclaimer"),
    ("扫描下方二维码，加入读者群", "qr_code"),
    ("长按识别二维码关注我们", "qr_code"),
    ("责任编辑:小王", "credits"),
    ("文字｜小李", None),
    ("校对：小陈 审核：小赵", "credits"),
    ("联系电话:010-00000000", "credits"),
    ("主办:乡村振兴办公室 印发:各乡镇", "credits"),
    ("抄送：各科室", "credits"),
    ("往期回顾", "earlier_issues"),
    ("上期周报：水价改革专题", "earlier_issues"),
    ("广告：环保设备展四月开幕", "advertisement"),
    ("商务合作", "advertisement"),
    ("【推广】排放管理员培训班火热报名中！", "advertisement"),
    ("[图片：二维码]", "qr_code"),
    ("— END —", "footer"),
    ("——本期完——", "footer"),
    ("（本周报由编辑部整理，内容来自公开信息。）", "footer"),
    ("点个在看，你最好看", "footer"),
    ("【微语】把今天过好。", "footer"),
    ("Unsubscribe | Copyright 2026", "footer"),
    ("甲市出台广告管理办法", None),
    ("某平台调整免责条款引发讨论，多方回应", None),
    ("编辑部搬迁后首次开放日迎来三千名读者", None),
    ("央行发行新版二维码支付规范", None),
    ("【推广应用】甲市发布节能技术目录", None),
    ("本期债券发行完成后，公司负债率下降。", None),
]


@pytest.mark.parametrize(("line", "kind"), TAILS)
def test_lines_at_a_digests_end(line: str, kind: BoilerplateKind | None) -> None:
    """Words around the news are told from the news."""
    assert boilerplate.tail_kind(line) == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("各位读者早上好，以下是本周要闻。", "greeting"),
        ("大家好，欢迎收看本期周报", "greeting"),
        ("2026年第9期", "other"),
        ("编辑：小王", "credits"),
    ],
)
def test_lines_before_the_first_story(line: str, kind: BoilerplateKind) -> None:
    """A greeting is one, the number of the issue is nothing in particular."""
    assert boilerplate.opening_kind(line) == kind


@pytest.mark.parametrize(
    ("line", "expected"),
    [("（2026年第9期）", True), ("总第128期 2026年3月11日", True), ("(内部资料 第12期)", True), ("3月9日", False), ("第二部分 典型案例", False)],
)
def test_the_line_that_numbers_an_issue(line: str, expected: bool) -> None:
    """It names no section."""
    assert boilerplate.issue_line(line) is expected
