"""The tree of a query → clauses of Elasticsearch's query language. Pure.

A word counts as found where it stands as a phrase of single characters, or where each of its parts does (services.search.query.parts):

    零碳工厂       phrase 零·碳·工·厂 in title.chars or body.chars   — also over punctuation, digits, Latin, line ends
    昆山光伏补贴   the same, or each of 昆山 光伏 补贴, wherever in the item

Both add to the score with its pairs of characters, so what stands together ranks before what is scattered. What else a word is called
(services.search.query.synonyms) is only ever another way to be found: nothing is lost by it. Quoted phrases, proximity and wildcards are searched
for in single characters alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.query import days, joint, named
from services.search.query import targets as target_filter
from services.search.query.language.nodes import And, Dates, Filter, Near, Node, Not, Or, Phrase, Target, TextField, Wildcard, Word
from services.search.query.parts import Names, Part, parts
from services.search.query.wildcard_query import spans
from shared.text.bigrams import latin, paired
from shared.text.segmented import words

Json = dict[str, Any]
Alternatives = Callable[[str, bool], Iterable[str]]
"""(text, exact) → other ways to say it; exact ones hold for quoted text too"""

TITLE_BOOST = 3
"""A word in the title says what an item is about. Three is the field's usual figure (`title^3`)."""

OTHER_NAME = 0.1
"""What being found by another name alone counts in a body, in a title TITLE_BOOST times that: less than any match of what was typed."""

MAX_OTHER = 600
"""Characters of other names that one query is widened by: each costs Elasticsearch as much as one that was typed, and it refuses some thousands."""

BESIDE = ("lead", "words", "body.chars")
"""What ranks beside the pairs, and never finds anything by itself: the characters of a body's beginning, its words by a segmenter, its characters."""

NUMBERS_BOOST = 2
"""What Latin words and numbers count beside that: a year, a sum, a name that is the same says more than pairs of Han. Measured: see DESIGN.md."""

BOOSTS: dict[TextField, float] = {"title": TITLE_BOOST, "body": 1}


def no_alternatives(_text: str, _exact: bool) -> Iterable[str]:
    """For a search without synonyms or variants."""
    return ()


@dataclass
class Clauses:
    """Makes the clauses of one query; `left` is what may still be added to it."""

    alternatives: Alternatives = no_alternatives
    left: int = MAX_OTHER
    synonyms: bool = True
    """Whether a word finds what it means beside what it says"""
    names: Names = frozenset()
    """Words of the query that the index knows as names: never taken apart"""

    def of(self, node: Node) -> Json:
        """The clause that holds for just the items that the node means."""
        match node:
            case Word():
                issued = joint.condition(node.text) if self.synonyms and node.field is None else None
                return self._either(node.text, exact=False, field=node.field, clause=self._word, issued=issued)
            case Phrase():
                return self._either(node.text, exact=True, field=node.field, clause=exactly)
            case Near():
                return any_of(near(node, field, boost) for field, boost in fields(node.field))
            case Wildcard():
                return any_of(spans(node.pattern, f"{field}.chars", boost) for field, boost in fields(node.field))
            case Filter() | Dates() | Target():
                return {"bool": {"filter": [self._filter(node)]}}
            case Not():
                return {"bool": {"must_not": [self.without(node.node)]}}
            case And():
                return self._all(node)
            case Or():
                return any_of(self.of(one) for one in node.nodes)

    def without(self, node: Node) -> Json:
        """The clause of what must not hold: a word as it stands, as what has its parts somewhere does not say it."""
        return Clauses(self.alternatives, self.left, self.synonyms, self.names).of(_as_phrases(node))

    def _all(self, node: And) -> Json:
        held: dict[str, list[Json]] = {}
        for one in node.nodes:
            match one:
                case Not():
                    held.setdefault("must_not", []).append(self.without(one.node))
                case Filter() | Dates() | Target():
                    held.setdefault("filter", []).append(self._filter(one))
                case _:
                    held.setdefault("must", []).append(self.of(one))
        if adjacent := together(node):
            held["should"] = adjacent
        return {"bool": held}

    def _filter(self, node: Filter | Dates | Target) -> Json:
        match node:
            case Filter():
                return named.condition(node.facet, node.value, self.alternatives)
            case Dates():
                return days.of(node)
            case Target():
                # Its place makes the name unlike any other's, so that hits bring along what they reach.
                return target_filter.condition(node, f"query {node.start}")

    def _word(self, text: str, field: TextField | None) -> Json:
        pieces = parts(text, self.names)
        return word(text, field, [self._part(piece, field) for piece in pieces] if len(pieces) > 1 else [])

    def _part(self, part: Part, field: TextField | None) -> Json:
        ways = [self._either(way, exact=False, field=field, clause=exactly) for way in part]
        return any_of(ways) if len(ways) > 1 else ways[0]

    def _either(
        self,
        text: str,
        *,
        exact: bool,
        field: TextField | None,
        clause: Callable[[str, TextField | None], Json],
        issued: Json | None = None,
    ) -> Json:
        others: list[Json] = []
        for other in self.alternatives(text, exact):
            if len(other) > self.left:
                continue
            self.left -= len(other)
            # Only as it stands: pairs of 发展和改革委员会 would find whatever develops or reforms.
            others += [{"constant_score": {"filter": phrase(other, name, 1), "boost": OTHER_NAME * boost}} for name, boost in fields(field)]
        if issued:
            others.append({"constant_score": {"filter": issued, "boost": OTHER_NAME}})
        # Last, as what its parts are called otherwise must not use up what the whole may be widened by.
        typed = clause(text, field)
        # dis_max: an item that says a thing in two ways says it no more than one that says it once.
        return {"dis_max": {"queries": [typed, *others]}} if others else typed


def _as_phrases(node: Node) -> Node:
    match node:
        case Word():
            return Phrase(node.text, node.start, node.end, node.field)
        case And() | Or():
            return type(node)(tuple(map(_as_phrases, node.nodes)))
        case Not():
            return Not(_as_phrases(node.node))
        case _:
            return node


def together(node: And) -> list[Json]:
    """What lifts a hit: several words standing right behind each other, as in `GB/T 32151.1`."""
    words = [one for one in node.nodes if isinstance(one, Word) and one.field is None]
    return [exactly("".join(one.text for one in words), None)] if len(words) > 1 else []


def word(text: str, field: TextField | None = None, apart: Sequence[Json] = ()) -> Json:
    """A word that is not quoted, in one field or in both: by what it is found, and apart from that how well it fits.

    It is found as it stands, or where each of the clauses `apart` holds.
    """
    phrases = [phrase(text, name, boost) for name, boost in fields(field)]
    printed = as_printed(text) if field is None else []
    if not paired(text):
        return any_of([*phrases, *printed])
    pairs: Json = {"query": text, "fields": [f"{name}^{boost:g}" for name, boost in fields(field)]}
    pieces: list[Json] = [{"bool": {"must": list(apart)}}] if apart else []
    more = beside(text) if field != "title" else []
    return {"bool": {"filter": [any_of([*phrases, *pieces, *printed])], "should": [*phrases, {"combined_fields": pairs}, *more]}}


def beside(text: str) -> list[Json]:
    """What ranks beside the pairs of a text."""
    said = {"lead": text, "words": words(text), "body.chars": text}
    more: list[Json] = [{"match": {name: said[name]}} for name in BESIDE]
    # Else what ranks beside the pairs would be of bodies alone, and a title count for less than it should.
    more.append({"match": {"title.chars": {"query": text, "boost": TITLE_BOOST}}})
    if numbers := " ".join(latin(text)):
        more.append({"match": {"body": {"query": numbers, "boost": NUMBERS_BOOST}}})
    return more


def exactly(text: str, field: TextField | None = None) -> Json:
    """A phrase, in one field or in both."""
    return any_of([*(phrase(text, name, boost) for name, boost in fields(field)), *(as_printed(text) if field is None else ())])


def as_printed(text: str) -> list[Json]:
    """The text in a line that an item prints otherwise than its title and body say it: it finds, and ranks nothing."""
    return [{"match_phrase": {"printed": {"query": text, "boost": 0}}}]


def phrase(text: str, field: TextField, boost: float) -> Json:
    """The text's characters in this order with nothing between them but white space."""
    return {"match_phrase": {f"{field}.chars": {"query": text, "boost": boost}}}


def near(node: Near, field: TextField, boost: float) -> Json:
    """The parts in any order, at most `distance` other characters between them."""
    parts = [{"match": {"query": part, "ordered": True, "max_gaps": 0}} for part in node.parts]
    return {"intervals": {f"{field}.chars": {"all_of": {"intervals": parts, "max_gaps": node.distance}, "boost": boost}}}


def fields(field: TextField | None) -> list[tuple[TextField, float]]:
    """The fields to look in, with what a match there counts."""
    return [(field, BOOSTS[field])] if field else list(BOOSTS.items())


def any_of(clauses: Iterable[Json]) -> Json:
    """Any of the clauses; several add up."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}
