"""A refusal of the server itself → its bytes, in the one shape of errors: for who gets no further than the
connection. Pure."""

import json
from http import HTTPStatus


def answer(status: int, code: str, message: str, *, retry_after: int | None = None) -> bytes:
    """A whole HTTP/1.1 answer after which the connection ends."""
    error = {"code": code, "message": message, "status": status}
    body = json.dumps({"error": error}, separators=(",", ":")).encode()
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    head += [f"Retry-After: {retry_after}"] if retry_after is not None else []
    return "\r\n".join([*head, "", ""]).encode() + body


NO_ROOM = answer(
    503,
    "too_many_connections",
    "too many connections are open here, by you or by all; close what you don't use, and try again soon",
    retry_after=1,
)
