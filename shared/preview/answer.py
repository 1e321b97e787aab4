"""The answer of `POST /v1/preview`: a digest as it would be published, and whether it was fed before; and its pieces in reading order. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pydantic import Field

from shared.records import DigestId, EnrichedDigest, Item, MediaType, Other, Record, SourceId, read_record


class Elsewhere(Record):
    """Another digest that has the same content."""

    digest_id: DigestId
    source: SourceId


class Preview(Record):
    """What would become of a digest; nothing of it is kept."""

    digest_id: DigestId = Field(description="That it would have")
    source: SourceId
    media_type: MediaType = Field(description="As decided by what was declared, the file's name and its content")
    charset: str | None = Field(default=None, description="Of a text, by Python's codec name")
    duplicate_of: DigestId | None = Field(default=None, description="The digest that was fed before, where nothing new would be published")
    replaces: DigestId | None = Field(default=None, description="The digest that this would become a revision of")
    same_content: tuple[Elsewhere, ...] = Field(
        default=(),
        description="Other digests of this content, of sources that the key may feed",
    )
    digest: EnrichedDigest = Field(description="As search would read it")


def read_preview(value: bytes) -> Preview:
    """Return the preview in an answer of ingest, unknown fields dropped; raises Rejected if it is none."""
    return read_record(Preview, value)


@dataclass(frozen=True)
class Piece:
    """An item, or text outside items."""

    item: Item | None = None
    other: Other | None = None


def in_order(digest: EnrichedDigest) -> Iterator[Piece]:
    """The digest's items and its other text as they follow each other."""
    behind = {after: list(others) for after, others in groupby(sorted(digest.others, key=lambda one: one.after), key=lambda one: one.after)}
    yield from (Piece(other=other) for other in behind.pop(0, ()))
    for item in digest.items:
        yield Piece(item=item)
        yield from (Piece(other=other) for other in behind.pop(item.ordinal, ()))
    yield from (Piece(other=other) for others in behind.values() for other in others)
