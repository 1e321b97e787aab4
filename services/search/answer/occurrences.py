"""A text → where a needle stands in it, as Elasticsearch's `chars` analyzer finds it: folded, over white space and marks. Pure.

Everything here takes time in proportion to the text, by `str.find`: needles come from a query and texts from a digest, and neither may be made slow.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from shared.text.folding import DROPPED, compact, fold

Span = tuple[int, int]
"""[start, end), in characters of a text's `key`."""

ANY = "\0"
"""Stands for one character, whichever; no folded text holds it."""

MOST = 10_000
"""Places of one needle in one text that are looked for: the first ones. A body in which a word stands more often is no news."""


class Searched:
    """One text, looked through for many needles."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self.key = compact(self.folded)

    @cached_property
    def _left_out(self) -> tuple[list[int], list[int]]:
        """Places in `key` behind which something is left out, and how much up to there."""
        places, amounts = [0], [0]
        for run in DROPPED.finditer(self.folded) if len(self.key) < len(self.folded) else ():
            places.append(run.start() - amounts[-1])
            amounts.append(amounts[-1] + run.end() - run.start())
        return places, amounts

    def place(self, span: Span) -> Span:
        """Where a span of `key` stands in the text itself, in code points."""
        places, amounts = self._left_out
        start, last = span[0], span[1] - 1
        return start + amounts[bisect_right(places, start) - 1], last + amounts[bisect_right(places, last) - 1] + 1


def every(text: str, needle: str, *, most: int = MOST) -> list[Span]:
    """Every place of the needle, overlapping ones too, up to `most`; none of an empty one."""
    found: list[Span] = []
    at = text.find(needle) if needle else -1
    while at >= 0 and len(found) < most:
        found.append((at, at + len(needle)))
        at = text.find(needle, at + 1)
    return found


def near(parts: Mapping[str, Sequence[Span]], times: Mapping[str, int], distance: int) -> list[Span]:
    """Places of the parts where all stand together in any order, with at most `distance` other characters between them.

    Each part's places are sorted; it must stand there as many `times` as it was asked for. Around each place that is the first of such a group, the
    nearest of the others count.
    """
    starts = {part: [start for start, _ in places] for part, places in parts.items()}
    found: set[Span] = set()
    for first in sorted({place for places in parts.values() for place in places}):
        group: list[Span] = []
        for part, places in parts.items():
            at = bisect_left(starts[part], first[0])
            group += places[at : at + times[part]]
        if len(group) < sum(times.values()):
            continue
        length = max(end for _, end in group) - first[0]
        if length - sum(end - start for start, end in group) <= distance:
            found.update(group)
    return sorted(found)


def wildcard(key: str, parts: Sequence[str], between: int) -> list[Span]:
    """Where the parts (`?` in them is any character) follow one another, at most `between` characters between them in all.

    A match is as short as can be, from its last character back; one for each beginning.
    """
    # Of each place of the part at hand: where the match begins that ends there, as late as possible.
    before: list[tuple[int, int]] | None = None
    for part in parts:
        places = _with_any(key, part)
        if before is None:
            before = [(end, start) for start, end in places]
            continue
        ends = [end for end, _ in before]
        after = []
        for start, end in places:
            last = bisect_right(ends, start) - 1
            if last >= 0:
                after.append((end, before[last][1]))
        before = after
    room = between + sum(map(len, parts))
    matches: dict[int, int] = {}
    for end, start in before or ():
        if end - start <= room:
            matches.setdefault(start, end)
    return sorted(matches.items())


def _with_any(key: str, part: str) -> list[Span]:
    """Every place of a part in which `?` is any character: looked for by its longest piece without one, which is then looked around."""
    pieces = part.split(ANY)
    longest = max(pieces, key=len)
    if not longest:
        return []
    before = sum(len(piece) + 1 for piece in pieces[: pieces.index(longest)])
    found = []
    for at, _ in every(key, longest):
        start = at - before
        if start >= 0 and start + len(part) <= len(key) and _fits(part, key[start : start + len(part)]):
            found.append((start, start + len(part)))
    return found


def _fits(part: str, text: str) -> bool:
    return all(wanted in (ANY, character) for wanted, character in zip(part, text, strict=True))


def runs(folded: str, pairs: Iterable[str]) -> list[Span]:
    """Every place of every pair of characters in folded text; Latin words and numbers only as whole ones."""
    return [span for pair in pairs for span in every(folded, pair) if not pair.isascii() or _apart(folded, span)]


def _apart(folded: str, span: Span) -> bool:
    return not any(character.isascii() and character.isalnum() for character in (folded[span[0] - 1 : span[0]], folded[span[1] : span[1] + 1]))
