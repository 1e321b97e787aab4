"""A digest that is to be previewed ↔ the body of `POST /preview`: its RawDigest as one line of JSON, then its bytes. Pure.

A header of HTTP would not hold it: a title of 500 characters takes more than some servers allow.
"""

from shared.errors import Rejected
from shared.records import MAX_DIGEST_BYTES, RawDigest

MEDIA_TYPE = "application/vnd.jianbao.digest"

MAX_BODY = MAX_DIGEST_BYTES + 64 * 1024
"""Bytes: those of the largest digest, and of what is said of it, some 25 kB where everything is as long as it may be."""


def packed(raw: RawDigest, content: bytes) -> bytes:
    """Return the body; compact JSON has no line ends."""
    return raw.to_json() + b"\n" + content


def unpacked(body: bytes) -> tuple[bytes, bytes]:
    """Return the header of the raw record that it would be, and its bytes; raises Rejected (`unknown_form`) where there is no line."""
    header, newline, content = body.partition(b"\n")
    if not newline:
        raise Rejected("unknown_form", "the body is no digest: a line of JSON comes first, then the bytes")
    return header, content
