"""Digest ids and a reason → each released: a revision of the same bytes that enrich does not hold, and who did it on record."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import orjson

from services.ingest.publish import Publisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import Desk, after, all_known, checked, ended
from shared.errors import Rejected
from shared.kafka.originals import Original
from shared.operations import Operation
from shared.records import RawDigest

HEADER = "release"
"""Beside the raw record: {"by", "reason"}."""


@dataclass(frozen=True)
class Indexed:
    """What the index says of a digest."""

    revision: int
    held: bool
    """Whether it is in quarantine"""


class Shelf(Protocol):
    """Where a digest's bytes are."""

    async def original(self, digest: RawDigest) -> Original | None:
        """The raw record of that revision; None where Kafka no longer has it. Raises Unavailable."""

    async def indexed(self, digest_id: str) -> Indexed | None:
        """What the index says; None where it says nothing, or is away."""


@dataclass(frozen=True)
class Released:
    """A digest that is released."""

    digest_id: str
    revision: int
    before: bool
    """It had been released already; nothing was written"""


async def release(
    digest_ids: Collection[str],
    *,
    reason: str,
    by: str,
    desk: Desk,
    shelf: Shelf,
    publisher: Publisher,
    revisions: Revisions,
    key_name: str | None = None,
    permit: Callable[[str], None] = lambda source: None,
) -> list[Released]:
    """Release digests and return once Kafka has acknowledged it.

    `permit` is asked for each digest's source and raises what it has against it. Raises Rejected (`unknown_digest`, `digest_withdrawn`,
    `not_quarantined`, `original_gone`), all before anything is written, and Unavailable.
    """
    ids, reason = checked(digest_ids, reason)
    known = await all_known(ids, desk)
    for digest_id in ids:
        permit(known[digest_id].source)
    originals = {digest_id: await _original(known[digest_id], shelf) for digest_id in ids}
    return [
        await _release(originals[digest_id], reason=reason, by=by, key_name=key_name, desk=desk, publisher=publisher, revisions=revisions)
        for digest_id in ids
    ]


async def _original(digest: RawDigest, shelf: Shelf) -> Original:
    digest_id = digest.digest_id
    if digest.withdrawn:
        raise Rejected("digest_withdrawn", f"{digest_id} was withdrawn, so there is nothing to release: feed it again")
    original = await shelf.original(digest)
    if original is None:
        raise Rejected("original_gone", f"Kafka no longer has the bytes of {digest_id}: feed it again, then release it")
    indexed = await shelf.indexed(digest_id)
    if not original.raw.released and indexed is not None and indexed.revision == digest.revision and not indexed.held:
        raise Rejected("not_quarantined", f"{digest_id} is not in quarantine: there is nothing to release")
    return original


async def _release(
    original: Original,
    *,
    reason: str,
    by: str,
    key_name: str | None,
    desk: Desk,
    publisher: Publisher,
    revisions: Revisions,
) -> Released:
    last = original.raw
    if last.released:
        return Released(last.digest_id, last.revision, before=True)
    revision, at = after(last, revisions)
    raw = last.model_copy(update={"released": True, "revision": revision, "received_at": at, "key_name": key_name})
    begun = Operation(
        action="release",
        subject=raw.digest_id,
        digest_id=raw.digest_id,
        by=by,
        reason=reason,
        outcome="begun",
        detail=f"revision {raw.revision}",
    )
    await desk.keep([begun])
    raw = await publisher.publish(raw, original.content, [(HEADER, orjson.dumps({"by": by, "reason": reason}))])
    await desk.keep([ended(begun)])
    return Released(raw.digest_id, raw.revision, before=False)
