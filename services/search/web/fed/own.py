"""A digest's id → its row in the list of what was fed."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from services.search.fed.listing import FedList
from services.search.models.fed import FedDigest
from services.search.web.ingest_client import IngestClient

Known = Callable[[Request, str], Awaitable[FedDigest | None]]
"""A digest's row as whoever asks may see it; None where nobody knows it. Raises SearchError"""


def known(fed: FedList, ingest: IngestClient) -> Known:
    """Return how a digest's row is found."""

    async def find(request: Request, digest_id: str) -> FedDigest | None:
        return await fed.one(digest_id, lambda path: ingest.send(request, "GET", path))

    return find
