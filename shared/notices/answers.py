"""A channel's answer to a request → delivered, to be tried again, or wrong for good. Pure.

The robots answer 200 whatever happened; what happened is in `errcode` (WeCom, DingTalk) or `code` (Feishu; `StatusCode` of
its older form). Codes for too many messages at once: WeCom 45009, DingTalk 130101 and 660026, Feishu 9499 and 11232.
"""

from typing import Literal, NamedTuple

import orjson

BUSY = frozenset({45009, -1, 130101, 660026, 9499, 11232})
"""Codes after which the same message may be taken: over the rate, or the service itself is in trouble."""

Outcome = Literal["delivered", "again", "wrong"]


class Answer(NamedTuple):
    """What became of a request."""

    outcome: Outcome
    reason: str = ""
    after: float | None = None
    """Seconds that the channel asks to wait"""


def read(kind: str, status: int, body: bytes, retry_after: str | None = None) -> Answer:
    """Return what the answer to a channel of that kind says."""
    after = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
    if status in (408, 425, 429) or status >= 500:
        return Answer("again", f"it answered {status}", after)
    if not 200 <= status < 300:
        return Answer("wrong", f"it answered {status}")
    if kind == "webhook":
        return Answer("delivered")
    code, message = _code(body)
    if code is None:
        return Answer("wrong", "it answered in a form that is not the robot's; is the address right?")
    if code == 0:
        return Answer("delivered")
    return Answer("again" if code in BUSY else "wrong", f"it answered code {code}: {message[:200]}", after)


def _code(body: bytes) -> tuple[int | None, str]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, ""
    if not isinstance(said, dict):
        return None, ""
    for code, message in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if isinstance(said.get(code), int):
            return said[code], str(said.get(message, ""))
    return None, ""
