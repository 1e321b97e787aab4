"""A source's id ↔ what people call it, by the registry that the request at hand sees.

Everything that shows or takes a source asks here, so the registry is put into the request's context once
(`SourceNames`, a layer of ASGI) rather than handed through every part of an answer.
"""

from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.registry.listing import Listing
from shared.text.folding import compact, fold

_listing: ContextVar[Listing | None] = ContextVar("registry of sources", default=None)


def shown(source: str) -> str:
    """What people read for a source's id."""
    listing = _listing.get()
    return listing.shown(source) if listing else source


def ids(said: str) -> tuple[str, ...]:
    """The sources that somebody may mean: the one of that id, and those of that display name, however it is spelt."""
    key = compact(fold(said))
    listing = _listing.get()
    entries = listing.entries.values() if listing else ()
    named = (entry.source for entry in entries if entry.name and compact(fold(entry.name)) == key)
    return tuple(dict.fromkeys((said, *named)))


class SourceNames:
    """Lets whatever answers a request see the names of sources."""

    def __init__(self, app: ASGIApp, listing: Listing) -> None:
        self._app, self._listing = app, listing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        token = _listing.set(self._listing)
        try:
            await self._app(scope, receive, send)
        finally:
            _listing.reset(token)
