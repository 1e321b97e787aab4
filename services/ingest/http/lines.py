"""The body of an NDJSON request → a Submission for each line, or why it is none. Pure."""

from services.ingest.accept import Submission
from services.ingest.http import json_form
from shared.errors import Rejected

NDJSON = "application/x-ndjson"

MAX_LINES = 1000
"""As files of a form (services.ingest.http.body)."""


def read(body: bytes, *, max_bytes: int) -> list[Submission | Rejected]:
    """What each line is, as json_form.read says of one digest; lines of white space are none.

    Raises Rejected with kind `content_missing` or `too_many_lines`.
    """
    lines = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    if not lines:
        raise Rejected("content_missing", "there is no line: send one JSON object a line, as application/json takes it")
    if len(lines) > MAX_LINES:
        raise Rejected("too_many_lines", f"{len(lines)} lines came at once; at most {MAX_LINES} are taken, so send them in several requests")
    return [_read(line, max_bytes) for line in lines]


def _read(line: bytes, max_bytes: int) -> Submission | Rejected:
    try:
        return json_form.read(line, max_bytes=max_bytes)
    except Rejected as error:
        return error
