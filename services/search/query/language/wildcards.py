"""A word → whether and how its `*` and `?` stand for other characters. Pure.

`*` stands for any characters wherever it is, but in a url, in front of a stock's name (`*ST海投`, `S*ST`) and as Markdown's `**`. `?` stands
for one character where letters or a `*` follow it; at the end of a word, before punctuation and behind 吗呢么吧 it is a question mark. The
full-width `＊` and `？` are always themselves.
"""

import re

FIXED = 2
"""Letters, digits or Han that a pattern must hold: `a*` would be almost every item"""

MOST = 8
"""Wildcards in one pattern"""

_STOCK = re.compile(r"S?\*ST(?=\w)", re.IGNORECASE)
_WILD = re.compile(r"(?<!\*)\*(?!\*)|(?<![?吗呢么吧])\?++(?=[\w*])")


def pattern_of(word: str) -> str | None:
    """The pattern, without question marks at its end; None for a word without wildcards."""
    if "://" in word or _STOCK.match(word) or not _WILD.search(word):
        return None
    return word.rstrip("?")


def trouble(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern, in English and Chinese."""
    if sum(map(str.isalnum, pattern)) < FIXED:
        return f"a wildcard needs {FIXED} letters, digits or Han beside it", f"通配符太宽:除 * 和 ? 外至少要有 {FIXED} 个字。"
    if pattern.count("*") + pattern.count("?") > MOST:
        return f"at most {MOST} wildcards in one word", f"一个词里最多用 {MOST} 个通配符。"
    return None
