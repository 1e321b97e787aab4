"""A digest's raw records, in any order → what is known of it: all that was given for its last content. Pure."""

import sys
from datetime import date, timedelta
from typing import NamedTuple

from services.ingest.revision import EPOCH
from shared.records import MediaType, RawDigest

KEYS = 8
"""Idempotency-Keys of a digest that are known, those of its last records"""

ROW_BYTES = 448
"""That a digest takes besides its words: tuples and their places in the table, measured with tracemalloc."""


class Said(NamedTuple):
    """What a feeder may leave out when feeding again."""

    title: str | None
    published_on: date | None
    url: str | None
    file_name: str | None
    released: bool = False
    """Not said by a feeder, but by a person of that content, so that it stays however often it is fed again"""

    def filled(self, other: "Said") -> "Said":
        """This with what it lacks from the other."""
        return Said(
            self.title or other.title,
            self.published_on or other.published_on,
            self.url or other.url,
            self.file_name or other.file_name,
            self.released or other.released,
        )


class Fed(NamedTuple):
    """What is known of a digest by its records."""

    digest_id: str
    revision: int
    source: str
    media_type: MediaType
    content: str
    """Its fingerprint; SHA-256 in records of builds that knew no fingerprint"""
    external_id: str | None
    said: Said
    """By its last record"""
    known: Said
    """Besides by those before it with the same content"""
    keys: tuple[tuple[str, str], ...]
    """Idempotency-Keys that it came with, and the content that each came with, which may have been corrected"""
    withdrawn: bool
    filled: int
    """Revision of the newest record before it with the same content; 0 is none"""
    gone: int
    """Revision of its last withdrawal, before which nothing is known; 0 is none"""
    received_ms: int
    """When it came last, in ms since 1970: its revision, unless that had to be put above another; a withdrawal is none"""
    fed_by: str | None
    """Name of the API key that fed it, also where it was withdrawn or released since"""
    done_by: str | None
    """Name of the API key that withdrew or released it"""
    withdrawn_ms: int | None = None
    """When it was withdrawn, in ms since 1970"""

    @property
    def released(self) -> bool:
        """Whether a person let its content out of quarantine."""
        return self.known.released

    @property
    def whole(self) -> bool:
        """False where the last record lacks what one before it gave for the same content.

        Two were written at once, or before the archive was read, or by a build that dropped it.
        """
        return self.said == self.known

    @property
    def named(self) -> bool:
        """Whether its feeder gave it an identity; else its content is one."""
        return bool(self.external_id or self.known.url)

    @property
    def key(self) -> str | None:
        """An Idempotency-Key that its content came with."""
        return next((key for key, content in reversed(self.keys) if content == self.content), None)

    @property
    def size(self) -> int:
        """Bytes that it takes in a table."""
        words = (self.digest_id, self.source, self.content, self.external_id, *self.known, *sum(self.keys, ()))
        return ROW_BYTES + sum(sys.getsizeof(word) for word in words if word is not None)


def contents(raw: RawDigest) -> tuple[str, ...]:
    """By what its content may be known, the surest first."""
    return (raw.fingerprint, raw.sha256) if raw.fingerprint else (raw.sha256,)


def same(raw: RawDigest, before: Fed) -> bool:
    """Whether a digest has the content of one before; where that is its identity, 10² is 102 (shared.ids)."""
    return before.content in contents(raw) or _same_unnamed(raw, before)


def same_sending(raw: RawDigest, before: Fed, key: str) -> bool:
    """Whether a digest has the content that an Idempotency-Key came with, corrected since or not."""
    return dict(before.keys).get(key) in contents(raw) or _same_unnamed(raw, before)


def _same_unnamed(raw: RawDigest, before: Fed) -> bool:
    return not (before.named or raw.external_id or raw.url) and raw.digest_id == before.digest_id


def following(raw: RawDigest, before: Fed | None) -> Fed:
    """What is known by a record that follows all others of its digest."""
    said = said_by(raw)
    gone = before.gone if before is not None else 0
    again = before is not None and not before.withdrawn and same(raw, before)
    kept = raw.released and again and before is not None and before.released  # fed again, and released before
    decided = before is not None and (raw.withdrawn or (raw.released and not kept))
    by = sys.intern(raw.key_name) if raw.key_name else None  # of few keys, in many records
    fed = Fed(
        digest_id=raw.digest_id,
        revision=raw.revision,
        source=raw.source,
        media_type=raw.media_type,
        content=contents(raw)[0],
        external_id=raw.external_id,
        said=said,
        known=said,
        keys=_keys(before.keys if before is not None else (), _key(raw)),
        withdrawn=False,
        filled=0,
        gone=gone,
        received_ms=_received_ms(raw),
        fed_by=before.fed_by if before is not None and decided else None if raw.withdrawn else by,
        done_by=before.done_by if kept and before is not None else by if raw.withdrawn or raw.released else None,
    )
    if raw.withdrawn:  # what it is called is what the record itself says: nothing, once it is erased
        return fed._replace(
            content="",
            keys=(),
            withdrawn=True,
            gone=raw.revision,
            received_ms=before.received_ms if before is not None else fed.received_ms,
            withdrawn_ms=fed.received_ms,
        )
    if before is None or not again:
        return fed
    return fed._replace(known=said.filled(before.known), filled=before.revision)


def preceded(fed: Fed, raw: RawDigest) -> Fed:
    """What is known by an older record besides, as records are written while older ones are still being read."""
    if fed.withdrawn:
        received_ms = _received_ms(raw)
        later = not raw.withdrawn and (fed.received_ms == fed.withdrawn_ms or received_ms > fed.received_ms)
        return fed._replace(received_ms=received_ms) if later else fed
    if raw.revision <= fed.gone:
        return fed
    if raw.withdrawn:  # nothing that was given before it
        keys = ((fed.key, fed.content),) if fed.key else ()
        return fed._replace(known=fed.said, keys=keys, filled=0, gone=raw.revision)
    fed = fed._replace(keys=_keys(_key(raw), fed.keys))
    if not same(raw, fed):
        return fed
    newest_first = (said_by(raw), fed.known) if raw.revision >= fed.filled else (fed.known, said_by(raw))
    known = fed.said.filled(newest_first[0]).filled(newest_first[1])
    return fed._replace(known=known, filled=max(fed.filled, raw.revision))


def said_by(raw: RawDigest) -> Said:
    """What a record gives."""
    return Said(raw.title, raw.published_on, raw.url, raw.file_name, raw.released)


def _received_ms(raw: RawDigest) -> int:
    """The very number of its revision where it is the same, which takes no room then."""
    ms = (raw.received_at - EPOCH) // timedelta(milliseconds=1)  # down, as Elasticsearch takes a time
    return raw.revision if ms == raw.revision else ms


def _key(raw: RawDigest) -> tuple[tuple[str, str], ...]:
    return ((raw.idempotency_key, contents(raw)[0]),) if raw.idempotency_key else ()


def _keys(older: tuple[tuple[str, str], ...], newer: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Those of both, each once, with its newest content; a key is only known with two where two came at once."""
    if not newer or not older:
        return older or newer
    return tuple((dict(older) | dict(newer)).items())[-KEYS:]
