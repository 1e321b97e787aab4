"""An item's title and body in, the same without what a page puts around a story out. Pure.

    before   [置顶] 【快讯】 快讯: 08:35 昨天 08:35 3、 ① (半小时前)
    behind   (来源:新华社) 责任编辑:张三 [阅读原文] 查看原文>> https://… 更新于 08:35 (昨天) 两小时前 (组图) 3评论

Only at the ends of title and body: within a text the same words belong to the story. Days stay, as tomorrow's
table says them too, and so do all numbers that stories are told apart by: 第3期, 1月, (二) of a series. What says how
old a page is or how many read it, wherever it stands, is left out by shared.text.story_keys.
"""

import re

from shared.text.folding import fold

LOOKED_AT = 48
"""Characters of each end."""
ADDRESS = 200
"""Of an end with an address in it."""
MOST = 6
"""Pieces that are taken from one end: 【置顶】【快讯】3、08:35."""

_AGO = r"(?:\d{1,4}|[一两二三四五六七八九十半])个?(?:秒钟?|分钟|小时|天|日|周|星期|月)(?:之前|以前|前)"
_LATELY = rf"(?:刚刚|今天|昨天|前天|今日|昨日|yesterday|just now|{_AGO})"
_TIME = r"[0-2]?\d:[0-5]\d(?::[0-5]\d)?"
_FLAG = "(?:置顶|快讯|最新|独家|重磅|突发|头条|热点|热门|推荐|关注|更新|转载|原创|精华|热|荐|顶|hot|new|top|breaking)"
_CREDIT = r"(?:消息|文章|图片|数据)?(?:来源|来自|转自|出处|(?:责任)?编辑|责编|编译|校对|审核|作者|记者|撰文|监制|链接|原文链接)"
_PRESS = (
    "(?:(?:新华|中新|法新|美联|路透|彭博|共同|韩联|塔斯|财联)社|(?:新华|人民|央视|央广|中新|中国新闻|光明|环球)网|路透|彭博"
    "|[一-鿿]{1,6}(?:京报|日报|晚报|时报|早报|商报|证券报|电视台|客户端|公众号)|(?:澎湃|界面)新闻|第一财经)"
)
_WHOSE = r"[^\s()\[\]【】。,;:!?]{2,16}"
"""Who had it, where it stands behind how old it is: 发布时间:2026-08-11(7小时前) 中国电力报, 昨天 sogou."""
_ORIGINAL = "(?:原文|全文|详情|更多|链接)"
_COUNTED = r"(?:阅读|浏览|播放|点赞|收藏|转发|评论)"


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_STARS = (
    r"[⭐★]\ufe0f?\s*(?:(?:今日|本周|本月)\s*)?(?:新增|获星|星标)?\s*:?\s*[\d,.]+\s*[万k]?\s*(?:颗?星标?|stars?)?"
    r"(?:\s*[,·|]\s*(?:总计|累计|共计?)\s*(?:星标)?\s*:?\s*[\d,.]+\s*[万k]?\s*(?:颗?星标?|stars?)?)?\s*[·|\n]"
)
_NUMBER = _any(
    r"[(\[]\d{1,2}[)\]](?!-)",
    r"#?\d{1,2}[.、)](?!\d(?!\d?:\d))",
    r"#\d{1,3}(?=\s)",
    r"[一二三四五六七八九十]{1,3}、",
    r"\([一二三四五六七八九十]{1,3}\)",
)
_BEFORE = re.compile(
    r"\s*"
    + _any(
        rf"[\[(【]\s*{_FLAG}\s*[\])】][:|]?",
        rf"{_FLAG}\s*[:|丨]",
        r"置顶(?=\s)",
        _NUMBER,
        _STARS,
        rf"[\[(【]{_LATELY}(?:\s*{_TIME})?[\])】]",
        rf"(?:{_LATELY}\s*)?(?<!\d){_TIME}(?=[\s|,])[|,]?",
        rf"{_LATELY}(?=\s*[\n|])",
        r"刚刚\s",
    )
    + r"\s*"
)
# What has no brackets begins where nothing of a story goes on: at a sentence's end or at white space.
# No two parts in a row may both take the same white space: each way to share a hundred blanks would be tried.
_BEHIND = re.compile(
    _any(
        r"(?:^|(?<=[\s。.!?;,)\]】>»]))"
        + _any(
            rf"{_CREDIT}\s*[:|丨]\s*[^\s()。!?;:][^\n()。!?;:]{{0,29}}",
            rf"(?:阅读|查看|点击|点此|展开|浏览)(?:查看|阅读)?{_ORIGINAL}(?:链接)?\s*[>».…]*",
            r"原文链接",
            r"https?://\S+",
            rf"(?:更新|抓取)(?:时间|于)?(?:\s*:)?\s*(?:\d{{4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?\s*)?{_TIME}",
            rf"(?:发布(?:时间|于)(?:\s*:)?\s*)?{_TIME}",
            rf"{_LATELY}(?:\s*{_TIME})?(?:更新|发布)?(?:[ \n]{_WHOSE})?",
            rf"{_COUNTED}(?:数|量|次数)?\s?:?\s?\d[\d.,]*[万亿kw]?\+?",
            r"\d{1,6}\s?(?:条?评论|个?赞|收藏|转发|分享)",
            r"分享(?:到(?:微信|微博|朋友圈)\S{0,6})?",
        ),
        rf"[(\[【]-?{_LATELY}(?:\s*{_TIME})?(?:更新|发布)?[)\]】](?:\s*{_WHOSE})?",
        r"[(\[【]\s*"
        + _any(
            rf"{_CREDIT}(?:\s*:)?(?:\s*[^\s()\[\]][^\n()\[\]]{{0,29}})?",
            _PRESS,
            rf"(?:阅读|查看|点击|展开)?{_ORIGINAL}",
            r"组?图|视频|音频",
        )
        + r"\s*[)\]】]",
        r"\[\d{1,2}\]",
    )
    + r"\s*(?:[。.]\s*)?$"
)

_CIRCLED = frozenset(map(chr, range(0x2460, 0x2474)))
"""① to ⑳, which are 1 to 20 once they are folded."""
_BEGINS = re.compile(
    r"[^\w《“\"「]|\d{1,4}(?![\d月日年%])|[一二两兩三四五六七八九十半刚剛今昨前置快最独獨重突头頭热熱推关關更转轉原精荐薦顶頂]"
    r"|[YyJjHhNnTtBb]"
)
_AGED = re.compile("前|刚|剛|昨|今天|今日")
_ENDS = re.compile(r"(?:[!-~\d）】》»…前天日刚剛文情多接论論赞贊藏发發转轉享新信博圈万亿億]|[)）\]】]。)\Z")
"""What a text with something around its story may begin and end with: most don't, and are passed over."""


def bare(title: str | None, body: str) -> tuple[str | None, str]:
    """The title and body of the story itself, as they are where nothing is around them; they may come out empty."""
    return title and _bare(title), _bare(body)


def _bare(text: str) -> str:
    if text[:1] in _CIRCLED:
        text = text[1:]
    if _BEGINS.match(text):
        head, start = fold(text[:LOOKED_AT]), 0
        for _ in range(MOST):
            match = _BEFORE.match(head, start)
            if match is None:
                break
            start = match.end()
        text = text[start:]
    for _ in range(MOST):
        end = text[-LOOKED_AT:].rstrip()
        if not (_ENDS.search(end) or ":" in end or "：" in end or _AGED.search(end)):
            break
        text = text.rstrip()
        tail = fold(text[-ADDRESS:] if "://" in text[-ADDRESS:] else end)
        match = _BEHIND.search(tail)
        if match is None:
            break
        text = text[: len(text) - len(tail) + match.start()]
    return text
