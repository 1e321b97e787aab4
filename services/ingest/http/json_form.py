"""The body of a JSON request → a Submission, or Rejected with plain words. Pure."""

import base64
import binascii
from collections.abc import Collection

import orjson

from services.ingest import fields
from services.ingest.accept import Submission, check_size
from shared.errors import Rejected

# The fields that hold the digest itself, with the media type that they mean.
CONTENTS: dict[str, str | None] = {"text": "text/plain", "html": "text/html", "markdown": "text/markdown", "content_base64": None}
KNOWN = (*fields.NAMES, *CONTENTS, "media_type")


def max_body(max_bytes: int) -> int:
    """Bytes that a JSON body may have so that a digest of `max_bytes` fits.

    Twice the digest: base64 takes 4/3, and a Chinese character of 3 bytes written as an escape takes 6; 64 KiB for the other fields.
    """
    return 2 * max_bytes + 64 * 1024


def read(body: bytes, *, max_bytes: int) -> Submission:
    """The submission in a JSON body.

    Raises Rejected with kind `bad_json`, `unknown_field`, `bad_field`, `content_missing`, `two_contents`, `bad_base64` or `too_large`.
    """
    form = _object(body)
    given = [name for name in CONTENTS if form.get(name) is not None]
    if not given:
        raise Rejected("content_missing", f"the digest itself is missing: send one of {', '.join(CONTENTS)}")
    if len(given) > 1:
        raise Rejected("two_contents", f"{' and '.join(given)} were sent together: send the digest once, in one of {', '.join(CONTENTS)}")
    name = given[0]
    declared = _agreed(name, form.get("media_type"))
    content = _decoded(form[name], max_bytes) if name == "content_base64" else form[name].encode("utf-8")
    return Submission(
        content=content,
        media_type=declared,
        charset=None if name == "content_base64" else "utf-8",
        **{field: form.get(field) for field in fields.NAMES},
    )


def reason(body: bytes) -> str:
    """Why a digest is taken back: `{"reason": "…"}`. Raises Rejected with kind `bad_json`, `unknown_field`, `bad_field` or `bad_reason`."""
    return fields.reason(_object(body, ("reason",)).get("reason"))


def _object(body: bytes, known: Collection[str] = KNOWN) -> dict[str, str]:
    """The JSON object in `body`, its values strings (nulls left out); orjson refuses lone surrogates and nesting beyond 1024 levels."""
    try:
        value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        # Only the place: what stands there is the digest's text.
        raise Rejected("bad_json", f"this is not valid JSON in UTF-8: line {error.lineno}, column {error.colno}: {error.msg[:100]}") from None
    if not isinstance(value, dict):
        raise Rejected("bad_json", 'the JSON must be one object, such as {"source": "shuangtan-weekly", "text": "…"}')
    fields.only_known(value, known, what="field")
    for name, content in value.items():
        if content is not None and not isinstance(content, str):
            raise Rejected("bad_field", f"{name} must be a string")
    return {name: content for name, content in value.items() if content is not None}


def _agreed(name: str, declared: str | None) -> str | None:
    """The media type of content field `name`; raises Rejected where `media_type` says another."""
    meant = CONTENTS[name]
    if meant is None or not declared:
        return declared or meant
    if declared.partition(";")[0].strip().lower() != meant:
        raise Rejected("bad_field", f"{name} means media_type {meant}, but media_type says {declared[:80]!r}: leave one out, or use content_base64")
    return meant


def _decoded(content: str, max_bytes: int) -> bytes:
    """The bytes in a base64 text, line breaks allowed; both alphabets (RFC 4648, sections 4 and 5)."""
    try:
        decoded = binascii.a2b_base64(content, strict_mode=True)  # as nearly everybody sends it
    except (binascii.Error, ValueError):
        pass
    else:
        check_size(len(decoded), max_bytes)
        return decoded
    compact = "".join(content.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    check_size(len(compact) * 3 // 4, max_bytes)
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("bad_base64", "content_base64 is not valid base64") from None
