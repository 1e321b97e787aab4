"""A term → the search for items' titles that hold or spell it; the answer → titles, those that begin with it first. Pure."""

from collections.abc import Mapping
from typing import Any

from services.search.suggest.names import EXACT, PREFIX, WITHIN, Found, Name
from services.search.suggest.names import SPELT as SPELT_RANK
from services.search.suggest.term import Term
from shared.text.folding import fold
from shared.text.title_keys import SPELT

Json = dict[str, Any]

READ = 30
"""Titles read, the newest: enough to have some that begin with the term."""
LONGEST = 200
"""Characters of a title that are suggested: a longer one is a paragraph."""


def body(term: Term) -> Json | None:
    """The search; None for a term that says too little: one letter."""
    clauses: list[Json] = []
    if len(term.letters) > 1:
        clauses.append({"prefix": {"title_keys": {"value": term.letters[:SPELT]}}})
    if len(term.text) > 1 or not term.text.isascii():
        clauses.append({"match_phrase": {"title.chars": term.text}})
    if not term.text or not clauses:
        return None
    return {
        "size": READ,
        "_source": ["item_id", "title"],
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"bool": {"should": clauses, "minimum_should_match": 1}}]}},
        # By this alone: Elasticsearch then leaves out what is older than the newest it has.
        "sort": [{"published_on": {"order": "desc", "missing": "_last"}}],
    }


def read(answer: Mapping[str, Any], term: Term) -> list[Found]:
    """The titles, each once."""
    found: dict[str, Found] = {}
    for hit in answer["hits"]["hits"]:
        title = hit["_source"].get("title")
        if not title or len(title) > LONGEST or title in found:
            continue
        name = Name("title", hit["_source"]["item_id"], title, 1)
        found[title] = Found(name, _rank(title, term), title)
    return sorted(found.values(), key=lambda one: one.rank)


def _rank(title: str, term: Term) -> int:
    folded = fold(title)
    if folded == term.text:
        return EXACT
    if folded.startswith(term.text):
        return PREFIX
    span = term.span(title)
    return SPELT_RANK if span and span[0] == 0 else WITHIN
