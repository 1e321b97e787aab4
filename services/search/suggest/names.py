"""Names with their counts → a table that finds them by characters, pinyin and initials within a few milliseconds. Pure.

The keys of one kind are one text of a line each, by falling count; so are their pinyin (`KunShanShi`) and their initials (`kss`). What is rare is
found by bisection in their alphabetical order; what is frequent by going through that text, which comes upon what counts most first and ends early.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice

from services.search.suggest.term import Term
from shared.text.folding import fold
from shared.text.pinyin import syllables

RARE = 4_000
"""Keys with one beginning up to which all are looked at: 0.3 ms."""
STEPS = 2_000
"""Names that hold a mixed term's Chinese characters, looked at one by one."""
SCANNED = 2
"""Ways to cut letters into syllables that are looked for within names: the others (JiEDian) are rare, and each takes some ms with 100,000 names."""
EXACT, PREFIX, SPELT, INITIALS, WORD, WITHIN, INITIALS_WITHIN = range(7)
"""How well a name fits, best first: the whole name; its beginning in characters, pinyin, initials; a word's beginning; anywhere."""

Spelling = tuple[str, str, str]
"""A key folded, in pinyin, and its initials"""


@dataclass(frozen=True, slots=True)
class Name:
    """Something that can be suggested."""

    kind: str
    value: str
    """For a filter's parameter"""
    label: str
    """For people"""
    count: int
    """Items that have it"""
    note: str = ""
    """What tells it apart: where a region lies"""
    others: tuple[str, ...] = field(default=())
    """What it is called too"""


@dataclass(frozen=True, slots=True)
class Found:
    """A name and how it was found."""

    name: Name
    rank: int
    key: str
    """The label, or the other name by which it was found"""

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The best first."""
        return self.rank, -self.name.count, len(self.name.label), self.name.label


class Lines:
    """Keys one below the other, each between two line ends; found lines come in their order."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self.text = "\n" + "\n".join(keys) + "\n"
        self.starts = array("I")
        at = 1
        for key in keys:
            self.starts.append(at)
            at += len(key) + 1
        self._sorted = array("I", sorted(range(len(keys)), key=keys.__getitem__))

    def exactly(self, needle: str, limit: int) -> list[int]:
        """Lines that are `needle`."""
        get = self.keys.__getitem__
        start, end = bisect_left(self._sorted, needle, key=get), bisect_right(self._sorted, needle, key=get)
        return nsmallest(limit, self._sorted[start:end])

    def beginning(self, needle: str, limit: int) -> list[int]:
        """Lines that begin with `needle`."""
        get = self.keys.__getitem__
        start, end = bisect_left(self._sorted, needle, key=get), bisect_left(self._sorted, needle + "\U0010ffff", key=get)
        if end - start <= RARE:
            return nsmallest(limit, self._sorted[start:end])
        return [line for line, _ in islice(self.holding(f"\n{needle}"), limit)]

    def holding(self, needle: str) -> Iterator[tuple[int, int]]:
        """Lines that hold `needle`, each once, with its first place in the text."""
        text, starts, ahead = self.text, self.starts, needle.startswith("\n")
        # str.find takes up to 17 ms for a pair of letters in 3.4 million, this 1 to 5 for any.
        find = re.compile(re.escape(needle)).search
        match = find(text)
        while match:
            line = bisect_right(starts, match.start() + ahead) - 1
            yield line, match.start()
            match = find(text, starts[line + 1] - 1) if line + 1 < len(starts) else None


class Table:
    """The names of one kind."""

    def __init__(self, names: Iterable[Name], known: dict[str, Spelling]) -> None:
        """`known` keeps how keys are spelt, so that a table that is made again needs not spell what it knew."""
        self.names = sorted(names, key=lambda name: -name.count)
        self._of = array("I")
        self.keys: list[str] = []
        for at, name in enumerate(self.names):
            for key in dict.fromkeys((name.label, *name.others)):
                self._of.append(at)
                self.keys.append(key)
        spelt = [known.get(key) or known.setdefault(key, _spelling(key)) for key in self.keys]
        self._texts, self._spelt, self._initials = (Lines([one[part] for one in spelt]) for part in range(3))

    def search(self, term: Term, limit: int) -> list[Found]:
        """The best `limit` names for a term; [] for an empty one."""
        found: dict[int, tuple[int, int]] = {}
        for rank, lines in self._searches(term, limit) if term.text and self.names else ():
            for line in lines:
                found.setdefault(self._of[line], (rank, line))
            # Only between two ranks: within one the most frequent come first.
            if len(found) >= limit and rank != WORD:
                break
        best = [Found(self.names[at], rank, self.keys[line]) for at, (rank, line) in found.items()]
        return sorted(best, key=lambda one: one.order)[:limit]

    def _searches(self, term: Term, limit: int) -> Iterator[tuple[int, Iterable[int]]]:
        text, letters, readings = term.text, term.letters, term.readings
        yield EXACT, [*self._texts.exactly(text, limit), *(line for said in readings for line in self._spelt.exactly(said, limit))]
        yield PREFIX, self._texts.beginning(text, limit)
        if letters:
            yield SPELT, [line for said in readings for line in self._spelt.beginning(said, limit)]
            yield INITIALS, self._initials.beginning(letters, limit)
        within = list(islice(self._texts.holding(text), limit * 4))
        yield WORD, [line for line, at in within if not self._texts.text[at - 1].isalnum()]
        yield WITHIN, [line for line, _ in within[: limit * 2]]
        if len(letters) > 1:
            for said in readings[:SCANNED]:
                yield WITHIN, [line for line, _ in islice(self._spelt.holding(said), limit)]
            yield INITIALS_WITHIN, [line for line, _ in islice(self._initials.holding(letters), limit)]
        if term.mixed:
            candidates = islice(self._texts.holding(term.mixed), STEPS)
            yield WITHIN, list(islice((line for line, _ in candidates if term.span(self.keys[line])), limit))


def _spelling(key: str) -> Spelling:
    folded = fold(key).replace("\n", " ")
    said = [reading for reading in syllables(folded) if reading]
    return folded, "".join([reading.title() for reading in said]), "".join([reading[0] for reading in said])


class Names:
    """The tables of all kinds."""

    def __init__(self, names: Iterable[Name] = (), known: dict[str, Spelling] | None = None) -> None:
        known = {} if known is None else known
        kinds: dict[str, list[Name]] = {}
        for name in names:
            kinds.setdefault(name.kind, []).append(name)
        self.tables = {kind: Table(several, known) for kind, several in kinds.items()}

    @classmethod
    def of(cls, tables: dict[str, Table]) -> "Names":
        """Of tables that are made."""
        names = cls()
        names.tables = tables
        return names

    def __len__(self) -> int:
        return sum(len(table.names) for table in self.tables.values())

    def search(self, term: Term, limit: int, kinds: Iterable[str] | None = None) -> list[Found]:
        """The best `limit` names of those kinds, or of all."""
        tables = self.tables.values() if kinds is None else [self.tables[kind] for kind in kinds if kind in self.tables]
        found = [one for table in tables for one in table.search(term, limit)]
        return sorted(found, key=lambda one: one.order)[:limit]


OtherNames = Callable[[str], Iterable[str]]
"""A name → what it is called too."""
