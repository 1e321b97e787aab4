"""Whether all that was received is searchable, for the request at hand: pages and answers of searches say
until when it is."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.health.report import Behind
from shared.text.dates import SHANGHAI

_behind: ContextVar[Behind | None] = ContextVar("not all is searchable", default=None)


def behind() -> Behind | None:
    """Return what the monitor said last; None where all is searchable, or nobody knows."""
    return _behind.get()


def said(late: Behind, now: datetime | None = None) -> str:
    """Return it as people read it: 数据截至 07:26；之后收到的简报仍在处理，暂时检索不到。"""
    if late.until is None:
        return "部分已收到的简报暂时检索不到，结果可能不全。"
    until, today = late.until.astimezone(SHANGHAI), (now or datetime.now(UTC)).astimezone(SHANGHAI).date()
    day = "" if until.date() == today else f"{until.month} 月 {until.day} 日 " if until.year == today.year else f"{until:%Y-%m-%d} "
    return f"数据截至 {day}{until:%H:%M}；之后收到的简报仍在处理，暂时检索不到。"


class SaysBehind:
    """Lets whatever answers a request see it."""

    def __init__(self, app: ASGIApp, last: Callable[[], Behind | None]) -> None:
        self._app, self._last = app, last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        token = _behind.set(self._last())
        try:
            await self._app(scope, receive, send)
        finally:
            _behind.reset(token)
