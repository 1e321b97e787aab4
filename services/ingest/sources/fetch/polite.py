"""A fetcher that keeps to each site's rules: its robots.txt, one document at a time, and a pause between two.

What one site makes us wait for delays no other.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from yarl import URL

from services.ingest.sources.fetch import robots
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched, Redirect, follow
from services.ingest.sources.fetch.robots import Robots

PAUSE_SECONDS = 1.0
"""Between two documents of a site that asks for no other."""

ROBOTS_SECONDS = 3600.0
"""For which a robots.txt holds; RFC 9309 allows a day. One that could not be had is asked for again sooner."""

ROBOTS_AGAIN_SECONDS = 300.0

MOST_SITES = 1000
"""Of which something is remembered; a site that was not asked for longest is forgotten."""


class Fetching(Protocol):
    """What fetches: `Fetcher`, or a stand-in for it."""

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None, max_bytes: int | None = None) -> Fetched:
        """Return the document, wherever its address leads; raise FetchFailed."""

    async def hop(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched | Redirect:
        """Return the document or where it is; raise FetchFailed."""


@dataclass
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    robots: Robots = field(default_factory=Robots)
    robots_until: float = -1.0


class Polite:
    """Fetches as `Fetcher` does, within the rules of each site."""

    def __init__(
        self,
        fetcher: Fetching,
        *,
        pause: float = PAUSE_SECONDS,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._pause = pause
        self._now = now
        self._sleep = sleep
        self._sites: dict[str, _Site] = {}

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """Return the document once it is its turn; each site on the way to it has its own rules.

        Raises FetchFailed, of kind `robots` where a site does not want it fetched.
        """
        return await follow(partial(self._hop, etag=etag, modified=modified), url)

    async def _hop(self, url: str, *, etag: str | None, modified: str | None) -> Fetched | Redirect:
        origin = _origin(url)
        site = self._site(origin)
        async with site.lock:
            await self._rules(site, origin)
            if not site.robots.allows(url):
                raise _forbidden(origin, site.robots.closed)
            await self._turn(site)
            try:
                return await self._fetcher.hop(url, etag=etag, modified=modified)
            finally:
                site.free_at = self._now() + max(self._pause, site.robots.delay)

    async def _rules(self, site: _Site, origin: str) -> None:
        if self._now() < site.robots_until:
            return
        await self._turn(site)
        try:
            found = await self._fetcher.get(f"{origin}/robots.txt", max_bytes=robots.MAX_BYTES)
            site.robots, holds = robots.read(found.content), ROBOTS_SECONDS
        except FetchFailed as failed:
            if failed.kind in ("bad_url", "closed_address"):
                raise
            site.robots = robots.without(failed)
            holds = ROBOTS_AGAIN_SECONDS if site.robots.closed is not None else ROBOTS_SECONDS
        site.robots_until = self._now() + holds
        site.free_at = self._now()

    async def _turn(self, site: _Site) -> None:
        if (seconds := site.free_at - self._now()) > 0:
            await self._sleep(seconds)

    def _site(self, origin: str) -> _Site:
        site = self._sites.pop(origin, None) or _Site()
        self._sites[origin] = site
        for name in [name for name, one in self._sites.items() if not one.lock.locked()][: max(0, len(self._sites) - MOST_SITES)]:
            if name != origin:
                del self._sites[name]
        return site


def _origin(url: str) -> str:
    """Scheme, host and port; raises FetchFailed where it is no address."""
    try:
        return str(URL(url).origin())
    except ValueError:
        raise FetchFailed("bad_url", f"{url[:200]} is no address of http or https", lasting=True) from None


def _forbidden(origin: str, closed: str | None) -> FetchFailed:
    if closed is None:
        return FetchFailed("robots", f"{origin}/robots.txt asks that this document is not fetched", lasting=True)
    return FetchFailed("robots", f"{origin}/robots.txt can't be had ({closed}), so nothing of the site may be fetched for now")
