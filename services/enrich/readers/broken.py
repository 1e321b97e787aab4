"""Two lines of a paragraph → whether an exporter broke one line into them. Pure.

Some exporters break lines wherever Chinese and Latin letters meet: 【 / The Daily / 网站 / 2 / 月 / 21 / 日报道】.
Lines that a person parted, such as those of verse or a list, are left as they are.
"""

import re

CERTAIN = 2
"""Lines that begin or end as nobody parts them, from which a whole text was broken so; one is a slip."""

SHARE = 0.8
"""Of a text's breaks stand where scripts meet, if an exporter made them: 0.81, 0.98 and 1 in the exports seen.

A saved page's menu, whose commas stand on lines of their own, had 0.55."""

_CANNOT_BEGIN = frozenset("，。；：、？！）】》」』”’%％,;:)")
_CANNOT_END = frozenset("（【《「『“‘(")
_LATIN = re.compile(r"[!-~\u00c0-\u024f]")
_ANEW = re.compile(r"\d{1,3}\s*[.、．)）](?!\d)|[①-⑳•·●◆■▪-]")


def certain(before: str, after: str) -> bool:
    """Nobody begins a line with a comma, or ends one with an opening bracket."""
    return bool(before and after) and (after[0] in _CANNOT_BEGIN or before[-1] in _CANNOT_END)


def meeting(before: str, after: str) -> bool:
    """Chinese and Latin letters or figures meet between two lines, and the second has no number of its own."""
    return bool(before and after) and bool(_LATIN.match(before[-1])) != bool(_LATIN.match(after[0])) and not _ANEW.match(after)


class Breaks:
    """The line breaks within a text's paragraphs."""

    def __init__(self) -> None:
        self.all = self.certain = self.meeting = 0

    def add(self, before: str, after: str) -> None:
        """Count the break between two lines."""
        if before and after:
            self.all += 1
            self.certain += certain(before, after)
            self.meeting += certain(before, after) or meeting(before, after)

    @property
    def made(self) -> bool:
        """An exporter made them."""
        return self.certain >= CERTAIN and self.meeting >= SHARE * self.all
