"""What is tried, step by step: the fields that each needs, and a headline → Elasticsearch's query. Pure.

Each step stands for itself: its index has just its fields, so that what it costs can be read beside what it brings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.text.segmented import lead, words

Json = dict[str, Any]

PLAIN = {"type": "BM25", "k1": 1.2, "b": 0.75}
"""Lucene's default."""

FLAT = {"type": "BM25", "k1": 0.6, "b": 0.75}
"""A term that comes again counts less: in news of some lines it is repeated by the way of writing, not because the item is more about it."""

ANALYSIS: Json = {
    "analyzer": {
        "bigrams": {"type": "custom", "tokenizer": "standard", "filter": ["cjk_width", "lowercase", "cjk_bigram"]},
        "characters": {"type": "custom", "tokenizer": "standard", "filter": ["cjk_width", "lowercase"]},
    }
}


def _text(analyzer: str) -> Json:
    return {"type": "text", "analyzer": analyzer, "index_options": "freqs"}


FIELDS: Json = {
    # With positions, as the product needs them.
    "body": {"type": "text", "analyzer": "bigrams"},
    "characters": {"type": "text", "analyzer": "characters"},
    "lead": _text("bigrams"),
    "words": _text("whitespace"),
}

MADE: dict[str, Callable[[str], str]] = {"body": str, "characters": str, "lead": lead, "words": words}
"""A body → a field's value."""


@dataclass(frozen=True)
class Step:
    """One row of the table."""

    name: str
    weights: dict[str, float]
    """What a match in each field counts"""
    similarity: Json
    phrases: float = 0
    """What a word of the query counts that stands as a phrase"""
    enough: str | None = None
    """minimum_should_match of the pairs"""

    @property
    def mapping(self) -> Json:
        """Of just the fields that are asked."""
        return {"dynamic": "strict", "properties": {"item_id": {"type": "keyword"}} | {name: FIELDS[name] for name in self.weights}}

    @property
    def settings(self) -> Json:
        """Of its index."""
        return {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "analysis": ANALYSIS,
            "similarity": {"default": self.similarity},
        }

    def document(self, item: str, body: str) -> Json:
        """What is indexed of a body."""
        return {"item_id": item} | {name: MADE[name](body) for name in self.weights}

    def query(self, headline: str) -> Json:
        """Any of the terms of any field; scores add up."""
        asked: list[Json] = []
        for field, weight in self.weights.items():
            match: Json = {"query": words(headline) if field == "words" else headline, "boost": weight}
            if field == "body" and self.enough:
                match["minimum_should_match"] = self.enough
            asked.append({"match": {field: match}})
        if self.enough:
            return {"bool": {"must": asked[:1], "should": asked[1:]}}
        if self.phrases:
            longer = dict.fromkeys(word for word in words(headline).split() if len(word) > 2)
            asked += [{"match_phrase": {"body": {"query": word, "boost": self.phrases}}} for word in longer]
        return {"bool": {"should": asked}}


_ALL = {"body": 1.0, "lead": 0.5, "words": 0.5, "characters": 0.5}

FLOOR = "pairs of characters"

STEPS = (
    Step("single characters", {"characters": 1}, PLAIN),
    Step(FLOOR, {"body": 1}, PLAIN),
    Step("pairs, k1 0.6", {"body": 1}, FLAT),
    Step("pairs + lead", {"body": 1, "lead": 0.5}, PLAIN),
    Step("pairs + words", {"body": 1, "words": 0.5}, PLAIN),
    Step("pairs + characters", {"body": 1, "characters": 0.5}, PLAIN),
    Step("pairs + phrases of words", {"body": 1}, PLAIN, phrases=0.5),
    Step("pairs, 30 % of them required", {"body": 1}, PLAIN, enough="30%"),
    Step("pairs, 70 % of them required", {"body": 1}, PLAIN, enough="70%"),
    Step("pairs + lead + words", {"body": 1, "lead": 0.5, "words": 0.5}, PLAIN),
    Step("pairs + lead + words, k1 0.6", {"body": 1, "lead": 0.5, "words": 0.5}, FLAT),
    Step("pairs + lead + characters, k1 0.6", {"body": 1, "lead": 0.5, "characters": 0.5}, FLAT),
    Step("all four, k1 0.6", _ALL, FLAT),
    Step("all four, k1 0.6, phrases of words", _ALL, FLAT, phrases=0.5),
)
