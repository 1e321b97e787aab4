"""What is asked → the digests that are held, from their manifests in the index; raises SearchError alone."""

from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.models.quarantine import HeldDigest, QuarantineAnswer, QuarantineQuery
from services.search.quarantine.words import reason
from shared import index_names as names
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

FIELDS = ["digest_id", "revision", "source", "title", "url", "external_id", "key_name", "received_at", "media_type", "quarantine"]
KINDS = 50
"""Codes that are counted: more than there are."""


class Held:
    """The manifests of one namespace."""

    def __init__(self, elastic: AsyncElasticsearch, settings: ElasticsearchSettings, *, namespace: str) -> None:
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._alias = names.alias(namespace, "digests")

    async def list(self, query: QuarantineQuery) -> QuarantineAnswer:
        """Return a page of them, as the last refresh has them."""
        wanted = [{"exists": {"field": "quarantine"}}, *([{"term": {"source": query.source}}] if query.source else [])]
        try:
            answer = await self._elastic.search(
                index=self._alias,
                query={"bool": {"filter": wanted}},
                post_filter={"term": {"quarantine.code": query.code}} if query.code else None,
                aggregations={"codes": {"terms": {"field": "quarantine.code", "size": KINDS}}},
                sort=[{"received_at": "desc"}, {"digest_id": "desc"}],
                from_=query.skip,
                size=query.limit,
                source_includes=FIELDS,
                track_total_hits=True,
            )
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return QuarantineAnswer(
            total=answer["hits"]["total"]["value"],
            counts={bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["codes"]["buckets"]},
            digests=tuple(held(hit["_source"]) for hit in answer["hits"]["hits"]),
        )

    async def get(self, digest_id: str) -> HeldDigest | None:
        """Return one as it is now; None where it is not held."""
        try:
            answer = await self._elastic.get(index=self._alias, id=digest_id, source_includes=FIELDS)
        except NotFoundError as error:
            if isinstance(error.body, dict) and error.body.get("found") is False:
                return None
            raise from_elastic(error, self._settings) from error
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        return held(answer["_source"]) if answer["_source"].get("quarantine") else None


def held(manifest: Json) -> HeldDigest:
    """What is told of a digest that is held. Pure."""
    why = manifest["quarantine"]
    facts = {name: manifest[name] for name in FIELDS if name != "quarantine" and manifest.get(name) is not None}
    return HeldDigest(
        **facts,
        code=why["code"],
        message=why.get("message") or "",
        reason=reason(why["code"]),
        figures=why.get("figures") or {},
        beginning=why.get("beginning") or "",
    )
