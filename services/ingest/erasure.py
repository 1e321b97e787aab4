"""A digest's last raw record → the withdrawal that follows it, and the one that no word of the digest is left in. Pure.

header `digest`       RawDigest with withdrawn=true and a revision above any before
header `withdrawal`   {"by", "reason", "erased"}: who took it back and why; the value is empty
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson

from services.ingest.revision import received_at
from shared.errors import Rejected
from shared.records import DIGEST_HEADER, RawDigest, read_raw

HEADER = "withdrawal"
ERASED_SOURCE = "erased"
"""The source of a digest of which nothing is to be known any more: the records' form wants one."""

Headers = Sequence[tuple[str, bytes | None]]


def withdrawal(
    latest: RawDigest,
    *,
    revision: int,
    at: datetime | None = None,
    key_name: str | None = None,
) -> RawDigest:
    """The digest taken back, known by all that it was known by, with the name of the API key that took it back.

    `at` is when, where the revision is not that time.
    """
    return latest.model_copy(
        update={
            "withdrawn": True,
            "released": False,  # fed again, it is judged anew
            "revision": revision,
            "received_at": at or received_at(revision),
            "sha256": _EMPTY,
            "charset": None,
            "fingerprint": None,
            "idempotency_key": None,
            "key_name": key_name,
        }
    )


def erasure(digest_id: str, *, revision: int, at: datetime | None = None) -> RawDigest:
    """The digest taken back with nothing said of it but its id and version; `at` as of `withdrawal`."""
    return RawDigest(
        digest_id=digest_id,
        source=ERASED_SOURCE,
        media_type="text/plain",
        received_at=at or received_at(revision),
        sha256=_EMPTY,
        revision=revision,
        withdrawn=True,
    )


_EMPTY = hashlib.sha256(b"").hexdigest()


def note(*, by: str, reason: str, erased: bool = False) -> tuple[str, bytes]:
    """The header beside the withdrawal."""
    return HEADER, orjson.dumps({"by": by, "reason": reason, "erased": erased})


def erased_by(headers: Headers) -> str | None:
    """The id of the digest that a raw record erases; None for any other record."""
    raw = erasure_of(headers)
    return raw.digest_id if raw else None


def erasure_of(headers: Headers) -> RawDigest | None:
    """What a raw record says of the digest that it erases; None for any other record."""
    said = dict(headers)
    header, digest = said.get(HEADER), said.get(DIGEST_HEADER)
    if not header or not digest:
        return None
    try:
        raw = read_raw(digest)
        return raw if raw.withdrawn and raw.source == ERASED_SOURCE and orjson.loads(header).get("erased") is True else None
    except (Rejected, orjson.JSONDecodeError, AttributeError):
        return None
