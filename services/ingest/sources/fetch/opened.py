"""Settings of the web → what fetches by them, open while a block runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.fetcher import Fetcher
from services.ingest.sources.fetch.polite import Polite
from shared.settings import WebSettings


@asynccontextmanager
async def fetching(settings: WebSettings) -> AsyncIterator[Polite]:
    """Give a fetcher that keeps to these limits and to each site's rules.

    Raises Misconfigured for a network that is none.
    """
    limits = Fetcher(
        openings=opened(settings.open),
        max_bytes=settings.max_bytes,
        seconds=settings.seconds,
        silent_seconds=settings.silent_seconds,
        agent=settings.agent,
    )
    async with limits as fetcher:
        yield Polite(fetcher, pause=settings.pause)
