"""The line of a title as printed → the title alone, and what else stands on its line: tags, badges, ratings, addresses. Pure.

What is no part of a title is a table here, and the search for boundaries knows nothing of it. Numbers and bullets are
taken away before (`markers`); nothing that is taken away here is lost, as the item's span covers its whole line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.blocks import Anchor

BETWEEN = " :：。|｜—–-\u00a0"
"""What parts a title from the text behind it on the same line."""

_BEFORE = re.compile(
    "|".join(
        (
            r"\[[^\[\]\d][^\[\]]{0,7}\]\s*(?=[^\s(（—–:：-])",  # [文章] a tag; [1] is a number, [甲市通车] — a title
            r"\[(?:\d{2,4}[-/.])?\d{1,2}[-/.:：]\d{1,2}\]\s*(?=\S)",  # [11-01] the day, [09:30] the time
            r"(?:NEW|HOT|TOP)\s*[!！]?\s+(?=[^\sA-Za-z])",  # a badge, and no NEW BALANCE
            r"(?:新闻|文章|资讯)?(?:标题|题目|题名)\s*[:：]\s*(?=\S)",  # a line that says that it is a title
        )
    )
)
_RATED = r"(?:[\u2605\u2606\u2b50\U0001f31f]\ufe0f?\s*)"
_AFTER = re.compile(
    r"\s*(?:"
    + "|".join(
        (
            rf"(?:{_RATED}|(?<=\s)评分\s*[:：]?\s*)[(（]?\d{{1,2}}(?:\.\d{{1,2}})?\s*/\s*(?:5|10|100)[)）]?",  # ⭐️ 7.0/10
            rf"{_RATED}+",  # ★★★☆☆
            r"(?<=\s)(?:NEW|HOT|利好|利空|中性|偏多|偏空)",
            r"[\[【(（](?:NEW|HOT|置顶|利好|利空|中性)[\]】)）]",
            r"[↗→➜]",
            r"(?<=[\s\u4e00-\u9fff])#\d{1,3}",  # a reference to the list of contents
        )
    )
    + r")\s*$"
)
_ADDRESS = re.compile(
    r"[\s:：,，—–-]*(?:(?:原文|文章|项目|详情|官网|阅读)?(?:链接|地址|网址|传送门)\s*[:：]?\s*)?[<(（]?((?:https?://|www\.)[^\s<>()（）]+(?:\([^\s()]*\)[^\s<>()（）]*)*)[>)）]?\s*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^\s*(?:[:：]|—{1,2}|–|\s-\s)\s*(?=\S)")
_CREDITED = re.compile(r"^[\s”\"」]*(?=[(（]\s*(?:(?:from|by|via|source)\b|来源|来自|出处|转自|作者)\W*\w)", re.IGNORECASE)
"""Behind a linked name a note in brackets of where it comes from: (From example.com 2026.02.08)."""
_TAGS = re.compile(r"</?(?:a|b|br|em|font|i|p|span|strong|u)(?:\s[^<>]*)?/?>", re.IGNORECASE)
"""Of a title that was escaped twice."""
_PROMPT = re.compile(
    r"\W*(?:(?:阅读|查看|点击)?(?:原文|全文|详情|更多)(?:链接|地址)?|链接|传送门|点击(?:查看|阅读)|read more|full (?:text|story)|source|link)\W*",
    re.IGNORECASE,
)
"""The words of a link that says nothing but that it is one."""
LONGEST_NAME = 60
"""Characters of a linked name in front of its description; longer links are sentences of the text."""
PROMPT = 20
"""Characters of the longest such link, arrows included."""
QUOTES = ('"', "“", "「")
ROOM = 400
"""Characters at the end of a line in which an address is looked for."""


@dataclass(frozen=True, slots=True)
class Form:
    """A line that heads an item."""

    title: str
    rest: str = ""
    """What follows the title on its line and belongs to the item's text: a description."""
    address: str = ""
    """Where the title points, printed behind it: the item's text where there is no other."""
    begun: int = 0
    """Characters of the line in front of the title."""
    named: bool = False
    """The title is a linked name, and the rest describes it."""


def form(text: str, links: Sequence[Anchor] = ()) -> Form:
    """The form of a line without its number; `links` are those of its block, in order."""
    begun = 0
    text = _TAGS.sub("", text) if "</" in text else text
    while (before := _BEFORE.match(text, begun)) and before.end() > begun:
        begun = before.end()
    title = _unprompted(text[begun:], links)
    if (not links or title != links[0].text.strip()) and (named := _linked_name(text[begun:], links)) is not None:
        return Form(*named, begun=begun, named=True)
    address = ""
    if (found := _ADDRESS.search(title[-ROOM:])) and found.start() + max(0, len(title) - ROOM) > 0:
        title, address = title[: max(0, len(title) - ROOM) + found.start()], found[1]
    while (after := _AFTER.search(title)) and after.start() > 0:
        title = title[: after.start()]
    return Form(title.rstrip() or text[begun:], address=address if title.strip() else "", begun=begun)


def _unprompted(text: str, links: Sequence[Anchor]) -> str:
    """`text` without a link at its end that asks to read on: 阅读原文, [查看详情 →]."""
    if not links or not (prompt := links[-1].text.strip()) or len(prompt) > PROMPT or not _PROMPT.fullmatch(prompt):
        return text
    at = text.rfind(prompt)
    behind = text[at + len(prompt) :]
    kept = text[:at].rstrip(BETWEEN + "[（(【") if at > 0 and not any(map(str.isalnum, behind)) else ""
    return kept or text


def _linked_name(text: str, links: Sequence[Anchor]) -> tuple[str, str] | None:
    """The linked name that a line begins with, and its description: `[名称](url)：描述`, `"[名称](url) (From 甲网)"`."""
    quoted = text[:1] in QUOTES
    if not links or not (name := links[0].text.strip()) or len(name) > LONGEST_NAME or not text.startswith(name, quoted):
        return None
    behind = text[quoted + len(name) :]
    if (credited := _CREDITED.match(behind)) is not None:
        return name, behind[credited.end() :]
    if quoted or not (parted := _NAMED.match(behind)) or _ADDRESS.fullmatch(behind) or len(behind) - parted.end() < 2:
        return None
    return name, behind.lstrip(BETWEEN)
