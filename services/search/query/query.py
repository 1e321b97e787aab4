"""A request that was read → the bodies of Elasticsearch searches: its hits, its counts. Pure.

Hits and counts are asked for apart: counts need no scores, and a facet's own filter must not narrow its counts (services.search.query.facets),
while hits are quickest when every filter is one of the query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.search.models.search import Sort
from services.search.query import days, relax
from services.search.query import targets as target_filter
from services.search.query.clauses import Alternatives, Clauses, no_alternatives
from services.search.query.facets import aggregations
from services.search.query.facets import conditions as facet_conditions
from services.search.query.language.nodes import And, Near, Node, Or, Phrase, Query, Target, Wildcard, Word
from services.search.query.parts import Names
from services.search.query.request import SearchRequest
from services.search.stories.bodies import of_story

Json = dict[str, Any]

SOURCE = (
    "item_id", "digest_id", "ordinal", "number", "title", "headline", "section", "section_path", "source", "digest_title", "digest_url",
    "published_on", "published_on_basis", "received_at", "doc_type", "level", "topics", "region_labels",
    "about_region_labels", "body", "printed", "context",
)  # fmt: skip
"""What a hit shows, and the body that its fragments are cut from; entities are read with the item."""

SKETCHED = 3_000
"""Keys up to which their count is as good as exact; Elasticsearch's default, 24 KB."""

# Ends in item_id, which is unique: with an order that leaves nothing open, pages neither repeat nor skip a hit.
_NEWEST: list[Json] = [
    {"published_on": {"order": "desc", "missing": "_last"}},
    {"received_at": {"order": "desc", "missing": "_last"}},
]
# Items of one day stay with their digest, in its order.
_AS_PRINTED: list[Json] = [{"digest_id": "asc"}, {"ordinal": "asc"}, {"item_id": "asc"}]
ORDERS: dict[Sort, list[Json]] = {
    "relevance": [{"_score": "desc"}, {"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}],
    "date": [*_NEWEST, *_AS_PRINTED],
    "date_asc": [{"published_on": {"order": "asc", "missing": "_last"}}, {"received_at": {"order": "asc", "missing": "_last"}}, *_AS_PRINTED],
}


@dataclass(frozen=True)
class Question:
    """A request with its words read."""

    request: SearchRequest
    query: Query
    alternatives: Alternatives = no_alternatives
    fingerprint: str = ""
    """Of the request as it was asked: see SearchRequest.fingerprint"""
    names: Names = frozenset()
    """Its words that the index knows as names: see services.search.query.in_index"""
    relaxed_text: str | None = None
    """The text that is asked for in relaxed form: see services.search.query.relax"""
    strict: int = 0
    """Where it is, how many are found strictly"""
    found: tuple[str, ...] = ()
    """These, by their item ids; empty where they are not known"""

    @property
    def scored(self) -> bool:
        """Whether there is anything that one hit can fit better than another."""
        return self.query.node is not None and _scored(self.query.node)

    @property
    def order(self) -> Sort:
        """How hits are ordered: without words there is no relevance."""
        wanted: Sort = self.request.sort or "relevance"
        return "date" if wanted == "relevance" and not self.scored else wanted

    @property
    def targets(self) -> list[Target]:
        """The targets that hits must have."""
        return [*self.request.targets, *(_targets(self.query.node) if self.query.node else ())]


def _scored(node: Node) -> bool:
    match node:
        case Word() | Phrase() | Near() | Wildcard():
            return True
        case And() | Or():
            return any(_scored(one) for one in node.nodes)
        case _:
            return False


def _targets(node: Node) -> list[Target]:
    """Those that hold for every hit, so not within an OR or a NOT."""
    match node:
        case Target():
            return [node]
        case And():
            return [target for one in node.nodes for target in _targets(one)]
        case _:
            return []


def hits(question: Question, *, pit_id: str, keep_alive: str, size: int, after: Sequence[Any] | None = None) -> Json:
    """The body of the search for `size` hits behind the place `after`."""
    place: Json = {} if after is None else {"search_after": after}
    return {**_search(question, pit_id, keep_alive), "size": size, "_source": list(SOURCE), **place}


def folding(question: Question, *, pit_id: str, keep_alive: str) -> Json:
    """What all searches for the stories of one page have in common: see services.search.stories.searches."""
    return _search(question, pit_id, keep_alive)


def wordings(question: Question) -> Json:
    """The body of the search that tells how many different texts the hits have: by a sketch, exact to some 1 % (and below some thousands exactly)."""
    return {
        "query": {"bool": {"filter": [narrowed(replace(question, found=()))]}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            "keys": {"cardinality": {"field": "story_key", "precision_threshold": SKETCHED}},
            "alone": {"missing": {"field": "story_key"}},
        },
    }


def _search(question: Question, pit_id: str, keep_alive: str) -> Json:
    order = question.order
    return {
        "pit": {"id": pit_id, "keep_alive": keep_alive},
        "query": narrowed(question),
        "sort": sorting(question),
        # Scores are shown, also when they don't decide the order.
        "track_scores": order != "relevance" and question.scored,
        "track_total_hits": True,
    }


def sorting(question: Question) -> list[Json]:
    """The order of the hits. Raises Invalid for one by target where no target has a number."""
    order = question.order
    if order in ("target", "target_asc"):
        return target_filter.order(question.targets, ascending=order == "target_asc")
    return ORDERS[order]


def counts(question: Question) -> Json:
    """The body of the search for the total and the facets that were asked for; the same for the same question, so that it can be cached."""
    request = question.request
    before, after = facet_conditions(request.filters, request.excluded, request.wanted)
    body: Json = {
        # As a filter: who counts needs no scores. By the words, as a later page asks for the same counts and knows no ids.
        "query": {"bool": {"filter": [matching(replace(question, found=())), *conditions(question), *before]}},
        "size": 0,
        "track_total_hits": True,
        "aggs": aggregations(request.filters, request.excluded, request.wanted),
    }
    return body | {"post_filter": {"bool": {"filter": after}}} if after else body


def matching(question: Question) -> Json:
    """What the words ask for."""
    if question.query.node is None:
        return {"match_all": {}}
    if question.relaxed_text and len(question.found) == question.strict:
        # Not by their words once more: to look for all parts of a headline takes a fifth of what the search takes.
        return relax.clause(question.relaxed_text, question.strict, {"terms": {"item_id": list(question.found)}})
    found = Clauses(question.alternatives, synonyms=question.request.synonyms, names=question.names).of(question.query.node)
    return relax.clause(question.relaxed_text, question.strict, found) if question.relaxed_text else found


def may_be_relaxed(question: Question) -> bool:
    """Whether it is a text that is asked for by relevance: the newest of what is merely like it help nobody."""
    return question.request.relax and question.order == "relevance" and relax.text(question.query.node, 0, question.names) is not None


def strict_hits(question: Question) -> Json:
    """The body of the search that tells how many hits there are, as far as that matters, and which: Elasticsearch
    stops counting there."""
    return {
        "query": {"bool": {"filter": [narrowed(question)]}},
        "size": relax.BELOW,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["item_id"],
        "track_total_hits": relax.BELOW,
    }


def relaxed_by(question: Question, answer: Json) -> Question:
    """The same question, asked in relaxed form where the answer to that search has too few hits for it."""
    found = tuple(hit["fields"]["item_id"][0] for hit in answer["hits"]["hits"])
    return replace(relaxed(question, answer["hits"]["total"]["value"]), found=found)


def relaxed(question: Question, strict: int) -> Question:
    """The same question, asked in relaxed form where `strict` hits are too few for it."""
    said = relax.text(question.query.node, strict, question.names) if question.request.relax and question.order == "relevance" else None
    return replace(question, relaxed_text=said, strict=strict) if said else question


def conditions(question: Question) -> list[Json]:
    """What all hits must be and no facet is about: days, targets, and the story that is opened."""
    request = question.request
    targets = [target_filter.condition(target, f"parameter {number}") for number, target in enumerate(request.targets)]
    told = [of_story(request.story)] if request.story else []
    return [*published(request), *targets, *told]


def published(request: SearchRequest) -> list[Json]:
    """When it was published, where that is asked for."""
    asked = [days.between(request.date_from, request.date_to)] if request.date_from or request.date_to else []
    return [*asked, days.unknown()] if request.undated else asked


def narrowed(question: Question) -> Json:
    """Words and all filters."""
    request = question.request
    # None is counted here, so all of them belong into the query.
    chosen, _ = facet_conditions(request.filters, request.excluded, ())
    return {"bool": {"must": [matching(question)], "filter": [*conditions(question), *chosen]}}
