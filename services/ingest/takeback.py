"""POST /v1/digests/{id}/withdraw → the digest taken back: 202 once Kafka has it, 404 for what was never received."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest.http import body, examples, json_form
from services.ingest.http.addresses import status_url
from services.ingest.http.guard import admit
from services.ingest.http.routes import Ingest
from services.ingest.withdraw import Desk, withdraw
from shared import log, metrics

_log = log.get(__name__)

MAX_BODY = 64 * 1024
"""A reason has 500 characters."""


def router(ingest: Ingest, desk: Desk) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.post(
        "/v1/digests/{digest_id}/withdraw", status_code=202, summary="Take a digest back", openapi_extra=examples.WITHDRAW, response_model=None
    )
    async def take_back(digest_id: str, request: Request) -> Response:
        """Its items leave search, facets and pages. An older write can't bring it back; the digest fed again does."""
        key = await admit(request, ingest.door)
        with ingest.entered(request, key) as held:
            reason = json_form.reason(await body.read(request, MAX_BODY, held))
        name = key.name if key else None
        [done] = await withdraw(
            [digest_id],
            reason=reason,
            by=f"key {name}" if name else "api",
            desk=desk,
            publisher=ingest.taker.publisher,
            revisions=ingest.revisions,
            key_name=name,
            permit=lambda source: ingest.door.check_source(key, source),
        )
        if not done.before:
            metrics.received.labels(stage="ingest").inc()
            metrics.sent.labels(stage="ingest").inc()
        _log.info("digest_withdrawn", digest_id=digest_id, revision=done.revision, before=done.before, key=name)
        url = status_url(ingest.settings.search_url, digest_id, done.revision)
        answer = {"digest_id": digest_id, "revision": done.revision, "status_url": url, "withdrawn_before": done.before}
        return JSONResponse(answer, status_code=202, headers={"Location": url})

    return routes
