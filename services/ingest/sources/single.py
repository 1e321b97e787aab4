"""An address on the command line → the digest at it, fetched as the worker fetches pages."""

from collections.abc import Mapping
from typing import Protocol

from services.ingest import fields
from services.ingest.accept import Submission
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.fetcher import Fetched
from services.ingest.sources.worker import saying
from shared.errors import Rejected


class Fetching(Protocol):
    """What fetches: `Polite`, or a stand-in for it."""

    async def get(self, url: str) -> Fetched:
        """Return the document; raise FetchFailed."""


async def fetched(url: str, said: Mapping[str, str | None], fetching: Fetching) -> Submission:
    """Return the page with what is `said` of it; its address is its identity, unless another one is given.

    Raises Rejected where it can't be fetched or read.
    """
    address = fields.url(url)
    try:
        page = await fetching.get(url)
    except FetchFailed as failed:
        raise Rejected(failed.kind, failed.message) from None
    typed = saying.media_type(page)
    return Submission(content=page.content, media_type=typed, **{**said, "url": said.get("url") or address})
