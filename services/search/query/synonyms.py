"""Words → other ways to say them, by groups of equivalents. Pure.

    江苏省发改委   →  江苏省发展改革委, 江苏省发展和改革委员会
    25亿千瓦时     →  25亿kWh, 25亿度

Two kinds: variants mean the same wherever they stand, and hold in quotation marks too; synonyms are for words without quotation marks.
What is found is only ever added to: the words themselves are searched for in any case, so that no group can lose a hit.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice, pairwise, product

from shared.text.folding import DROPPED, compact, fold

MAX_ALTERNATIVES = 16
"""Of a text by the packaged groups, and as many again by a file of one's own: each is a clause to Elasticsearch. A text in which two terms stand
that can each be said in three other ways has 15."""

MAX_TOGETHER = 3
"""Terms of a text that are replaced at once."""

MAX_LOOKED_AT = 1000
"""Sets of terms that are considered at all, so that a text full of overlapping terms takes no longer than others."""

MAX_TERM = 64
"""Characters of a term: the longest names of bodies have some 30."""

MAX_GROUP = 20
"""Terms of a line."""

MAX_LINES = 10_000
"""Lines of a file that are read. The packaged ones have some 250."""

_ARROW = re.compile(r"[=＝][>＞]")
_EQUALS = re.compile(r"[=＝]")
_COMMENT = re.compile(r"(?:^|(?<=\s))[#＃].*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file of synonyms, for the one who edits it."""

    line: int | None
    """From 1; None where it is about the whole file"""
    message: str
    """In Chinese"""

    def __str__(self) -> str:
        return self.message if self.line is None else f"第 {self.line} 行: {self.message}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who asks for `term` also finds what `said` says."""

    term: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A file of groups, read."""

    rules: tuple[Rule, ...] = ()
    removed: tuple[tuple[int, str], ...] = ()
    """Line and term of each `!term`: taken out of the packaged groups"""
    problems: tuple[Problem, ...] = ()


def parse(text: str) -> Rules:
    """The groups of a file; a line that can't be read is a problem, and the others count."""
    rules: list[Rule] = []
    removed: list[tuple[int, str]] = []
    problems: list[Problem] = []
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > MAX_LINES:
        problems.append(Problem(None, f"文件有 {len(lines)} 行,只读前 {MAX_LINES} 行"))
    for number, line in enumerate(lines[:MAX_LINES], start=1):
        line = _COMMENT.sub("", line).strip()
        try:
            if line.startswith(("!", "！")):
                removed.append((number, _term(line[1:])))
            elif line:
                rules += _rules(line)
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    return Rules(tuple(rules), tuple(removed), tuple(problems))


def _rules(line: str) -> list[Rule]:
    """Of one line; raises ValueError with what is wrong with it."""
    sides = _ARROW.split(line)
    if len(sides) > 2:
        raise ValueError("一行只能有一个 =>")
    first, *others = ([_term(term) for term in _EQUALS.split(side)] for side in sides)
    if len(first) + sum(map(len, others)) > MAX_GROUP:
        raise ValueError(f"一行最多 {MAX_GROUP} 个词")
    if others:
        return [Rule(term, tuple(others[0])) for term in first]
    if len({_key(term) for term in first}) < 2:
        raise ValueError("至少要有两个不同的词,用 = 或 => 分开")
    return [Rule(term, tuple(other for other in first if _key(other) != _key(term))) for term in first]


def _term(text: str) -> str:
    term = text.strip()
    if not term:
        raise ValueError("= 或 => 的一边没有词")
    if len(term) > MAX_TERM:
        raise ValueError(f"“{term[:12]}…”太长,最多 {MAX_TERM} 个字")
    key = _key(term)
    if all(unicodedata.category(character).startswith("P") for character in key):
        raise ValueError(f"“{term}”里没有字")
    if len(key) == 1 and (key.isascii() or unicodedata.category(key) == "Lo"):  # Ⅱ, ㎡ are neither
        raise ValueError(f"“{term}”只有一个字,会替换得太多")
    return term


def _key(text: str) -> str:
    return compact(fold(text))


@dataclass(frozen=True, slots=True)
class _Groups:
    """Terms by key with what else they are said as, in the order of the lines."""

    said: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """First character → lengths of the terms that begin with it, longest first"""

    @staticmethod
    def of(rules: Iterable[Rule], without: frozenset[str] = frozenset()) -> "_Groups":
        said: dict[str, dict[str, str]] = {}
        for rule in rules:
            if _key(rule.term) not in without:
                others = {_key(text): text for text in rule.said if _key(text) not in without}
                said[_key(rule.term)] = said.get(_key(rule.term), {}) | others
        lengths: dict[str, set[int]] = {}
        for key in said:
            lengths.setdefault(key[0], set()).add(len(key))
        return _Groups(
            {key: tuple(others.values()) for key, others in said.items() if others},
            {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A term in a text, [start, end) in code points."""

    start: int
    end: int
    said: tuple[str, ...]


class Synonyms:
    """Packaged groups and those of a file of one's own."""

    def __init__(self, variants: Rules = Rules(), synonyms: Rules = Rules(), own: Rules = Rules()) -> None:
        without = frozenset(_key(term) for _, term in own.removed)
        self._variants = _Groups.of(variants.rules, without)
        self._packaged = _Groups.of((*variants.rules, *synonyms.rules), without)
        self._own = _Groups.of(own.rules)
        known = {_key(term) for rule in (*variants.rules, *synonyms.rules) for term in (rule.term, *rule.said)}
        unknown = (Problem(line, f"自带的词组里没有“{term}”,不必去掉") for line, term in own.removed if _key(term) not in known)
        self.problems = tuple(sorted((*own.problems, *unknown), key=lambda problem: problem.line or 0))

    def alternatives(self, text: str, *, exact: bool = False) -> tuple[str, ...]:
        """Other ways to say `text`, itself left out; `exact`: by variants only, for what stands in quotation marks.

        Of the packaged groups the longest term counts where several begin or overlap. Of one's own file every term counts, in addition: so no line
        that is added there takes anything away.
        """
        place = _Place.of(text)
        packaged = list(_longest(_occurrences(place, self._variants if exact else self._packaged)))
        own = [] if exact else list(_occurrences(place, self._own))
        found = {_key(text): text}
        _gather(found, text, packaged, [])
        if own:
            _gather(found, text, packaged, own)
        return tuple(islice(found.values(), 1, None))


@dataclass(frozen=True, slots=True)
class _Place:
    """A text as terms are looked for in it."""

    folded: str
    key: str
    at: tuple[int, ...]
    """Of each character of `key`, where it stands in the text"""

    @staticmethod
    def of(text: str) -> "_Place":
        folded = fold(text)
        at = tuple(index for index, character in enumerate(folded) if not DROPPED.match(character))
        return _Place(folded, "".join(folded[index] for index in at), at)


def _occurrences(place: _Place, groups: _Groups) -> Iterator[_Found]:
    """Every one, by place, the longer first where several begin; Latin letters and digits only as whole words."""
    for first, character in enumerate(place.key):
        for length in groups.lengths.get(character, ()):
            term = place.key[first : first + length]
            said = tuple(other for other in groups.said.get(term, ()) if not _within(place.key, first, term, _key(other)))
            if said and first + length <= len(place.at):
                start, end = place.at[first], place.at[first + length - 1] + 1
                if _apart(place.folded, start, end):
                    yield _Found(start, end, said)


def _within(key: str, first: int, term: str, other: str) -> bool:
    """Whether the term at `first` is a part of the other name that stands there already: 环境部 in 生态环境部 is not said otherwise."""
    at = other.find(term)
    while at >= 0:
        if at <= first and key.startswith(other, first - at):
            return True
        at = other.find(term, at + 1)
    return False


def _longest(found: Iterable[_Found]) -> Iterator[_Found]:
    end = 0
    for term in found:
        if term.start >= end:
            yield term
            end = term.end


def _apart(folded: str, start: int, end: int) -> bool:
    """Whether no Latin word or number is cut: CCER is not in CCERT, CO2 not in CO25; a number may stand before a unit (25MW)."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if _latin(folded[start]) and _latin(before) and not (before.isdigit() and not folded[start].isdigit()):
        return False
    return not (_latin(folded[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _gather(found: dict[str, str], text: str, packaged: list[_Found], own: list[_Found]) -> None:
    """Put up to MAX_ALTERNATIVES further texts into `found`, the fewest replacements first; with `own`, those that one of them has a part in."""
    room = len(found) + MAX_ALTERNATIVES
    mine = set(map(id, own))
    terms = sorted([*packaged, *own], key=lambda term: id(term) in mine)
    sets = (chosen for count in range(1, MAX_TOGETHER + 1) for chosen in combinations(terms, count))
    for chosen in islice(sets, MAX_LOOKED_AT):
        if own and not any(id(term) in mine for term in chosen):
            continue
        ordered = sorted(chosen, key=lambda term: term.start)
        if any(one.end > other.start for one, other in pairwise(ordered)):
            continue
        for said in product(*(term.said for term in ordered)):
            if len(found) == room:
                return
            other = _replaced(text, ordered, said)
            found.setdefault(_key(other), other)


def _replaced(text: str, terms: list[_Found], said: tuple[str, ...]) -> str:
    parts, at = [], 0
    for term, other in zip(terms, said, strict=True):
        parts += [text[at : term.start], other]
        at = term.end
    return "".join([*parts, text[at:]])
