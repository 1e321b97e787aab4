"""A source's id ↔ what people call it, by the registry that the request at hand sees.

Everything that shows or takes a source asks here, so the registry is put into the request's context once
(services.search.web.sources.names) rather than handed through every part of an answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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


@contextmanager
def seeing(listing: Listing) -> Iterator[None]:
    """Whatever is done in the block sees these names, also in threads and tasks that it begins."""
    token = _listing.set(listing)
    try:
        yield
    finally:
        _listing.reset(token)
