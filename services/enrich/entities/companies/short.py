"""Folded text and the names of firms in it in; the short forms of them that stand elsewhere in it, and what each is short for, out. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

_ENDS = [word for name in ("strong_ends", "weak_ends", "wordy_ends") for word in lexicon("companies", name)]
_ENDING = re.compile(rf"{any_of(_ENDS)}$")
_DEFINED = re.compile(r"\((?:以下|下)?(?:统称|简称|称)(?:为|:)?[\"“”]?([^\"”“()]{2,20}?)[\"“”]?\)")
MOST = 50
"""Names whose short forms one text is searched for: each is looked for in the whole of it."""
_MORE = 4
"""Characters that a short form goes on with behind the first two of the name: 复海|旅文."""
_COMMON = frozenset("有限公司份集团")


def defined(text: str, ends: set[int]) -> Iterator[tuple[int, int]]:
    """Short names in brackets behind a full one, which ends at one of `ends`, wherever they stand after it."""
    if "称" not in text:  # every form has it
        return
    names = {match[1] for match in _DEFINED.finditer(text) if match.start() in ends}
    for name in sorted(names)[:MOST]:
        yield from (m.span() for m in re.finditer(re.escape(name), text))


def abbreviated(text: str, names: Iterable[str], *, is_plain: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Where 复海旅文 stands for 复海旅游文化集团: its first two characters and then some of the others in their order.

    `is_plain` says of the first two whether they are a word or a place: what goes on then is anything.
    """
    seen: set[str] = set()
    for name in names:
        first = name[:2]
        if len(seen) >= MOST or len(name) < 5 or first in seen or name[0] in "第首双多各每" or is_plain(first):
            continue
        seen.add(first)
        for match in re.finditer(re.escape(first), text):
            if text.startswith(name, match.start()):
                continue
            end, at = match.end(), 2
            while end - match.end() < _MORE and end < len(text) and (at := name.find(text[end], at) + 1) and text[end] not in _COMMON:
                end += 1
            if 3 <= end - match.start() < len(name):
                yield match.start(), end


def tied(name: str, fulls: list[str]) -> str | None:
    """The one full name that has the characters of `name` in order, the first among its first fifteen; None if there is none or several."""
    stem = _ENDING.sub("", name) if len(name) > 3 else name
    stem = stem if len(stem) >= 2 else name
    matches = {full for full in fulls if full != name and stem in full} or {full for full in fulls if full != name and name in full}
    return matches.pop() if len(matches) == 1 else None
