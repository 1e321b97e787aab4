"""How many digests are held, for the request at hand: the navigation names the quarantine while something is there."""

from collections.abc import Callable
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

_held: ContextVar[int] = ContextVar("digests in quarantine", default=0)


def held() -> int:
    """How many there were when the pipeline was last measured."""
    return _held.get()


class HeldCount:
    """Lets whatever answers a request see that number."""

    def __init__(self, app: ASGIApp, count: Callable[[], int]) -> None:
        self._app, self._count = app, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        token = _held.set(self._count())
        try:
            await self._app(scope, receive, send)
        finally:
            _held.reset(token)
