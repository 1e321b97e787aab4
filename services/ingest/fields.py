"""What a feeder says of a digest, as strings → checked values, or Rejected with plain words. Pure."""

import hashlib
import re
from collections.abc import Collection
from datetime import date, timedelta
from urllib.parse import urlsplit

from shared.errors import Rejected

NAMES = ("source", "title", "url", "published_on", "external_id", "file_name")
"""The fields that say something of a digest: of JSON, of queries and of forms alike."""

MAX_IDEMPOTENCY_KEY = 255
"""As those who made the header common take."""

# Longer than any real one, and far below what a Kafka header or an Elasticsearch keyword can hold.
MAX_TITLE, MAX_URL, MAX_EXTERNAL_ID, MAX_REASON, MAX_FILE_NAME = 500, 2000, 500, 500, 255

DAYS_AHEAD = timedelta(days=7)
"""A weekly may bear the last day of its week. What is dated later than that stood before all news until
its day came.
"""

_SOURCE = re.compile(r"\w[\w.\-]{0,63}")  # as shared.records.SourceId
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def only_known(given: Collection[str], known: Collection[str], *, what: str) -> None:
    """Raise Rejected for a name that we don't know: a misspelt `external-id` would else make a digest of its own in silence."""
    for name in given:
        if name not in known:
            raise Rejected("unknown_field", f"unknown {what} {name[:60]!r}; known are {', '.join(known)}")


def source(value: str | None) -> str:
    """The source's id; raises Rejected where it is missing or not one word."""
    word = (value or "").strip()
    if not word:
        raise Rejected("source_missing", "source is missing: say who publishes the digest, such as source=shuangtan-weekly")
    if not _SOURCE.fullmatch(word):
        raise Rejected("bad_source", "source must be one word of at most 64 letters, digits, '_', '.' or '-', such as shuangtan-weekly")
    return word


def title(value: str | None) -> str | None:
    """The digest's title in one line, None where it is empty; raises Rejected for control characters and excessive length."""
    line = _SPACE.sub(" ", value or "").strip()
    return _checked("title", line, MAX_TITLE)


def url(value: str | None) -> str | None:
    """The digest's address, None where it is empty; raises Rejected unless it is http or https with a host."""
    address = _checked("url", (value or "").strip(), MAX_URL)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and not _SPACE.search(address)
    except ValueError:
        fine = False
    if not fine:
        raise Rejected("bad_url", "url must be a whole http or https address, such as https://example.org/weekly/12")
    return address


def external_id(value: str | None) -> str | None:
    """The identity that its publisher gave the digest, None where it is empty; raises Rejected for control characters and excessive length."""
    return _checked("external_id", (value or "").strip(), MAX_EXTERNAL_ID)


def reason(value: str | None) -> str:
    """Why a digest is taken back, in one line; raises Rejected where it is missing, too long or holds control characters."""
    line = _checked("reason", _SPACE.sub(" ", value or "").strip(), MAX_REASON)
    if line is None:
        raise Rejected("bad_reason", "say why: the reason stays on record with who did it and when")
    return line


def published_on(value: str | None, *, today: date | None = None) -> date | None:
    """The day of publication, None where it is empty.

    Raises Rejected unless it is a day as in 2026-02-06, and no more than a week after `today` where that is
    given.
    """
    day = (value or "").strip()
    if not day:
        return None
    try:
        found = date.fromisoformat(day) if _DAY.fullmatch(day) else None
    except ValueError:
        found = None
    if found is None:
        raise Rejected("bad_date", "published_on must be a day as YYYY-MM-DD, such as 2026-02-06")
    if today is not None and found - today > DAYS_AHEAD:
        raise Rejected(
            "bad_date",
            f"published_on {found} is {(found - today).days} days ahead of today ({today}); "
            f"at most {DAYS_AHEAD.days} are taken. Correct it (is the clock right?), or leave it out",
        )
    return found


def idempotency_key(value: str | None) -> str | None:
    """A hash of the key that a feeder gives to one sending, None where there is none.

    Quotation marks around it are the header's form and no part of it. Raises Rejected for control characters
    and excessive length.
    """
    key = _checked("idempotency_key", (value or "").strip(), MAX_IDEMPOTENCY_KEY)
    key = key[1:-1].strip() if key and len(key) > 1 and key[0] == key[-1] == '"' else key
    if not key:
        return None
    return hashlib.blake2b(key.encode("utf-8"), digest_size=16, person=b"idempotency-key").hexdigest()


def _checked(name: str, value: str, limit: int) -> str | None:
    if len(value) > limit:
        raise Rejected(f"bad_{name}", f"{name} has {len(value)} characters; at most {limit} are taken")
    if _CONTROL.search(value):
        raise Rejected(f"bad_{name}", f"{name} holds control characters; send it as one line of text")
    return value or None


def file_name(value: str | None) -> str | None:
    """The last part of a file's name in one line, cut where it is long; None where there is none. Never refused: it only hints at the day."""
    last = re.split(r"[/\\]", value or "")[-1]
    return _SPACE.sub(" ", _CONTROL.sub(" ", last)).strip()[:MAX_FILE_NAME] or None
