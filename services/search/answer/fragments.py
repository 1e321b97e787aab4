"""A text and what was found in it → what is shown of it: sentences as escaped HTML with `<em>`. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from services.search.answer.highlight import BEFORE, EXCERPT, Range, excerpt, joined, to_html
from services.search.answer.match_highlight import Match

FRAGMENTS = 3
"""Fragments of a body in the list of hits."""

LOOKED_AT = 200
"""Matches of one overlong sentence among which the place to cut it at is chosen: the first ones."""

# A sentence's mark and what closes with it stay with the sentence. A Latin mark ends one only before white space or Chinese: `?` stands in addresses.
# It begins with a set of characters for speed: Python then goes to these places in one go.
_END = re.compile(r"[。！？；!?;\r\n](?:(?<![!?;])|(?=[\s”’」』）)\u2e80-\u9fff]|$))[。！？；!?…”’」』）)】》]*")


def ranges(matches: Sequence[Match]) -> list[Range]:
    """The marked characters, in order and disjoint: what touches or overlaps is one."""
    return joined([(match.start, match.end) for match in matches])


def title_html(title: str, matches: Sequence[Match]) -> str | None:
    """The title with its marks; None where there is none."""
    return to_html(title, ranges(matches)) if matches else None


def fragments(body: str, matches: Sequence[Match], *, count: int = FRAGMENTS, limit: int = EXCERPT) -> tuple[str, ...]:
    """The sentences that say most of what was asked for, in the order of the text; one of over `limit` characters is cut around its matches.

    Before others come sentences with words that the ones chosen before have not; then those with more words, more matches, earlier ones. Without
    any match: the beginning.
    """
    if not matches:
        start = body[: limit * 10].strip() or body.strip()
        return (to_html(*excerpt(start, (), limit=limit)),) if start else ()
    cuts = _cuts(body, ranges(matches))
    held: dict[int, list[Match]] = {}
    for match in sorted(matches):
        held.setdefault(bisect_right(cuts, match.start), []).append(match)
    shown = sorted(_chosen(held, count))
    return tuple(_sentence(body[cuts[at - 1] if at else 0 : cuts[at]], cuts[at - 1] if at else 0, held[at], limit) for at in shown)


def _cuts(body: str, marked: Sequence[Range]) -> list[int]:
    """Where sentences end; never within a match, so that one over two sentences is shown whole."""
    cuts = [*(end.end() for end in _END.finditer(body)), len(body)]
    within = {at for start, end in marked for at in range(bisect_right(cuts, start), bisect_left(cuts, end))}
    return [cut for at, cut in enumerate(cuts) if at not in within] if within else cuts


def _chosen(held: dict[int, list[Match]], count: int) -> list[int]:
    """Numbers of the sentences to show, the best first."""
    words = {at: {match.needle for match in matches} for at, matches in held.items()}
    seen: set[int] = set()
    chosen: list[int] = []
    while len(chosen) < count and len(chosen) < len(held):
        best = max((at for at in held if at not in chosen), key=lambda at: (len(words[at] - seen), len(words[at]), len(held[at]), -at))
        chosen.append(best)
        seen |= words[best]
    return chosen


def _sentence(text: str, start: int, matches: Sequence[Match], limit: int) -> str:
    """A sentence that stands at `start` in the body, without white space around it, cut around the first of its matches that stand closest."""
    start += len(text) - len(text.lstrip())
    text = text.strip()
    marked = joined([(max(0, match.start - start), min(len(text), match.end - start)) for match in matches])
    if len(text) <= limit:
        return to_html(text, marked)
    first = matches[_where(matches[:LOOKED_AT], limit - BEFORE)].start - start
    # What stands at the end of the text needs no more room behind it.
    begin = max(0, min(first - BEFORE, len(text) - limit)) if first + BEFORE > limit else 0
    shown, before = text[begin : begin + limit], "…" if begin else ""
    moved = [(max(a - begin, 0) + len(before), min(b - begin, limit) + len(before)) for a, b in marked]
    return to_html(before + shown + ("…" if begin + limit < len(text) else ""), joined(moved))


def _where(matches: Sequence[Match], room: int) -> int:
    """The match from which on most different words stand within `room` characters; the first of them."""

    def words(at: int) -> int:
        return len({match.needle for match in matches[at:] if match.end <= matches[at].start + room})

    return max(range(len(matches)), key=lambda at: (words(at), -at))
