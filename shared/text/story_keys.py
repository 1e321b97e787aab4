"""An item's title and body → its story key: the same for all items of one wording, and for no others. Pure.

    letters, digits and signs of numbers are kept, spaces and other punctuation left out; all is folded (shared.text.folding)
    what a page says of when it was made is left out: (26小时前), 3 hours ago
    what it counts of its readers is left out: 阅读 1.2万, 35条评论, 120 points

The key depends on the item's own text alone, so it is the same in a rebuild, in a retry and in any order of arrival. Items of one key are one story
and compared no further; any other number in the text, be it one digit, makes another key.
"""

import re
from hashlib import blake2b

from shared.text.bands import LEAST, READ, folded, letters

_MADE = (
    r"(?:大?约)?\d{1,4}(?:\.\d)?个?(?:秒钟?|分钟?|小时|天|日|周|星期|月)(?:之?前|以前)(?=[\s)\]】,.;|·]|$)"
    r"|(?<![a-z0-9])\d{1,4} ?(?:s|m|h|d|w|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?) ago(?![a-z])"
    r"|刚刚(?:发布|更新)"
)
_COUNT = r"\d[\d,]*(?:\.\d+)?\s?(?:万|亿|k|w|m)?\+?"
_READERS = (
    rf"(?:阅读量?|浏览量?|播放量?|评论数?|点赞数?|收藏数?|转发数?|热度值?|热度指数)\s?[::]?\s?{_COUNT}(?![\d.%])"
    rf"|(?<![\d.]){_COUNT}\s?(?:次(?:阅读|浏览|播放|点赞|转发)|条评论|人(?:看过|赞过|点赞|评论|收藏)|(?:points?|comments?|views?|stars?|upvotes?)(?![a-z]))"
    rf"|[⭐★👍❤💬👁🔥]\ufe0f?\s?{_COUNT}(?![\d.%])"
)
# Each begins where a digit, or a word that stands in few texts, does; the rest of a text is passed over in one go.
_PASSING = re.compile(rf"{_MADE}|{_READERS}")
_HINTS = ("前", "ago", "刚刚", "阅读", "浏览", "播放", "评论", "点赞", "赞过", "看过", "收藏", "转发", "热度")
_HINTS += ("point", "comment", "view", "star", "upvote", *"⭐★👍❤💬👁🔥")
"""Without one of these nothing passing can stand in a text: most have none, and that is quick to see."""
_HINTED = re.compile("|".join(_HINTS))

_NUMBERS = re.compile(r"[-+<>≤≥\d](?:(?<=\d)|(?=\d))\d*(?:[\W_]+\d+)*[%‰]?")
"""What makes other numbers of the same digits: 1.5 is not 15, -3 not 3, 5 % not 5. It begins with a set of characters for speed: Python then
goes to these places in one go."""


def lasting(folded: str) -> str:
    """A folded text without what only says how old the page is and how many have read it."""
    return _PASSING.sub(" ", folded) if _HINTED.search(folded) else folded


def story_key(title: str | None, body: str) -> str | None:
    """16 hex digits; None where there are too few letters to tell a story by (shared.text.bands.LEAST): such an item stands alone.

    Of a text beyond READ characters the rest counts as it is, to the last character.
    """
    text = lasting(folded(title, body))
    plain = letters(text)
    if len(plain) < LEAST:
        return None
    told = "\0".join((plain, *_NUMBERS.findall(text)))
    digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8)
    rest = body[max(0, READ - len(title or "") - 1) :]
    if rest:
        digest.update(b"\0" + rest.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
