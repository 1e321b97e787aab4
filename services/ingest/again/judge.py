"""A digest as it was accepted, and what was fed before → a duplicate, or the record to write. Pure.

Within one source: what another publishes is its own, as a key may feed and take back some sources only. Who
gives an identity means the digest of that identity, which later corrections replace; the same content under
two of them is two digests (a daily that has nothing new to say). Who gives none is told the one that is there.
"""

from dataclasses import dataclass

from services.ingest.again.table import Fed, Table, contents, same
from shared.errors import Rejected
from shared.records import RawDigest

KEY_REUSED = """this Idempotency-Key came with other content before: a key is for one digest; \
send this with a key of its own, or without"""


@dataclass(frozen=True)
class Verdict:
    """What to do about a digest."""

    raw: RawDigest
    """To be written, with all that was given before for the same content and not now"""
    before: Fed | None = None
    """The digest with the same content, where there is one"""
    duplicate: bool = False
    """Whether nothing is new, so that nothing is to be written"""


def judge(raw: RawDigest, table: Table) -> Verdict:
    """Return what a digest is; raises Rejected (`idempotency_key_reused`) where its key had other content."""
    before = _before(raw, table)
    if before is None:
        return Verdict(raw)
    merged = raw.model_copy(
        update={
            "digest_id": before.digest_id,
            "title": raw.title or before.title,
            "published_on": raw.published_on or before.published_on,
            "url": raw.url or before.url,
            "external_id": before.external_id,
            "file_name": before.file_name,
            "idempotency_key": raw.idempotency_key or before.idempotency_key,
            "revision": max(raw.revision, before.revision + 1),
        }
    )
    return Verdict(merged, before, duplicate=_nothing_new(merged, before))


def _before(raw: RawDigest, table: Table) -> Fed | None:
    """The digest that is fed again; None where it is a new one, or a revision by other content."""
    if raw.idempotency_key and (sent := table.find(raw.source, raw.idempotency_key)) is not None:
        if not same(raw, sent):
            raise Rejected("idempotency_key_reused", KEY_REUSED)
        return sent
    own = table.get(raw.digest_id)
    if own is not None and not own.withdrawn:
        return own if same(raw, own) else None
    if raw.external_id or raw.url:
        return None
    found = (table.find(raw.source, content) for content in contents(raw))
    return next((fed for fed in found if fed is not None), None)


def _nothing_new(merged: RawDigest, before: Fed) -> bool:
    said = (merged.title, merged.published_on, merged.url, merged.media_type)
    known = (before.title, before.published_on, before.url, before.media_type)
    return before.whole and before.content in contents(merged) and said == known
