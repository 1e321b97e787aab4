"""A digest's id → its row in the list of what was fed, and the gate before what is not the key's to read."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from services.search import reading
from services.search.errors import NotFound
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


def gate(find: Known) -> Callable[[Request], Awaitable[None]]:
    """Return the dependency of all routes that raises NotFound for what is of no source of the key's."""

    async def check(request: Request) -> None:
        if reading.everything():
            return
        source, digest_id = request.path_params.get("source"), request.path_params.get("digest_id")
        if digest_id is not None:
            found = await find(request, digest_id)
            source = found.source if found else ""
        if source is not None and not reading.may_read(source):
            raise NotFound(f"this key reads of its own sources alone, and {digest_id or source} is of none")

    return check
