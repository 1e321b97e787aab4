"""The headers and bytes of one raw record → its Outcome: the enriched record to send, or why it is a dead letter. Pure.

Whatever `enrich` does, an Outcome comes out: nothing is raised, so that one digest can't stop the stream.
"""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import PurePath

from services.enrich.unclassified import UNKNOWN
from shared import sources
from shared.errors import Rejected
from shared.ids import version
from shared.records import DIGEST_HEADER, EnrichedDigest, Item, RawDigest, read_raw
from shared.sources import Source

KNOWN_HEADER = "source_known"
"""Beside the digest's own header, where something is known of its source: shared.sources.Source as JSON."""

Headers = Sequence[tuple[str, bytes]]
Enrich = Callable[..., EnrichedDigest]
"""`enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest`, raises Rejected; `known: Source` too where something is."""

ROOM_FOR_THE_REST = 64 * 1024
"""Bytes of a record that are not its value: key, header and the batch around it, which Kafka's limit counts too."""

WORD_LENGTH = 4
"""ASCII words of a message that also stand in the digest are cut from this length on; shorter ones say nothing of it."""


@dataclass(frozen=True)
class Facts:
    """What the metrics count of an enriched digest."""

    received_at: datetime
    items: int = 0
    whole: bool = False
    """It could not be split and became one item."""
    share: float | None = None
    """Of its text, how much lies in items."""
    quarantine: str | None = None
    """Why it is held, where it is."""
    warnings: tuple[str, ...] = ()
    """Kinds, one for each warning."""
    entities: Mapping[str, int] = field(default_factory=dict)
    """Mentions by type."""
    unclassified: Mapping[str, int] = field(default_factory=dict)
    """Items without a topic, a document type, a level."""


@dataclass(frozen=True)
class Enriched:
    """A record for the enriched topic."""

    key: bytes
    value: bytes
    version: int
    facts: Facts


@dataclass(frozen=True)
class Dead:
    """Why the record goes to the dead topic: a snake_case kind and plain words without the digest's text."""

    error: str
    message: str
    attempts: int = 1


Outcome = Enriched | Dead


def process(headers: Headers, content: bytes, *, enrich: Enrich, enriched_at: datetime, max_record_bytes: int) -> Outcome:
    """Enrich one raw record; `max_record_bytes` is what the enriched topic takes.

    Kinds of dead letters: `no_header`, `unknown_form` (the header is no RawDigest), whatever kind `enrich` rejects with,
    `too_much_memory`, `enrich_failed` (it raised something else: a fault of ours), `too_large`.
    """
    header = next((data for name, data in headers if name == DIGEST_HEADER), None)
    if header is None:
        return Dead("no_header", f"the record has no header `{DIGEST_HEADER}`: it was not written by ingest")
    try:
        raw = read_raw(header)
    except Rejected as error:
        return Dead(error.kind, error.message)
    try:
        enriched = enrich(raw, content, enriched_at=enriched_at, **_known(headers))
        value = enriched.to_json()
        number = version(enriched.revision, enriched.build, enriched.knowledge)
    except Rejected as error:
        return Dead(error.kind, error.message)
    except MemoryError:
        return Dead("too_much_memory", "it took more memory to enrich than a child process may allocate (ENRICH_CHILD_MEMORY_MB)")
    except Exception as error:  # a fault of ours in one digest must not cost the others; the code says which
        return Dead("enrich_failed", _told(error, raw, content))
    if len(value) > max_record_bytes - ROOM_FOR_THE_REST:
        return Dead("too_large", f"the enriched digest has {len(value)} bytes as JSON, more than the topic takes ({max_record_bytes})")
    return Enriched(enriched.digest_id.encode(), value, number, _facts(enriched))


def _known(headers: Headers) -> dict[str, Source]:
    record = next((data for name, data in headers if name == KNOWN_HEADER), None)
    return {} if record is None else {"known": _source(record)}


@lru_cache(maxsize=32)
def _source(record: bytes) -> Source:
    """The same value for the same record, so that what is learned from it is found again."""
    return sources.read(record)


def _facts(enriched: EnrichedDigest) -> Facts:
    kinds = tuple(warning.kind for warning in enriched.warnings)
    return Facts(
        received_at=enriched.received_at,
        items=len(enriched.items),
        whole="whole_item" in kinds,
        share=enriched.share,
        quarantine=enriched.quarantine.code if enriched.quarantine else None,
        warnings=kinds,
        entities=dict(Counter(entity.type for item in enriched.items for entity in item.entities)),
        unclassified=dict(Counter(kind for item in enriched.items for kind in _unclassified(item))),
    )


def _unclassified(item: Item) -> Iterator[str]:
    """`topics`, `doc_type`, `level`: what the item has none of."""
    if {topic.name for topic in item.topics} <= {UNKNOWN}:
        yield "topics"
    if item.doc_type in (None, UNKNOWN):
        yield "doc_type"
    if item.level is None:
        yield "level"


def _told(error: Exception, raw: RawDigest, content: bytes) -> str:
    """Class, place and message of an exception, without any word of the digest: dead letters are shown and logged."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else "?"
    said = (raw.title, raw.url, raw.external_id)
    known = b"\n".join([content, *(text.encode("utf-8", "replace") for text in said if text)])
    words = " ".join(_without(word, known) for word in str(error)[:1000].split())
    return f"{type(error).__name__} in {place}: {words}"[:500]


def _without(word: str, known: bytes) -> str:
    """The word, or `…` for every part of it that may be the digest's: all that is not ASCII, and what stands in it."""
    parts = re.split(r"([^\x00-\x7f]+|[A-Za-z0-9_.]+)", word)
    return "".join("…" if not part.isascii() or (len(part) >= WORD_LENGTH and part.encode() in known) else part for part in parts)
