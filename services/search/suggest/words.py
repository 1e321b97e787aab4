"""The newest titles → their words, which a mistyped query may have meant. Pure."""

from collections.abc import Mapping
from typing import Any

import rjieba

from shared.text.folding import fold

Json = dict[str, Any]

TITLES = 3_000
"""Titles read, the newest: some weeks of digests, 60 ms of cutting into words."""


def words() -> Json:
    """The search for them."""
    return {
        "size": TITLES,
        "_source": ["title"],
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"exists": {"field": "title"}}]}},
        "sort": [{"published_on": {"order": "desc", "missing": "_last"}}],
    }


def recent(answer: Mapping[str, Any]) -> list[str]:
    """The words of two characters and more, each once."""
    titles = "\n".join(fold(hit["_source"]["title"]) for hit in answer["hits"]["hits"] if hit["_source"].get("title"))
    return [word for word in dict.fromkeys(rjieba.cut(titles)) if len(word) > 1 and word.isalnum() and not word.isdecimal()]
