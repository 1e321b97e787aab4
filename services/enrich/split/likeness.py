"""Lines of a digest → the one that is most like a given title, found without comparing each with each. Pure."""

import difflib
from collections import Counter
from collections.abc import Iterable, Set

SIMILAR = 0.8
"""Likeness (difflib) from which two titles are taken for one: a word changed or left out in one of twenty characters keeps 0.9,
other news stays under 0.5."""
COMMON = 64
"""Lines that may share a pair of characters before the pair says nothing any more: a month's digest has fewer titles on one subject."""
CANDIDATES = 4
"""Lines that are compared letter by letter, of those that share the most pairs with the title."""


class Lines:
    """Lines that a title may stand for, looked up by the pairs of characters in them."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._texts = dict(lines)
        self._places: dict[str, list[int]] = {}
        for index, text in self._texts.items():
            for pair in _pairs(text):
                self._places.setdefault(pair, []).append(index)

    def most_like(self, wanted: str, *, taken: Set[int]) -> int | None:
        """The index of the line most like `wanted` that is not taken; None where none is SIMILAR."""
        shared: Counter[int] = Counter()
        for pair in _pairs(wanted):
            places = self._places.get(pair, ())
            if len(places) <= COMMON:
                shared.update(places)
        best, likeness = None, SIMILAR
        matcher = difflib.SequenceMatcher(None, "", wanted, autojunk=False)
        for index in sorted(shared, key=lambda index: (-shared[index], index))[: CANDIDATES + min(len(taken), CANDIDATES)]:
            if index in taken:
                continue
            matcher.set_seq1(self._texts[index])
            if (found := matcher.ratio()) > likeness:
                best, likeness = index, found
        return best


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
