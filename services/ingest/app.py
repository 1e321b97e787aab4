"""Settings and a publisher → the ingest service as an ASGI app: the push API with its health, metrics and OpenAPI."""

import time
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from services.ingest import takeback
from services.ingest.again.take import Memory, Taker
from services.ingest.feeding.backlog import Backlog
from services.ingest.http import backlog as waiting
from services.ingest.http import examples, guard, listed, refusal
from services.ingest.http.room import REQUESTS_IN_MEMORY, Room
from services.ingest.http.routes import Ingest, router
from services.ingest.http.submissions import largest_request
from services.ingest.preview import described
from services.ingest.preview import route as preview
from services.ingest.preview.enricher import Enricher
from services.ingest.publish import Publisher
from services.ingest.registry import routes as registry
from services.ingest.registry.desk import SourceDesk
from services.ingest.release import route as letting_out
from services.ingest.release.release import Shelf
from services.ingest.revision import Revisions
from services.ingest.withdraw import Desk
from shared import health
from shared.connections.limits import Limits
from shared.health.guard import Guard
from shared.keys.door import Door
from shared.keys.ring import require
from shared.settings import HealthSettings, IngestSettings


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def create_app(
    settings: IngestSettings,
    publisher: Publisher,
    *,
    memory: Memory | None = None,
    desk: Desk | None = None,
    shelf: Shelf | None = None,
    enricher: Enricher | None = None,
    sources: SourceDesk | None = None,
    backlog: Backlog | None = None,
    door: Door | None = None,
    connections: int = Limits.connections,
    now_ms: Callable[[], int] = _now_ms,
    health_settings: HealthSettings | None = None,
) -> FastAPI:
    """The app; whoever makes it opens and closes the publisher. Digests can be withdrawn where there is a
    desk, released from quarantine where there is a shelf besides, previewed where there is an enricher, what is fed
    again is known where there is a memory, and sources are edited where there is a desk of theirs.

    Without a `door` the settings' own keys are asked for; `connections` are as many as there may be at once, and
    feeders share them. Raises Misconfigured when anyone on the network could feed.
    """
    door = door or guard.door(settings)
    require(settings.host, door.keyring, opened=settings.open, prefix="INGEST_")
    asked = Guard(settings.host, health_settings or HealthSettings())
    app = FastAPI(
        title="简报 ingest",
        description="Feed digests: each is kept as it came, split into items and made searchable.",
        docs_url=None,  # its page loads scripts from a CDN, and this service works offline
        redoc_url=None,
        openapi_url=None,  # ours asks for a key where one is needed
        redirect_slashes=False,  # an address has one form, and a redirect would name whatever Host was sent
        routes=[*health.routes(health.Health("ingest", ready={"kafka": publisher.check, "keys": door.keyring.check}), asked)],
    )
    room = Room(requests=connections // 2, memory=REQUESTS_IN_MEMORY * largest_request(settings.max_bytes))
    taker = Taker(publisher, memory)
    ingest = Ingest(settings=settings, taker=taker, revisions=Revisions(now_ms), room=room, door=door, sources=sources)
    app.include_router(router(ingest))
    if backlog is not None:
        app.include_router(waiting.router(ingest, backlog))
    if memory is not None:
        app.include_router(listed.router(ingest, memory))
    if desk is not None:
        app.include_router(takeback.router(ingest, desk))
        if shelf is not None:
            app.include_router(letting_out.router(ingest, desk, shelf))
    if enricher is not None:
        app.include_router(preview.router(ingest, enricher))
    if sources is not None:
        app.include_router(registry.router(ingest, sources))
    refusal.add_to(app)
    describe = app.openapi

    def openapi() -> dict[str, object]:
        schema = describe()
        components = schema.setdefault("components", {})
        components["securitySchemes"] = examples.SECURITY_SCHEMES
        if enricher is not None:
            components["schemas"] = components.get("schemas", {}) | described.SCHEMAS
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the schema

    @app.get("/openapi.json", include_in_schema=False)
    async def description(request: Request) -> JSONResponse:
        await guard.admit(request, door)
        return JSONResponse(app.openapi())

    return app
