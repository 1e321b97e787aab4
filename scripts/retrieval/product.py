"""The product itself as one more row: its documents, its mapping, its clauses. Pure."""

from datetime import date
from typing import Any

from services.index import mapping
from services.index.document import documents
from services.search.errors import SearchError
from services.search.query.clauses import Clauses
from services.search.query.language.nodes import Word
from services.search.query.language.read import read
from services.search.query.query import Question, matching, relaxed
from services.search.query.request import SearchRequest

Json = dict[str, Any]

TODAY = date(2026, 1, 1)
"""What 上周 would count from; no headline is meant so."""


NOTHING: Json = {"match_none": {}}


def settings() -> Json:
    """As the indexer makes its index, but refreshed once all is in it."""
    made: Json = mapping.settings("items", shards=1, replicas=0)
    return {"index": made["index"] | {"refresh_interval": "-1"}}


def document(item: str, body: str) -> Json:
    """The document of an item that has a body and nothing else."""
    story = {"item_id": item, "ordinal": 1, "title": None, "headline": "", "body": body}
    digest = {"digest_id": "0" * 32, "source": "known-items", "received_at": "2026-01-01T00:00:00Z", "revision": 1, "build": 1, "items": [story]}
    return documents(digest).items[item]


def one_word(headline: str) -> Json:
    """The headline as a single unquoted word."""
    return Clauses().of(Word(headline, 0, len(headline)))


def typed(headline: str) -> Json:
    """The headline as somebody pastes it into the search box; one that is refused finds nothing."""
    asked = _asked(headline)
    return matching(asked) if asked else NOTHING


def typed_again(headline: str, strict: int) -> Json | None:
    """What is asked where that finds `strict` hits; None where it is not asked again."""
    asked = _asked(headline)
    again = relaxed(asked, strict) if asked else None
    return matching(again) if again and again.relaxed_text else None


def _asked(headline: str) -> Question | None:
    try:
        return Question(SearchRequest.model_validate({"q": headline}), read(headline, today=TODAY))
    except SearchError:
        return None
