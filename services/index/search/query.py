"""SearchRequest → the body of an Elasticsearch search. Pure.

A word counts as found where it stands as a phrase of single characters, or where most of its pairs of characters stand:

    零碳工厂   phrase 零·碳·工·厂 in title.chars or body.chars   — also over punctuation, digits, Latin, line ends
               or two of the pairs 零碳 碳工 工厂 in title and body — so that 零碳园区、工厂 is found too, further down

Both add to the score, so what stands together ranks before what is scattered. All words are required. Quoted phrases are phrases only.
"""

from dataclasses import dataclass
from typing import Any

from services.index.search.facets import aggregations, condition
from services.index.search.request import SearchRequest
from services.index.search.words import Words, paired, parse

Json = dict[str, Any]

TITLE_BOOST = 3
"""A word in the title says what an item is about. Three is the field's usual figure (`title^3`); to be measured when there are judged queries."""

ENOUGH_PAIRS = "2<-1 5<70%"
"""Of one or two pairs all, of three to five all but one, of more 70 %: the pairs over a border of words (碳工) say nothing by themselves,
while a single pair of many would flood the list."""

FRAGMENTS = 3
"""Fragments of a body in the list of hits."""

SOURCE = (
    "item_id", "digest_id", "ordinal", "number", "title", "headline", "section", "section_path", "source", "digest_title", "digest_url",
    "published_on", "published_on_basis", "received_at", "doc_type", "level", "topics", "region_labels",
    "about_region_labels",
)  # fmt: skip
"""What a hit shows; bodies and entities are read with the item."""

# Ends in item_id, which is unique: with an order that leaves nothing open, pages neither repeat nor skip a hit.
ORDERS: dict[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, {"published_on": {"order": "desc", "missing": "_last"}}, {"item_id": "asc"}],
    # Items of one day stay with their digest, in its order.
    "date": [
        {"published_on": {"order": "desc", "missing": "_last"}},
        {"received_at": {"order": "desc", "missing": "_last"}},
        {"digest_id": "asc"},
        {"ordinal": "asc"},
        {"item_id": "asc"},
    ],
}


@dataclass(frozen=True)
class Marks:
    """What stands before and after matched characters in Elasticsearch's answer; nobody can write it into a digest, as it is made for each search."""

    start: str
    end: str


def build(request: SearchRequest, *, marks: Marks, pit_id: str, keep_alive: str, after: list[Any] | None = None) -> Json:
    """The body of the search: one hit more than a page holds is asked for, which tells whether there is a next page."""
    words = parse(request.q)
    text = matching(words)
    body: Json = {
        "pit": {"id": pit_id, "keep_alive": keep_alive},
        "query": {"bool": {"must": text, "should": together(words), "filter": _dates(request)}},
        "size": request.size + 1,
        "sort": ORDERS[request.order],
        # Scores are shown, also when they don't decide the order.
        "track_scores": request.order == "date" and bool(words),
        "track_total_hits": True,
        "_source": list(SOURCE),
        "aggs": aggregations(request.filters),
        "highlight": _highlight(text, marks),
    }
    if request.filters:
        # After the counts are taken: see services.index.search.facets.
        body["post_filter"] = {"bool": {"filter": [condition(name, values) for name, values in request.filters.items()]}}
    if after is not None:
        body["search_after"] = after
    return body


def matching(words: Words) -> list[Json]:
    """What must hold for an item to be a hit."""
    return [_word(word) for word in words.words] + [_exactly(phrase) for phrase in words.phrases]


def together(words: Words) -> list[Json]:
    """What lifts a hit: several words standing right behind each other, as in `GB/T 32151.1`."""
    return [_exactly("".join(words.words))] if len(words.words) > 1 else []


def _word(word: str) -> Json:
    clauses = [_phrase(word, "title.chars", TITLE_BOOST), _phrase(word, "body.chars", 1)]
    if paired(word):
        fields = [f"title^{TITLE_BOOST}", "body"]
        clauses.append({"combined_fields": {"query": word, "fields": fields, "minimum_should_match": ENOUGH_PAIRS}})
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _exactly(phrase: str) -> Json:
    return {"bool": {"should": [_phrase(phrase, "title.chars", TITLE_BOOST), _phrase(phrase, "body.chars", 1)], "minimum_should_match": 1}}


def _phrase(text: str, field: str, boost: float) -> Json:
    return {"match_phrase": {field: {"query": text, "boost": boost}}}


def _dates(request: SearchRequest) -> list[Json]:
    bounds = {"gte": request.date_from, "lte": request.date_to}
    days = {bound: day.isoformat() for bound, day in bounds.items() if day}
    return [{"range": {"published_on": days}}] if days else []


def _highlight(text: list[Json], marks: Marks) -> Json:
    fragment: Json = {"boundary_scanner": "sentence", "boundary_scanner_locale": "zh-CN"}
    return {
        "type": "unified",
        "pre_tags": [marks.start],
        "post_tags": [marks.end],
        # To the index's own limit, which lies above the longest body; without it a longer one fails the whole search.
        "max_analyzed_offset": -1,
        "highlight_query": {"bool": {"must": text}},
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.chars"]},
            # Asked for in sentences; results cuts what is left too long, as Elasticsearch sees no words in Chinese to cut between.
            "body": {
                **fragment,
                "number_of_fragments": FRAGMENTS,
                "fragment_size": 120,
                "no_match_size": 160,
                "matched_fields": ["body", "body.chars"],
            },
        },
    }
