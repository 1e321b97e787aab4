"""What a page puts around a story: left out of its key at the ends of title and body, and nowhere else."""

import time

import pytest

from shared.text.dressing import bare
from shared.text.story_keys import story_key

TITLE = "昆山:将新增(近)零碳工厂10家"
BODY = "日前,昆山市人民政府印发《行动方案》,提出新增分布式光伏装机容量25万千瓦以上。"

BEFORE = [
    *("[置顶]", "【置顶】", "置顶 ", "【快讯】", "快讯:", "快讯丨", "【独家】", "[热]", "[Hot] ", "【置頂】"),
    *("08:35 ", "08:35:12 ", "昨天 08:35 ", "昨天\n", "(昨天)", "刚刚 ", "(26小时前)", "【半小时前】", "今天 08:35|"),
    *("⭐ 今日418星 · 总计2,169星 · ", "⭐ 今日新增 564 星，总计 1,777 星 · ", "⭐ 今日获星 833 · 总计 13,470 · ", "⭐ 今日 67 星 · 共 25,421 星 · "),
    *("1. ", "3、", "(3)", "①", "⑫ ", "三、", "(三)", "#3 ", "【置顶】【快讯】3、08:35 "),
]
BEHIND = [
    *("(3小时前)", " 3小时前", "一天前", "(两小时前)", "半小时前", "26小时前更新", "(昨天)", "昨天 08:35", "(刚刚)", " 1天前", "前天", "yesterday"),
    *("（-9小时前） 北极星电力网", "（昨天）中国电力报", " 昨天 sogou", "\n19小时前 江西省发改委"),
    *("来源:新华社", "（来源：新华社）", "\n来源: 北极星电力网。", "(新华社)", "(记者李平)", "责任编辑:张三", "來源:中新社"),
    *("[阅读原文]", "查看原文>>", "原文链接", "展开全文", "[详情]", " https://a.example/x/1?y=2", "分享到微信"),
    *("08:35", "更新于 08:35", "更新时间:2026-02-03 08:35", "(组图)", "[2]", "3评论", "12赞", "阅读数 1.2万", "来源:新华社 [阅读原文] 3小时前"),
]
OTHER = [
    *(
        ("全国碳市场收盘价61元每吨成交十万吨", "全国碳市场收盘价62元每吨成交十万吨"),
        ("1月居民消费价格指数同比上涨公布", "2月居民消费价格指数同比上涨公布"),
    ),
    *(("绿色电力证书核发情况通报第3期", "绿色电力证书核发情况通报第4期"), ("虚拟电厂建设运行系列报道(一)", "虚拟电厂建设运行系列报道(二)")),
    *(
        ("某某公司获准发行公司债券募集资金", "某某公司未获准发行公司债券募集资金"),
        ("2026-02-02 全国电力现货价格日报", "2026-02-03 全国电力现货价格日报"),
    ),
    *(("1.5万户居民完成分布式光伏改造", "2.5万户居民完成分布式光伏改造"), ("收入主要来源:煤炭开采和洗选业", "收入主要来源:石油和天然气开采业")),
    *(
        ("昨天08:35发生地震的是甘肃省积石山县城", "昨天09:35发生地震的是甘肃省积石山县城"),
        ("煤炭库存周报(国家电网口径统计)", "煤炭库存周报(南方电网口径统计)"),
    ),
    ("两天前刚解除留置的董事长被立案", "三天前刚解除留置的董事长被立案"),
]


def key(title: str | None, body: str) -> str | None:
    """As the indexer makes it."""
    return story_key(*bare(title, body))


@pytest.mark.parametrize("around", BEFORE)
def test_what_stands_before_a_story_is_left_out(around: str) -> None:
    """Of the title, and of the body of an item without one."""
    assert key(around + TITLE, BODY) == key(TITLE, BODY)
    assert key(None, around + BODY) == key(None, BODY)


@pytest.mark.parametrize("around", BEHIND)
def test_what_stands_behind_a_story_is_left_out(around: str) -> None:
    """Of the body; a headline alone has it too."""
    assert key(TITLE, BODY + around) == key(TITLE, BODY)
    assert key(f"{TITLE} {around}", "") == key(TITLE, "")


def test_how_old_a_page_is_parts_no_two_days() -> None:
    """What was 13小时前 in one issue is 昨天 in the next; when it was published stays."""
    issues = ["发布时间：2026-08-01 16:43（13小时前） 中国电力报", "发布时间:2026-08-01（昨天） 中国电力报", "发布时间：2026-08-01 (2天前)"]
    assert len({key(TITLE, f"{BODY}\n{issue}") for issue in issues}) == 1
    assert key(TITLE, f"{BODY}\n发布时间:2026-08-02（昨天） 中国电力报") != key(TITLE, f"{BODY}\n{issues[1]}")


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_tells_stories_apart_stays(one: str, other: str) -> None:
    """Figures, months, numbers of issues and parts, days, names, and whether it was so at all."""
    assert key(one, "") != key(other, "")
    assert key(None, one) != key(None, other)


@pytest.mark.parametrize("text", ["", "。", "①", "1. ", "【置顶】", "(来源:新华社)", ":", "\ud800", "https://a.example/"])
def test_what_is_nothing_else_has_no_key(text: str) -> None:
    """And fails nobody."""
    assert key(text, text) is None


@pytest.mark.parametrize("text", [TITLE, BODY, "2026年电力交易公告", "3月5日,国家能源局发布数据。", "比分3:1。"])
def test_a_story_alone_is_given_back_as_it_is(text: str) -> None:
    """Nothing is around it."""
    assert bare(text, text) == (text, text)


@pytest.mark.parametrize("around", ["来源:{}", "(来源{}", "更新时间{}", "发布时间{}", "(今天{}", "昨天{}", "【{}", "阅读全文{}"])
@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\n"])
def test_blanks_behind_a_story_cost_nothing(around: str, blank: str) -> None:
    """However many ways there are to share them: one took a fifth of a second."""
    text = "碳市场。" + around.format(blank * 190) + "a://x"
    began = time.process_time()
    for _ in range(10):
        assert bare(None, text) == (None, text)
    assert time.process_time() - began < 1
