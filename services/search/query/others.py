"""A question → the body of the search for digests whose other text, outside their items, says what is asked
for; None where none can. Pure.

Words are looked for as they stand and under their strict variants alone: what is there besides items is short
and of every kind, so that words taken apart and synonyms would bring more noise than finds. All words must
stand in one digest's others. Source and days hold as they do for items; what only items have (other facets,
targets, a story, `title:` and `body:`) can't be asked of a digest, so others are left out of such a search.
"""

from itertools import islice
from typing import Any

from services.search.query import days
from services.search.query.clauses import any_of
from services.search.query.facets import condition
from services.search.query.language.nodes import And, Dates, Filter, Near, Node, Not, Or, Phrase, Target, Wildcard, Word
from services.search.query.query import Question, published
from services.search.query.wildcard_query import spans

Json = dict[str, Any]

FIELD = "others.text"
SOURCE = ("digest_id", "title", "url", "source", "published_on", "published_on_basis", "received_at", "others")

MAX_VARIANTS = 20
"""Ways to write one word: each is a phrase of its own; real ones have two or three."""

_NEWEST: list[Json] = [{"published_on": {"order": "desc", "missing": "_last"}}, {"digest_id": "asc"}]
_OLDEST: list[Json] = [{"published_on": {"order": "asc", "missing": "_last"}}, {"digest_id": "asc"}]


def search(question: Question) -> Json | None:
    """The body of the search, newest digests first unless the question is for the oldest; None where
    digests can't have what is asked for."""
    request, node = question.request, question.query.node
    items_only = {*request.filters, *request.excluded} - {"source"} or request.target or request.story
    if not request.others or items_only or node is None or not (_sayable(node) and _says(node)):
        return None
    sources = [condition("source", request.filters["source"])] if "source" in request.filters else []
    left_out = [condition("source", request.excluded["source"])] if "source" in request.excluded else []
    return {
        # As a filter: the newest are shown first, so nothing needs a score.
        "query": {"bool": {"filter": [_clause(node, question), *published(request), *sources], "must_not": left_out}},
        "size": request.others,
        "sort": _OLDEST if request.sort == "date_asc" else _NEWEST,
        "track_total_hits": True,
        "_source": list(SOURCE),
    }


def literal(node: Node) -> Node:
    """The tree as it is looked for in others: every word a phrase; for what is marked of a hit."""
    match node:
        case Word():
            return Phrase(node.text, node.start, node.end)
        case And() | Or():
            return type(node)(tuple(map(literal, node.nodes)))
        case _:
            return node


def _sayable(node: Node) -> bool:
    """Whether a digest can be asked for it."""
    match node:
        case Word() | Phrase() | Near() | Wildcard():
            return node.field is None
        case Filter():
            return node.facet == "source"
        case Target():
            return False
        case Not():
            return _sayable(node.node)
        case And() | Or():
            return all(map(_sayable, node.nodes))
        case Dates():
            return True


def _says(node: Node) -> bool:
    """Whether whatever it finds says something of it: who asks for a source or for what is not said gets
    no list of all digests."""
    match node:
        case Word() | Phrase() | Near() | Wildcard():
            return True
        case And():
            return any(map(_says, node.nodes))
        case Or():
            return all(map(_says, node.nodes))
        case _:
            return False


def _clause(node: Node, question: Question) -> Json:
    match node:
        case Word() | Phrase():
            said = [node.text, *islice(question.alternatives(node.text, True), MAX_VARIANTS)]
            return any_of({"match_phrase": {FIELD: {"query": text}}} for text in said)
        case Near():
            parts = [{"match": {"query": part, "ordered": True, "max_gaps": 0}} for part in node.parts]
            return {"intervals": {FIELD: {"all_of": {"intervals": parts, "max_gaps": node.distance}}}}
        case Wildcard():
            return spans(node.pattern, FIELD, 1)
        case Filter():
            return condition(node.facet, [node.value])
        case Dates():
            return days.of(node)
        case Not():
            return {"bool": {"must_not": [_clause(node.node, question)]}}
        case Or():
            return any_of(_clause(one, question) for one in node.nodes)
        case And():
            return {"bool": {"must": [_clause(one, question) for one in node.nodes]}}
        case Target():
            raise ValueError("a digest has no targets")  # search asked _sayable first
