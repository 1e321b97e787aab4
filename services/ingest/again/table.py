"""Raw records in any order → what was fed last under each digest id, content and Idempotency-Key. Pure.

A digest takes some 900 bytes here where all that can be given was.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.records import MediaType, RawDigest

MOST = 100_000
"""Digests that are known, those fed last: 90 MB of the 512 that docker-compose.yml gives, where requests take
192. Whichever is older and fed again is a revision that says what is given with it.
"""

Key = tuple[str, str]
"""Source, and a fingerprint, SHA-256 or hashed Idempotency-Key: none of them looks like another"""


class Fed(NamedTuple):
    """What is known of a digest by its last record."""

    digest_id: str
    revision: int
    source: str
    media_type: MediaType
    content: str
    """Its fingerprint; SHA-256 in records of builds that knew no fingerprint"""
    title: str | None
    published_on: date | None
    url: str | None
    external_id: str | None
    file_name: str | None
    idempotency_key: str | None
    withdrawn: bool
    whole: bool
    """False where the record lacks a title, day or url that one before it gave for the same content: two were
    written at once, or by a build that dropped them
    """

    @property
    def named(self) -> bool:
        """Whether its feeder gave it an identity; else its content is one."""
        return bool(self.external_id or self.url)


def contents(raw: RawDigest) -> tuple[str, ...]:
    """By what its content may be known, the surest first."""
    return (raw.fingerprint, raw.sha256) if raw.fingerprint else (raw.sha256,)


def same(raw: RawDigest, before: Fed) -> bool:
    """Whether a digest has the content of one before; where that is its identity, 10² is 102 (shared.ids)."""
    unnamed = not before.named and not raw.external_id and not raw.url
    return before.content in contents(raw) or (unnamed and raw.digest_id == before.digest_id)


@dataclass
class Table:
    """All digests that are known."""

    most: int = MOST
    _fed: dict[str, Fed] = field(default_factory=dict, init=False)
    _ids: dict[Key, str] = field(default_factory=dict, init=False)

    def __len__(self) -> int:
        return len(self._fed)

    def clear(self) -> None:
        """Forget everything: the topic was made anew."""
        self._fed.clear()
        self._ids.clear()

    def get(self, digest_id: str) -> Fed | None:
        """The digest of that id, withdrawn or not."""
        return self._fed.get(digest_id)

    def find(self, source: str, name: str) -> Fed | None:
        """The digest of a source that stands, by its content or its Idempotency-Key."""
        return self._fed.get(self._ids.get((source, name), ""))

    def note(self, raw: RawDigest) -> None:
        """Take a record; one that is older than what is known of its digest changes nothing."""
        before = self._fed.pop(raw.digest_id, None)
        if before is not None:
            if before.revision > raw.revision:
                self._fed[raw.digest_id] = before
                return
            self._forget(before)
        elif len(self._fed) >= self.most:
            self._forget(self._fed.pop(next(iter(self._fed))))
        fed = _fed(raw, before)
        self._fed[raw.digest_id] = fed
        for key in _keys(fed):
            self._ids.setdefault(key, raw.digest_id)

    def _forget(self, fed: Fed) -> None:
        for key in _keys(fed):
            if self._ids.get(key) == fed.digest_id:
                del self._ids[key]


def _keys(fed: Fed) -> tuple[Key, ...]:
    if fed.withdrawn:
        return ()
    names = (fed.content, fed.idempotency_key) if fed.idempotency_key else (fed.content,)
    return tuple((fed.source, name) for name in names)


def _fed(raw: RawDigest, before: Fed | None) -> Fed:
    if raw.withdrawn:  # nothing that it said is kept, as it may be erased
        return Fed(
            raw.digest_id,
            raw.revision,
            raw.source,
            raw.media_type,
            "",
            None,
            None,
            None,
            None,
            None,
            None,
            withdrawn=True,
            whole=True,
        )
    title, day, url = raw.title, raw.published_on, raw.url
    if before is not None and not before.withdrawn and same(raw, before):
        title, day, url = title or before.title, day or before.published_on, url or before.url
    return Fed(
        raw.digest_id,
        raw.revision,
        raw.source,
        raw.media_type,
        contents(raw)[0],
        title,
        day,
        url,
        raw.external_id,
        raw.file_name,
        raw.idempotency_key,
        withdrawn=False,
        whole=(title, day, url) == (raw.title, raw.published_on, raw.url),
    )
