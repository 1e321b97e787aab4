"""What the Elasticsearch client raised for a request → SearchError: the caller's mistake, a missing document, or Elasticsearch's trouble."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from services.search.errors import Away, BadRequest, Expired, NotFound, SearchError
from shared.elastic import explained, reason_of
from shared.errors import Misconfigured
from shared.settings import ElasticsearchSettings

ANSWER_SECONDS = 10.0
"""For all searches of one answer. It takes some tens of ms; who waits longer than this is better told that the engine is overloaded."""


@asynccontextmanager
async def asking(settings: ElasticsearchSettings) -> AsyncIterator[None]:
    """Raise as SearchError what the client raises in the block, and Away where the block takes longer than ANSWER_SECONDS."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except TimeoutError as error:
        raise Away(f"Elasticsearch took longer than {ANSWER_SECONDS:.0f} s for this answer; try again in a few seconds") from error
    except (ApiError, TransportError) as error:
        raise from_elastic(error, settings) from error


def from_elastic(error: Exception, settings: ElasticsearchSettings) -> SearchError:
    """What the client raised as ours; anything that a caller can't mend becomes Away, never a bare 500."""
    if isinstance(error, NotFoundError):
        if "search_context_missing" in str(error.body) or "No search context" in str(error.body):
            return Expired("cursor has expired: begin again without it")
        if "index_not_found" in str(error.body):
            return Away("the index does not exist yet: start the index service, which makes it")
        return NotFound(f"not found: {reason_of(error.body)}")
    if isinstance(error, ApiError) and error.meta.status == 400:
        return BadRequest(f"Elasticsearch can't run this search: {reason_of(error.body)}")
    if isinstance(error, (ApiError, TransportError)):
        ours = explained(error, settings)
        hint = "" if isinstance(ours, Misconfigured) else "; try again in a few seconds"
        return Away(f"{ours}{hint}")
    return SearchError("something went wrong here; the log says what")
