"""Where a page of hits ended ↔ an opaque signed word for the next page. Pure.

It holds the point in time of the index that the first page was read from, the sort values of the last hit, what was
searched for, how its words were read there and the page's number. Signed, so that nobody can make Elasticsearch open what we did not.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.search.errors import BadCursor

SIGNATURE_BYTES = 16
"""128 bits of HMAC-SHA-256: beyond guessing, and short in a url."""


@dataclass(frozen=True)
class Cursor:
    """The place after a page's last hit."""

    pit_id: str
    after: list[Any]
    """Sort values of the last hit"""
    fingerprints: list[str]
    """Of the request as it was asked, and as a page's links repeat it: see SearchRequest.fingerprint"""
    page: int
    """Number of the page that it leads to; the first is 1"""
    strict: int | None = None
    """Where the first page was asked for in relaxed form, how many were found strictly: see services.search.query.relax"""
    names: list[str] = field(default_factory=list)
    """Its words that the index knew as names: pages that are read otherwise have other scores"""


def signing_key(namespace: str, secrets: Sequence[str]) -> bytes:
    """The same for all search processes of one installation and over restarts.

    As secret as `secrets` are (shared.keys.ring); without keys only this machine's own users reach the service.
    """
    return hashlib.sha256("\x1f".join(["jianbao search cursor", namespace, *sorted(secrets)]).encode()).digest()


def write(cursor: Cursor, *, key: bytes) -> str:
    """The cursor as one word for a url."""
    facts = [cursor.pit_id, cursor.after, cursor.fingerprints, cursor.page, cursor.strict, cursor.names]
    data = orjson.dumps(facts)
    return base64.urlsafe_b64encode(_signature(data, key) + data).rstrip(b"=").decode()


def read(word: str, *, key: bytes, fingerprint: str) -> Cursor:
    """The cursor; raises BadCursor when it was changed, or belongs to a search with other parameters."""
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCursor("cursor is not one of ours: take `next` of the page before, unchanged") from error
    signature, data = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(data, key)):
        raise BadCursor("cursor is not one of ours: take `next` of the page before, unchanged")
    try:
        cursor = Cursor(*orjson.loads(data))
    except (TypeError, ValueError) as error:
        # Signed by another version of ours.
        raise BadCursor("cursor is of another version: begin again without it") from error
    if fingerprint not in cursor.fingerprints:
        raise BadCursor("cursor belongs to another search: repeat all other parameters of the page before, or leave the cursor out")
    return cursor


def _signature(data: bytes, key: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")[:SIGNATURE_BYTES]
