"""What the Elasticsearch client raised for a request → SearchError: the caller's mistake, a missing document, or Elasticsearch's trouble."""

from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from services.search.errors import Away, BadRequest, Expired, NotFound, SearchError
from shared.elastic import explained, reason_of
from shared.errors import Misconfigured
from shared.settings import ElasticsearchSettings


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
