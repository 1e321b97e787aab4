"""How many digests are held and how many died, for the request at hand: the navigation names both while there is something."""

from collections.abc import Callable
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

_held: ContextVar[int] = ContextVar("digests in quarantine", default=0)

_failed: ContextVar[int] = ContextVar("dead letters that ask for attention", default=0)


def failed() -> int:
    """How many dead letters asked for attention when the pipeline was last measured."""
    return _failed.get()


def held() -> int:
    """How many there were when the pipeline was last measured."""
    return _held.get()


class HeldCount:
    """Lets whatever answers a request see these numbers."""

    def __init__(self, app: ASGIApp, count: Callable[[], int], failed: Callable[[], int]) -> None:
        self._app, self._count, self._failed = app, count, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        token, other = _held.set(self._count()), _failed.set(self._failed())
        try:
            await self._app(scope, receive, send)
        finally:
            _held.reset(token)
            _failed.reset(other)
