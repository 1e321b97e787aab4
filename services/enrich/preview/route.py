"""`POST /preview` on the worker's own port: a digest as ingest accepted it → the enriched record that it would become, or why it would be none.

For ingest alone, which has asked for the feeder's key and checked everything that it checks of digests. Who may ask is what `shared.health.guard`
says of metrics: on loopback anyone of this machine, beyond it whoever has a health key. Pages have no business here at all.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.enrich.preview.previews import Previews
from services.enrich.stream.process import Enriched
from shared import metrics
from shared.connections.gone import unless_gone
from shared.errors import Rejected, Unavailable
from shared.health.guard import Guard
from shared.preview.wire import MAX_BODY, unpacked
from shared.records import DIGEST_HEADER

NO_KEY = "previews take a key here: send one of JIANBAO_HEALTH_KEYS as Authorization: Bearer KEY"
NOT_OURS = "previews are made for ingest, by a name or address of this machine: see JIANBAO_HEALTH_HOSTS"


def route(previews: Previews, guard: Guard) -> Route:
    """The route, for the app that serves the worker's health."""

    async def preview(request: Request) -> Response:
        allowed = guard.answer(request.headers)
        if allowed == "no_key":
            return _error(401, "key_missing", NO_KEY, {"WWW-Authenticate": "Bearer"})
        if allowed == "no_name" or "origin" in request.headers:
            return _error(403, "cross_site", NOT_OURS)
        try:
            with previews.entered():
                header, content = unpacked(await _body(request))
                outcome = await unless_gone(request, previews.outcome([(DIGEST_HEADER, header)], content))
        except Rejected as error:
            return _error(413 if error.kind == "too_large" else 422, error.kind, error.message)
        except Unavailable as error:
            return _error(503, "unavailable", str(error), {"Retry-After": str(error.retry_after)})
        if outcome is None:  # the child is free for others at once
            metrics.previews.labels("left").inc()
            return Response(status_code=499)  # nobody reads it
        if isinstance(outcome, Enriched):
            metrics.previews.labels("enriched").inc()
            return Response(outcome.value, media_type="application/json")
        metrics.previews.labels(outcome.error).inc()
        return _error(422, outcome.error, outcome.message)

    return Route("/preview", preview, methods=["POST"])


async def _body(request: Request) -> bytes:
    """The whole body; raises Rejected where it is larger than any digest's."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise Rejected("too_large", f"the body is larger than the {MAX_BODY} bytes that are taken")
        parts.append(part)
    return b"".join(parts)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "status": status}}, status, headers)
