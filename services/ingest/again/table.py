"""Raw records in any order → what was fed last under each digest id, content and Idempotency-Key. Pure.

A digest takes some 1.2 kB here where all was given, 6 with the longest title, url, external id and file name.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from services.ingest.again.fed import Fed, following, preceded
from shared.records import RawDigest

MOST = 100_000
"""Digests that are known, those written last. Whichever is older and fed again is a revision that says what is
given with it.
"""

MOST_BYTES = 128 * 2**20
"""That they take, of the 512 MiB that docker-compose.yml gives, where requests take 192 and the rest 80."""

Key = tuple[str, str]
"""Source, and a fingerprint, SHA-256 or hashed Idempotency-Key: none of them looks like another"""


@dataclass
class Table:
    """All digests that are known."""

    most: int = MOST
    most_bytes: int = MOST_BYTES
    _bytes: int = field(default=0, init=False)
    _fed: OrderedDict[str, Fed] = field(default_factory=OrderedDict, init=False)
    _ids: dict[Key, str] = field(default_factory=dict, init=False)
    _further: dict[Key, dict[str, None]] = field(default_factory=dict, init=False)
    """Other digests of the same content"""

    def __len__(self) -> int:
        return len(self._fed)

    def clear(self) -> None:
        """Forget everything: the topic was made anew."""
        self._fed.clear()
        self._ids.clear()
        self._further.clear()
        self._bytes = 0

    def get(self, digest_id: str) -> Fed | None:
        """The digest of that id, withdrawn or not."""
        return self._fed.get(digest_id)

    def find(self, source: str, name: str) -> Fed | None:
        """A digest of a source that stands, by its content or an Idempotency-Key."""
        return self._fed.get(self._ids.get((source, name), ""))

    def all(self) -> list[Fed]:
        """All that is known now, in no order."""
        return list(self._fed.values())

    def note(self, raw: RawDigest) -> None:
        """Take a record; one that is older than what is known of its digest gives what is lacking there."""
        before = self._fed.get(raw.digest_id)
        if before is not None and before.revision > raw.revision:
            self._put(preceded(before, raw), before)
            return
        self._put(following(raw, before), before)
        self._fed.move_to_end(raw.digest_id)
        while len(self._fed) > self.most or self._bytes > self.most_bytes:
            _, oldest = self._fed.popitem(last=False)
            self._bytes -= oldest.size
            self._unname(oldest.digest_id, _keys(oldest))

    def _put(self, fed: Fed, before: Fed | None) -> None:
        now, then = _keys(fed), _keys(before) if before is not None else set()
        self._unname(fed.digest_id, then - now)
        self._fed[fed.digest_id] = fed
        self._bytes += fed.size - (before.size if before is not None else 0)
        for key in now - then:
            if self._ids.setdefault(key, fed.digest_id) != fed.digest_id:
                self._further.setdefault(key, {})[fed.digest_id] = None

    def _unname(self, digest_id: str, keys: set[Key]) -> None:
        for key in keys:
            further = self._further.get(key, {})
            if self._ids.get(key) != digest_id:
                further.pop(digest_id, None)
            elif further:
                self._ids[key] = further.popitem()[0]
            else:
                del self._ids[key]
            if not further:
                self._further.pop(key, None)


def _keys(fed: Fed) -> set[Key]:
    if fed.withdrawn:
        return set()
    return {(fed.source, name) for name in (fed.content, *(key for key, _ in fed.keys))}
