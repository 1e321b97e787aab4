"""A request → the same, which sees what sources are called. Pure ASGI."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.search.query.sources import seeing
from shared.registry.listing import Listing


class SourceNames:
    """Lets whatever answers a request see the names of sources."""

    def __init__(self, app: ASGIApp, listing: Listing) -> None:
        self._app, self._listing = app, listing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        with seeing(self._listing):
            await self._app(scope, receive, send)
