"""One thing that happened to a digest ↔ its document in the ledger's index. Pure.

An event is made of one record in Kafka, and its id is that record's place and time: written twice, it is there once, and
records of a topic that was made anew stand beside those of the old one.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, ValidationError

from shared.errors import Rejected
from shared.records import Record

Kind = Literal["received", "released", "withdrawn", "enriched", "quarantined", "taken_out", "dead"]
"""`taken_out`: enrich passed a withdrawal on"""

Stage = Literal["ingest", "enrich", "index"]
"""Who wrote the record; for a dead letter who gave up"""


class Event(Record):
    """What one record says."""

    digest_id: str
    kind: Kind
    stage: Stage
    at: datetime = Field(description="The record's time in Kafka, UTC")
    topic: str
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    revision: int | None = None
    version: int | None = Field(default=None, description="Of an enriched record; None for others")
    source: str | None = None
    by: str | None = Field(default=None, description="Name of the API key that fed or took back")
    size: int = Field(default=0, ge=0, description="Bytes of the record's value")
    items: int | None = None
    warnings: int | None = None
    error: str | None = Field(default=None, description="Of a dead letter: one word to group by")
    message: str | None = None
    letter: str | None = Field(default=None, description="partition/offset of the letter that was sent again as this")
    attempt: int | None = Field(default=None, description="Which try it is that was sent again, from 1")

    @property
    def id(self) -> str:
        """The document's."""
        return f"{self.topic}-{self.partition}-{self.offset}-{round(self.at.timestamp() * 1000)}"

    def to_document(self) -> dict[str, Any]:
        """What Elasticsearch takes: without what is None."""
        return self.model_dump(mode="json", exclude_none=True)


def from_document(document: dict[str, Any]) -> Event:
    """Read one back, dropping fields that a newer version added; raises Rejected (`unknown_form`)."""
    try:
        return Event.model_validate({name: value for name, value in document.items() if name in Event.model_fields})
    except ValidationError as error:
        raise Rejected("unknown_form", "not an event of the ledger") from error


_KEYWORD, _LONG, _INTEGER = {"type": "keyword"}, {"type": "long"}, {"type": "integer"}

MAPPING: dict[str, Any] = {
    "dynamic": False,  # a newer monitor's fields are kept, and found by nobody
    "properties": {
        "digest_id": _KEYWORD,
        "kind": _KEYWORD,
        "stage": _KEYWORD,
        "at": {"type": "date"},
        "topic": _KEYWORD,
        "partition": _INTEGER,
        "offset": _LONG,
        "revision": _LONG,
        "version": _LONG,
        "source": _KEYWORD,
        "by": _KEYWORD,
        "size": _LONG,
        "items": _INTEGER,
        "warnings": _INTEGER,
        "error": _KEYWORD,
        "message": {"type": "keyword", "index": False, "doc_values": False},
        "letter": _KEYWORD,
        "attempt": _INTEGER,
    },
}
"""Of the ledger's index; some 150 bytes an event on disk."""
