"""A title → what somebody may type in letters to have it suggested: pinyin and initials, of the title and of what follows a subject's colon. Pure.

    昆山:将新增零碳工厂   →  kunshanjiangxinzenglingtangongchang, ksjxzltgc, jiangxinzenglingtangongchang, jxzltgc

Chinese characters need no key: `title.chars` finds them anywhere. Takes 8 to 16 µs a title.
"""

import re

from shared.text.pinyin import syllables

SPELT = 40
"""Letters of pinyin that are kept: some ten characters, more than anybody types before looking at what is suggested."""
INITIALS = 16
SUBJECT = 20
"""Characters before a colon that still are a subject."""

_SUBJECT = re.compile(rf"[^:：]{{1,{SUBJECT}}}[:：](?=.)", re.DOTALL)


def title_keys(title: str | None) -> list[str]:
    """The keys, each once; none for no title."""
    if not title:
        return []
    # Pinyin and initials need no more characters than this, not counting punctuation.
    read = syllables(title[: SUBJECT + SPELT])
    starts = [0]
    if match := _SUBJECT.match(title):
        starts.append(match.end())
    found: dict[str, None] = {}
    for start in starts:
        part = read[start:]
        found["".join(part)[:SPELT]] = None
        found["".join([reading[:1] for reading in part])[:INITIALS]] = None
    found.pop("", None)
    return list(found)
