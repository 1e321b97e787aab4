"""A submission (bytes and what is said of them) → the raw record (RawDigest and bytes), or Rejected. Pure.

The bytes stay as they were received: what is decided here (media type, charset, identity) stands beside them.
"""

import hashlib
from dataclasses import dataclass

from services.ingest import fields, media
from services.ingest.again.fingerprint import fingerprint
from services.ingest.revision import received_at
from services.ingest.sources import walls, wechat
from shared import charset, ids
from shared.errors import Rejected
from shared.kafka import canary
from shared.records import MHTML, TEXT_TYPES, MediaType, RawDigest
from shared.text.dates import SHANGHAI


@dataclass(frozen=True)
class Submission:
    """One digest as a feeder hands it in; nothing is checked yet."""

    content: bytes
    source: str | None = None
    title: str | None = None
    url: str | None = None
    published_on: str | None = None
    external_id: str | None = None
    media_type: str | None = None
    """As declared, with its parameters: `text/html; charset=gbk`"""
    file_name: str | None = None
    """Kept, as it often has the day of publication; no identity unless a feeder gives it as external_id"""
    charset: str | None = None
    """Set where the bytes were made from text by us, so that there is nothing to decide"""
    idempotency_key: str | None = None
    """What a feeder calls this one sending of it, as in the header of that name"""


def accept(submission: Submission, *, revision: int, max_bytes: int, key_name: str | None = None) -> tuple[RawDigest, bytes]:
    """The raw record of a submission, with the name of the API key that fed it.

    Raises Rejected with kind `too_large`, `unsupported_media_type`, `empty`, `undecodable` or `reserved_source`,
    what `fields` says or what `walls` does.
    """
    content = submission.content
    check_size(len(content), max_bytes)
    source = fields.source(submission.source)
    title, url = fields.title(submission.title), fields.url(submission.url)
    received = received_at(revision)
    external_id = fields.external_id(submission.external_id)
    if source == canary.SOURCE and external_id != canary.EXTERNAL_ID:
        raise canary.reserved()
    published_on = fields.published_on(submission.published_on, today=received.astimezone(SHANGHAI).date())
    if not content.strip():
        raise _empty()
    media_type = media.decide(content, declared=submission.media_type, filename=submission.file_name)
    read = _text(submission) if media_type in TEXT_TYPES else (None, content, _binary(content, media_type))
    codec, known_by, compared = read
    url = _own_url(content if media_type == MHTML else known_by, media_type) if url is None else url
    raw = RawDigest(
        digest_id=ids.digest_id(source, external_id=external_id, url=url, content=known_by),
        source=source,
        media_type=media_type,
        charset=codec,
        url=url,
        title=title,
        external_id=external_id,
        file_name=fields.file_name(submission.file_name),
        published_on=published_on,
        received_at=received,
        sha256=hashlib.sha256(content).hexdigest(),
        fingerprint=fingerprint(compared),
        idempotency_key=fields.idempotency_key(submission.idempotency_key),
        revision=revision,
        key_name=key_name,
    )
    return raw, content


def check_size(size: int, max_bytes: int) -> None:
    """Raise Rejected when a digest of `size` bytes is over the limit."""
    if size > max_bytes:
        raise Rejected("too_large", f"the digest is larger than the {max_bytes / 2**20:g} MiB ({max_bytes} bytes) that are taken")


def _empty() -> Rejected:
    return Rejected("empty", "the digest is empty: there is nothing but white space in it")


def _binary(content: bytes, media_type: MediaType) -> bytes:
    """What of a binary is compared: its bytes; of a saved page without line ends, which programs change."""
    return b"".join(content.split()) if media_type == MHTML else content


def _own_url(content: str | bytes, media_type: MediaType) -> str | None:
    """The address of the article that a page is, where it says so and is known by it; raises Rejected where there is no article in it."""
    if isinstance(content, str):
        walls.refuse(content, page=media_type == "text/html")
        return wechat.address(content) if media_type == "text/html" else None
    location = wechat.location_of(content) if media_type == MHTML else None
    if location is None:
        return None
    page = wechat.page_of(content)
    if page is not None:
        walls.refuse(page, page=True)
    return wechat.address(page, location)


def _text(submission: Submission) -> tuple[str, str, str | bytes]:
    """Charset (Python's codec name) and text of a submission, and what of it is compared; raises Rejected.

    Characters that can't be decoded are all alike in the text, so then its bytes are compared.
    """
    codec = submission.charset or charset.decide(submission.content, media.charset_of(submission.media_type))
    text, broken = charset.decode(submission.content, codec)
    if "\0" in text:
        raise Rejected("undecodable", "the text holds NUL characters; send it without them")
    # What begins with something that is no white space is not empty; all of it is looked at only where the beginning is odd.
    if not ids.normalised(text.lstrip()[:100]) and not ids.normalised(text):
        raise _empty()
    return codec, text, submission.content if broken else text
