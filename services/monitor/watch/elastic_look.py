"""Elasticsearch → whether a search would be answered."""

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from services.monitor.report.facts import EngineFacts
from shared import index_names as names
from shared.elastic import explained
from shared.settings import ElasticsearchSettings

SECONDS = 3.0
"""It takes some ms."""


async def look(client: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> EngineFacts:
    """Return what is there; raises nothing. An index that is missing is not Elasticsearch's fault."""
    aliases = [names.alias(namespace, kind) for kind in names.KINDS]
    try:
        asking = client.options(request_timeout=SECONDS)
        await asking.search(index=aliases, size=0, track_total_hits=False, ignore_unavailable=True, allow_no_indices=True)
    except (ApiError, TransportError) as error:
        return EngineFacts(False, str(explained(error, settings)))
    return EngineFacts(True)
