"""The baseline of known-item search: a headline's pairs of characters against those of the bodies, ranked by BM25. Pure."""

from typing import Any

Json = dict[str, Any]

SETTINGS: Json = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "refresh_interval": "-1",
    "analysis": {"analyzer": {"bigrams": {"type": "custom", "tokenizer": "standard", "filter": ["cjk_width", "lowercase", "cjk_bigram"]}}},
}

MAPPING: Json = {"dynamic": "strict", "properties": {"item_id": {"type": "keyword"}, "body": {"type": "text", "analyzer": "bigrams"}}}


def document(item: str, body: str) -> Json:
    """Return what is indexed of a body."""
    return {"item_id": item, "body": body}


def query(headline: str) -> Json:
    """Return the query for any of the headline's pairs."""
    return {"match": {"body": headline}}
