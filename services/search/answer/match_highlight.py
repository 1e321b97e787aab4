"""The tree of a query and a text → the characters of the text that were found. Pure.

Made here and not by Elasticsearch: a phrase is marked as the phrase that it is, a body of any length throughout, and by the same folding that it was
found by. `needles` once for a query, `mark` for each item; services.search.answer.fragments makes what is shown of it.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.search.answer.occurrences import ANY, Searched, Span, every, near, runs, wildcard
from services.search.query.language.nodes import And, Near, Node, Or, Phrase, TextField, Wildcard, Word
from services.search.query.parts import Names
from services.search.query.parts import parts as parts_of
from services.search.query.wildcard_query import MAX_BETWEEN
from shared.text.bigrams import paired, pairs
from shared.text.folding import compact, fold


class Match(NamedTuple):
    """Characters that were found, [start, end) in code points of the text."""

    start: int
    end: int
    needle: int
    """By which of the query's words"""


@dataclass(frozen=True, slots=True)
class _Said:
    """Any of these texts, folded and compact."""

    field: TextField | None
    texts: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    """Where none of them stands anywhere in the item: of each part the ways to say it, if every part stands somewhere"""
    pairs: tuple[str, ...] = ()
    """Else these, if enough of them do"""
    enough: int = 0


@dataclass(frozen=True, slots=True)
class _Near:
    field: TextField | None
    parts: Mapping[str, int]
    """With how often each was asked for"""
    distance: int


@dataclass(frozen=True, slots=True)
class _Wild:
    field: TextField | None
    parts: tuple[str, ...]
    between: int


Needles = tuple[_Said | _Near | _Wild, ...]
"""What a query marks, in its order."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found in an item, by place; the matches of different words may overlap."""

    title: tuple[Match, ...]
    body: tuple[Match, ...]


def needles(
    node: Node | None,
    alternatives: Callable[[str, bool], Iterable[str]],
    *,
    names: Names = frozenset(),
    enough: str | None = None,
    between: int = MAX_BETWEEN,
) -> Needles:
    """What the query marks; `alternatives(text, exact)` are other ways to say a text, `exact` for what stands in quotation marks.

    Nothing for what must not hold, nor for facets, dates and targets. `names` are words that the index
    knows as names, `enough` is Elasticsearch's `minimum_should_match` for the pairs of a word, None where pairs find nothing, `between` how many
    characters a `*` stands for at most.
    """
    return tuple(_of_leaf(leaf, alternatives, names, enough, between) for leaf in _leaves(node))


def _leaves(node: Node | None) -> Iterator[Word | Phrase | Near | Wildcard]:
    match node:
        case And() | Or():
            for one in node.nodes:
                yield from _leaves(one)
        case Word() | Phrase() | Near() | Wildcard():
            yield node


def _of_leaf(
    leaf: Word | Phrase | Near | Wildcard,
    alternatives: Callable[[str, bool], Iterable[str]],
    names: Names,
    enough: str | None,
    between: int,
) -> _Said | _Near | _Wild:
    match leaf:
        case Phrase():
            return _Said(leaf.field, _keys(leaf.text, *alternatives(leaf.text, True)))
        case Word():
            tokens = pairs(fold(leaf.text)) if enough and paired(leaf.text) else ()
            pieces = parts_of(leaf.text, names)
            apart = tuple(_keys(*(said for way in piece for said in (way, *alternatives(way, False)))) for piece in pieces)
            whole = _keys(leaf.text, *alternatives(leaf.text, False))
            return _Said(leaf.field, whole, apart if len(apart) > 1 else (), tokens, minimum(enough, len(tokens)) if enough else 0)
        case Near():
            near_keys = [_key(part) for part in leaf.parts]
            return _Near(leaf.field, Counter(near_keys if all(near_keys) else ()), leaf.distance)
        case Wildcard():
            # Taken apart before folding: a full-width ＊ or ？ stands for itself.
            parts = re.split(r"\*+", leaf.pattern.strip("*?"))
            # What is left out in folding may have stood before a first or behind a last `?`, which then says nothing, as in the query.
            keys = tuple(key for key in (ANY.join(map(_key, part.split("?"))).strip(ANY) for part in parts) if key)
            return _Wild(leaf.field, keys, between * (len(keys) - 1))


def looked_for(needles: Needles) -> int:
    """Return how many texts `mark` looks for: what it takes for a character grows with them."""
    said = [one for one in needles if isinstance(one, _Said)]
    texts = sum(len(one.texts) + sum(map(len, one.parts)) + len(one.pairs) for one in said)
    return texts + sum(len(one.parts) for one in needles if not isinstance(one, _Said))


def _keys(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in map(_key, texts) if key))


def _key(text: str) -> str:
    return compact(fold(text))


def minimum(enough: str, count: int) -> int:
    """How many of `count` must be there by Elasticsearch's `minimum_should_match`, of the forms `2<-1 5<70%`, `-1`, `70%`, `2`."""
    said = "100%"
    for condition in enough.split():
        above, _, form = condition.rpartition("<")
        if not above or count > int(above):
            said = form
    amount = int(said.rstrip("%"))
    part = math.floor(abs(amount) * count / 100) if said.endswith("%") else abs(amount)
    return max(0, min(count, count - part if amount < 0 else part))


def mark(title: str | None, body: str, needles: Needles) -> Marked:
    """What was found in an item. Of a word without quotation marks: where it stands, or is said otherwise; only where neither is in the item at all,
    its parts, if every one of them is; and else the pairs of its characters, by which a relaxed search alone has brought the item here."""
    texts: dict[TextField, Searched] = {"title": Searched(title or ""), "body": Searched(body)}
    found: dict[TextField, list[Match]] = {"title": [], "body": []}
    for number, needle in enumerate(needles):
        looked = {field: text for field, text in texts.items() if needle.field in (None, field)}
        spans = {field: [text.place(span) for span in _spans(text.key, needle)] for field, text in looked.items()}
        if isinstance(needle, _Said) and needle.parts and not any(spans.values()):
            spans = _by_parts(looked, needle.parts)
        if isinstance(needle, _Said) and needle.pairs and not any(spans.values()):
            spans = _by_pairs(looked, needle)
        for field, places in spans.items():
            found[field] += [Match(start, end, number) for start, end in places]
    return Marked(tuple(sorted(found["title"])), tuple(sorted(found["body"])))


def _spans(key: str, needle: _Said | _Near | _Wild) -> list[Span]:
    match needle:
        case _Said():
            return [span for text in needle.texts for span in every(key, text)]
        case _Near():
            return near({part: every(key, part) for part in needle.parts}, needle.parts, needle.distance)
        case _Wild():
            return wildcard(key, needle.parts, needle.between)


def _by_parts(texts: dict[TextField, Searched], parts: Iterable[tuple[str, ...]]) -> dict[TextField, list[Span]]:
    found: dict[TextField, list[Span]] = {field: [] for field in texts}
    for said in parts:
        places = {field: [text.place(span) for one in said for span in every(text.key, one)] for field, text in texts.items()}
        if not any(places.values()):
            return {}
        for field, spans in places.items():
            found[field] += spans
    return found


def _by_pairs(texts: dict[TextField, Searched], needle: _Said) -> dict[TextField, list[Span]]:
    there = sum(any(pair in text.folded for text in texts.values()) for pair in needle.pairs)
    if there < needle.enough:
        return {}
    shown = [pair for pair in dict.fromkeys(needle.pairs) if len(pair) > 1]
    return {field: runs(text.folded, shown) for field, text in texts.items()}
