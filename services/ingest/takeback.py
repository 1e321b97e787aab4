"""POST /v1/digests/{id}/withdraw → the digest taken back: 202 once Kafka has it, 404 for what was never received."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest.http import body, examples, json_form
from services.ingest.http.guard import authorise
from services.ingest.http.routes import Ingest, status_url
from services.ingest.withdraw import Desk, withdraw
from shared import keys, log, metrics
from shared.errors import Unavailable

_log = log.get(__name__)

MAX_BODY = 64 * 1024
"""A reason has 500 characters."""


def router(ingest: Ingest, desk: Desk) -> APIRouter:
    """The route; one withdrawal at a time, as each reads a partition of the raw topic from its beginning."""
    routes = APIRouter()
    one_at_a_time = asyncio.Lock()

    @routes.post(
        "/v1/digests/{digest_id}/withdraw", status_code=202, summary="Take a digest back", openapi_extra=examples.WITHDRAW, response_model=None
    )
    async def take_back(digest_id: str, request: Request) -> Response:
        """Its items leave search, facets and pages. An older write can't bring it back; the digest fed again does."""
        authorise(request.headers, ingest.settings)
        reason = json_form.reason(await body.read(request, MAX_BODY))
        if one_at_a_time.locked():
            raise Unavailable("another digest is being withdrawn at the moment; try again soon", retry_after=2)
        async with one_at_a_time:
            [done] = await withdraw(
                [digest_id], reason=reason, by=_by(request.headers), desk=desk, publisher=ingest.publisher, revisions=ingest.revisions
            )
        if not done.before:
            metrics.received.labels(stage="ingest").inc()
            metrics.sent.labels(stage="ingest").inc()
        _log.info("digest_withdrawn", digest_id=digest_id, revision=done.revision, before=done.before)
        url = status_url(ingest.settings.search_url, digest_id, done.revision)
        answer = {"digest_id": digest_id, "revision": done.revision, "status_url": url, "withdrawn_before": done.before}
        return JSONResponse(answer, status_code=202, headers={"Location": url})

    return routes


def _by(headers: Mapping[str, str]) -> str:
    """Who: the beginning of the key's hash, as the configuration holds it; keys themselves stand nowhere."""
    key = keys.presented(headers)
    return f"api key {keys.hash_key(key)[:12]}" if key else "api"
