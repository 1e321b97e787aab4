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
            r"\[[^\[\]\d][^\[\]]{0,7}\]\s*(?=[^\s(（])",  # [文章] a tag; [1] is a number, [名称](…) has been read as a link
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
LONGEST_NAME = 60
"""Characters of a linked name in front of its description; longer links are sentences of the text."""
ROOM = 400
"""Characters at the end of a line in which an address is looked for."""


@dataclass(frozen=True, slots=True)
class Form:
    """A line that heads an item."""

    title: str
    rest: str = ""
    """What follows the title on its line and belongs to the item's text: an address, a description."""
    begun: int = 0
    """Characters of the line in front of the title."""
    named: bool = False
    """The title is a linked name, and the rest describes it."""


def form(text: str, links: Sequence[Anchor] = ()) -> Form:
    """The form of a line without its number; `links` are those of its block, in order."""
    begun = 0
    while (before := _BEFORE.match(text, begun)) and before.end() > begun:
        begun = before.end()
    title = text[begun:]
    if (named := _linked_name(title, links)) is not None:
        return Form(named, title[len(named) :].lstrip(BETWEEN), begun, named=True)
    address = ""
    if (found := _ADDRESS.search(title[-ROOM:])) and found.start() + max(0, len(title) - ROOM) > 0:
        title, address = title[: max(0, len(title) - ROOM) + found.start()], found[1]
    while (after := _AFTER.search(title)) and after.start() > 0:
        title = title[: after.start()]
    return Form(title.rstrip() or text[begun:], address if title.strip() else "", begun)


def _linked_name(text: str, links: Sequence[Anchor]) -> str | None:
    """The linked name that a line begins with, when a colon or dash and a description follow: `[名称](url)：描述`."""
    if not links or not (name := links[0].text.strip()) or len(name) > LONGEST_NAME or not text.startswith(name):
        return None
    behind = text[len(name) :]
    if not (parted := _NAMED.match(behind)) or _ADDRESS.fullmatch(behind):
        return None
    return name if len(behind) - parted.end() >= 2 else None
