"""What changes how a source's digests are enriched ↔ its record in `sources.v1`: examples, taxonomy, region, links. Pure.

The key is the source's id, the value a Source as JSON. The newest record of a key is all that is known, so the topic is compacted. A source
that was forgotten keeps a record without examples, as its knowledge number only ever rises: it is part of the version of what enrich says. Of two
records with one number, which two people wrote at once, the first holds, and the second person's change is written again with the next.
"""

import base64
import zlib
from datetime import datetime

from pydantic import Field, ValidationError

from shared.errors import Rejected
from shared.ids import KNOWLEDGE_PER_BUILD
from shared.records import MAX_DIGEST_BYTES, MediaType, Record, SourceId

MOST_EXAMPLES = 4
"""Of a source, the newest ones: a layout that nobody prints any more is to be outweighed some day, and each costs time for every digest."""

ROOM = 64 * 1024
"""Bytes of a record that are not its value."""


class RightItem(Record):
    """An item as a person says that it is."""

    title: str | None = None
    section: str | None = None
    starts: str | None = Field(default=None, description="The first characters of its text; None where it has none")
    ends: str | None = Field(default=None, description="The last characters of its text")
    body: str | None = Field(default=None, description="The whole text, where it was given")


class Example(Record):
    """A corrected issue: what is learned from."""

    media_type: MediaType
    charset: str | None = None
    packed: str = Field(description="The bytes as received, deflated, in Base64")
    sha256: str = Field(description="Of the bytes as received, hex")
    items: tuple[RightItem, ...]
    taught_at: datetime = Field(description="UTC")
    by: str = Field(description="Who corrected it: user@host, or the name of a key")
    name: str | None = Field(default=None, description="Of the file, for people")

    @property
    def content(self) -> bytes:
        """The bytes as received; raises Rejected where they can't be made out."""
        try:
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(base64.b64decode(self.packed, validate=True), MAX_DIGEST_BYTES)
        except (ValueError, zlib.error) as error:
            raise Rejected("unknown_form", "the example's bytes can't be unpacked") from error
        if not unpacking.eof:
            raise Rejected("too_large", "the example is larger than a digest may be")
        return content


class Source(Record):
    """What is known of a source."""

    source: SourceId
    knowledge: int = Field(ge=1, lt=KNOWLEDGE_PER_BUILD, description="Rises with every change")
    examples: tuple[Example, ...] = Field(default=(), description="The newest first")
    profile: SourceId | None = Field(default=None, description="The source that the examples are of, where not its own")
    taxonomy: str | None = Field(default=None, description="Name of the taxonomy; None: the one that fits")
    region: str | None = Field(default=None, description="GB/T 2260 code of what its items are about where they name no region")
    base_url: str | None = Field(default=None, description="What relative links belong to")


def packed(content: bytes) -> str:
    """Bytes as an Example holds them."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def read(value: bytes | None) -> Source:
    """Read a record back, dropping fields that a newer version added; raises Rejected (`unknown_form`)."""
    try:
        return Source.model_validate_json(value or b"", extra="ignore")
    except ValidationError as error:
        raise Rejected("unknown_form", "not a record of what is known of a source") from error


def taught(known: Source | None, source: str, example: Example, *, most_bytes: int) -> Source:
    """What is known once `example` was added; an example of the same bytes is replaced, and the oldest make room.

    Raises Rejected where the numbers are used up (`knowledge_full`), or the example alone is more than a record of `most_bytes` holds (`too_large`).
    """
    older = [one for one in (known.examples if known else ()) if one.sha256 != example.sha256]
    for kept in range(MOST_EXAMPLES - 1, -1, -1):
        found = _next(known, source, (example, *older[:kept]))
        if len(found.to_json()) <= most_bytes - ROOM:
            return found
    raise Rejected("too_large", f"the example with its items is more than what is known of a source may take ({most_bytes // 2**20} MiB)")


def forgotten(known: Source) -> Source:
    """The source without examples; raises Rejected as `taught`."""
    return _next(known, known.source, ())


def said(
    known: Source | None,
    source: str,
    *,
    taxonomy: str | None,
    region: str | None,
    base_url: str | None,
    profile: Source | None,
) -> Source | None:
    """What is known once people said this of the source, with the examples of `profile` where that is given.

    None where that changes nothing. Raises Rejected (`knowledge_full`).
    """
    before = known or Source(source=source, knowledge=1)
    if profile is not None:
        examples, of = profile.examples, profile.source
    else:  # examples of another source leave with the profile; its own stay
        examples, of = (() if before.profile else before.examples), None
    facts = {"taxonomy": taxonomy, "region": region, "base_url": base_url, "profile": of}
    if before.model_copy(update={"examples": examples, **facts}) == before:
        return None
    return _next(known, source, examples, **facts)


def _next(known: Source | None, source: str, examples: tuple[Example, ...], **facts: str | None) -> Source:
    """The source under its next number; facts that are not given stay."""
    number = known.knowledge + 1 if known else 1
    if number >= KNOWLEDGE_PER_BUILD:
        raise Rejected(
            "knowledge_full",
            f"{source} was taught {KNOWLEDGE_PER_BUILD - 1} times, which is as often as versions can tell",
        )
    kept = known.model_dump(include={"profile", "taxonomy", "region", "base_url"}) if known else {}
    try:
        return Source(source=source, knowledge=number, examples=examples, **(kept | facts))
    except ValidationError:
        raise Rejected("bad_source", f"{source} is no source id: one word of letters, digits, . _ and -") from None
