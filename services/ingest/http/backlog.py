"""GET /v1/backlog → how many digests wait before enrich and before the indexer, so that whoever feeds many leaves room for others."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest.feeding.backlog import Backlog
from services.ingest.http import examples
from services.ingest.http.guard import admit
from services.ingest.http.routes import Ingest

_WAITING = {
    "type": "object",
    "description": "Digests by service",
    "required": ["enrich", "index"],
    "properties": {name: {"type": "integer", "minimum": 0} for name in ("enrich", "index")},
}
OPERATION: dict[str, Any] = {
    "security": [{}, {"bearer": []}, {"key": []}],
    "responses": {
        "200": {
            "description": "What is not worked on yet",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["waiting"], "properties": {"waiting": _WAITING}},
                    "example": {"waiting": {"enrich": 12, "index": 0}},
                }
            },
        },
        **{status: examples.OPERATION["responses"][status] for status in ("401", "403", "429", "503")},
    },
}


def router(ingest: Ingest, backlog: Backlog) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/v1/backlog", summary="What is waiting", openapi_extra=OPERATION, response_model=None)
    async def waiting(request: Request) -> Response:
        """Digests that were taken and are not enriched or not indexed yet: a single one that is fed now is searchable after these.

        `jianbao feed` asks between batches and goes on once there are few.
        """
        await admit(request, ingest.door)
        return JSONResponse({"waiting": await backlog.read()})

    return routes
