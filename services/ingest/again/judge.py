"""A digest as it was accepted, and what was fed before → a duplicate, or the record to write. Pure.

Within one source: what another publishes is its own, as a key may feed and take back some sources only. Who
gives an identity means the digest of that identity, which later corrections replace; the same content under
two of them is two digests (a daily that has nothing new to say). Who gives none is told the one that is there.
"""

from dataclasses import dataclass

from services.ingest.again.fed import Fed, contents, said_by, same, same_sending
from services.ingest.again.table import Table
from services.ingest.sources import wechat
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
    late: bool = False
    """Whether it was sent before, as its Idempotency-Key says, and corrected since"""


def judge(raw: RawDigest, table: Table) -> Verdict:
    """Return what a digest is; raises Rejected (`idempotency_key_reused`) where its key had other content."""
    if (sent := _sent(raw, table)) is not None and not same(raw, sent):
        return Verdict(raw, sent, duplicate=True, late=True)
    before = sent or _before(raw, table)
    own = table.get(raw.digest_id)
    if before is None:  # of what is known to be there, only what is above it counts
        above = max(raw.revision, own.revision + 1) if own is not None else raw.revision
        return Verdict(raw if above == raw.revision else raw.model_copy(update={"revision": above}))
    said = said_by(raw).filled(before.known)
    merged = raw.model_copy(
        update={
            "digest_id": before.digest_id,
            "title": said.title,
            "published_on": said.published_on,
            "url": said.url,
            "external_id": before.external_id,
            "file_name": before.known.file_name or raw.file_name,
            "released": said.released,
            "idempotency_key": raw.idempotency_key or before.key,
            "revision": max(raw.revision, before.revision + 1),
        }
    )
    return Verdict(merged, before, duplicate=_nothing_new(merged, before))


def _sent(raw: RawDigest, table: Table) -> Fed | None:
    """The digest that came with the same Idempotency-Key; raises Rejected where that had other content."""
    key = raw.idempotency_key
    if key is None or (sent := table.find(raw.source, key)) is None:
        return None
    if not same_sending(raw, sent, key):
        raise Rejected("idempotency_key_reused", KEY_REUSED)
    return sent


def _before(raw: RawDigest, table: Table) -> Fed | None:
    """The digest that is fed again; None where it is a new one, or a revision by other content."""
    own = table.get(raw.digest_id)
    if own is not None and not own.withdrawn:
        return own if same(raw, own) else None
    own_url = raw.url is not None and wechat.is_article(raw.url)
    if raw.external_id or (raw.url and not own_url):
        return None
    found = (table.find(raw.source, content) for content in contents(raw))
    # A page that says its own address was known by its content before it was looked for.
    return next((fed for fed in found if fed is not None and not (own_url and fed.named)), None)


def _nothing_new(merged: RawDigest, before: Fed) -> bool:
    known = before.known
    if known.title or known.published_on:  # else a file's name may tell the day, where none was known
        known = known._replace(file_name=merged.file_name)
    return before.whole and before.content in contents(merged) and before.media_type == merged.media_type and said_by(merged) == known
