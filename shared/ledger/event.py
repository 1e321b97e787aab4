"""One thing that happened to a digest ↔ its document in the ledger's index. Pure.

An event is made of one record in Kafka, and its id is that record's place and time: written twice, it is there once, and
records of a topic that was made anew stand beside those of the old one.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, ValidationError

from shared.errors import Rejected
from shared.records import Record

Kind = Literal[
    "received", "released", "withdrawn", "erased", "enriched", "quarantined", "taken_out", "dead", "skipped",
    "retried", "discarded",
]  # fmt: skip
"""`taken_out`: enrich passed a withdrawal on; `skipped`: a dead letter that an operator asked for, as the record was
stuck; `retried` and `discarded`: what an operator did with a dead letter"""

Stage = Literal["ingest", "enrich", "index", "operator"]
"""Who wrote the record; for a dead letter who gave up"""

DIED: tuple[Kind, ...] = ("dead", "skipped")
"""Records of the dead topic"""


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
    url: str | None = Field(default=None, description="As the digest was fed; the digest is found by it")
    external_id: str | None = Field(default=None, description="Likewise")
    title: str | None = Field(default=None, description="As it was fed, or as enrich found it")
    by: str | None = Field(default=None, description="Name of the API key that fed or took back, or the operator")
    size: int = Field(default=0, ge=0, description="Bytes of the record's value")
    items: int | None = None
    item_ids: tuple[str, ...] = Field(default=(), description="Of an enriched record: the digest is found by them, and they are not read back")
    warnings: int | None = None
    error: str | None = Field(default=None, description="Of a dead letter: one word to group by")
    message: str | None = Field(default=None, description="Of a dead letter, or an operator's reason")
    origin: str | None = Field(default=None, description="Of a dead letter: topic/partition/offset of the record that died")
    letter: str | None = Field(
        default=None,
        description="partition/offset of the letter that was sent again as this, or that an operator dealt with",
    )
    attempt: int | None = Field(default=None, description="Which try it is that was sent again, from 1")

    @property
    def id(self) -> str:
        """The document's."""
        return f"{self.topic}-{self.partition}-{self.offset}-{round(self.at.timestamp() * 1000)}"

    @property
    def place(self) -> str:
        """The record's, as a dead letter names it: topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def to_document(self) -> dict[str, Any]:
        """What Elasticsearch takes: without what is None or empty."""
        return self.model_dump(mode="json", exclude_none=True, exclude=None if self.item_ids else {"item_ids"})


def from_document(document: dict[str, Any]) -> Event:
    """Read one back, dropping fields that a newer version added; raises Rejected (`unknown_form`)."""
    try:
        return Event.model_validate({name: value for name, value in document.items() if name in Event.model_fields})
    except ValidationError as error:
        raise Rejected("unknown_form", "not an event of the ledger") from error


FORM = 2
"""Raised with every change that events written before lack: the writer then writes the whole ledger anew from the topics."""

_KEYWORD, _LONG, _INTEGER = {"type": "keyword"}, {"type": "long"}, {"type": "integer"}
_FOUND = {"type": "keyword", "doc_values": False}
_SHOWN = {"type": "keyword", "index": False, "doc_values": False}

MAPPING: dict[str, Any] = {
    "dynamic": False,  # a newer monitor's fields are kept, and found by nobody
    "_meta": {"form": FORM},
    # Fifty ids of 32 characters would be most of a document, and nobody reads them from it.
    "_source": {"excludes": ["item_ids"]},
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
        "url": _FOUND,
        "external_id": _FOUND,
        "title": _SHOWN,
        "by": _KEYWORD,
        "size": _LONG,
        "items": _INTEGER,
        "item_ids": _FOUND,
        "warnings": _INTEGER,
        "error": _KEYWORD,
        "message": _SHOWN,
        "origin": _SHOWN,
        "letter": _KEYWORD,
        "attempt": _INTEGER,
    },
}
"""Of the ledger's index; measured over 4,000 digests, two events of one take 0.4 kB on disk, with 50 items' ids 2.3 kB."""
