"""POST /v1/digests/{id}/release → the digest let out of quarantine: 202 once Kafka has it, 404 for what was never received."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest.http import body, examples, json_form
from services.ingest.http.addresses import status_url
from services.ingest.http.guard import admit
from services.ingest.http.routes import Ingest
from services.ingest.release.release import Shelf, release
from services.ingest.takeback import MAX_BODY
from services.ingest.withdraw import Desk
from shared import log, metrics

_log = log.get(__name__)


def router(ingest: Ingest, desk: Desk, shelf: Shelf) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.post(
        "/v1/digests/{digest_id}/release",
        status_code=202,
        summary="Let a digest out of quarantine",
        openapi_extra=examples.RELEASE,
        response_model=None,
    )
    async def let_out(digest_id: str, request: Request) -> Response:
        """It is a digest, a person says: it is split and found, and stays so when the same content is fed again."""
        key = await admit(request, ingest.door)
        with ingest.entered(request, key) as held:
            reason = json_form.reason(await body.read(request, MAX_BODY, held))
            name = key.name if key else None
            [done] = await release(
                [digest_id],
                reason=reason,
                by=f"key {name}" if name else "api",
                desk=desk,
                shelf=shelf,
                publisher=ingest.taker.publisher,
                revisions=ingest.revisions,
                key_name=name,
                permit=lambda source: ingest.door.check_source(key, source),
            )
        if not done.before:
            metrics.received.labels(stage="ingest").inc()
            metrics.sent.labels(stage="ingest").inc()
        _log.info("digest_released", digest_id=digest_id, revision=done.revision, before=done.before, key=name)
        url = status_url(ingest.settings.search_url, digest_id, done.revision)
        answer = {"digest_id": digest_id, "revision": done.revision, "status_url": url, "released_before": done.before}
        return JSONResponse(answer, status_code=202, headers={"Location": url})

    return routes
