"""Named checks → `/healthz`, `/readyz` and `/metrics`, the same in every service.

`/healthz` says whether this process works (restart it if not); `/readyz` whether it can do its job now, with what it needs.
Both answer 200 or 503 with `{"service", "ok", "checks": [{"name", "ok", "message"}]}`;
without `checks` to whom `shared.health.guard` does not tell them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from shared.connections.limits import Limits, within_open_files
from shared.connections.protocol import Config
from shared.connections.serving import Guarded, listening
from shared.health.guard import Answer, Guard

Check = Callable[[], Awaitable[str | None]]
"""Returns when all is well, with words where a person should look at something nevertheless; raises with the reason when not."""

CHECK_SECONDS = 3.0
"""A check that takes longer counts as failed: probes themselves give up after some seconds."""

DRAIN_SECONDS = 2
"""For a probe that is being answered when the service stops, and no longer for one that does not read on."""


@dataclass(frozen=True)
class Health:
    """The checks of one service by name."""

    service: str
    live: Mapping[str, Check] = field(default_factory=dict)
    ready: Mapping[str, Check] = field(default_factory=dict)

    async def report(self, *, ready: bool) -> dict[str, object]:
        """Run the live checks (and the ready ones too) at once; the answer that the routes give as JSON."""
        checks = {**self.live, **(self.ready if ready else {})}
        results = await asyncio.gather(*(_run(name, check) for name, check in checks.items()))
        return {"service": self.service, "ok": all(result["ok"] for result in results), "checks": results}


async def _run(name: str, check: Check) -> dict[str, object]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            said = await check()
    except TimeoutError:
        return {"name": name, "ok": False, "message": f"no answer within {CHECK_SECONDS:g} s"}
    except Exception as error:  # whatever a check raises is what it has to say
        return {"name": name, "ok": False, "message": str(error) or type(error).__name__}
    return {"name": name, "ok": True, "message": said or ""}


def routes(health: Health, guard: Guard) -> list[Route]:
    """Starlette routes for a service's app; `guard` says who may see what."""

    async def answer(request: Request) -> Response:
        allowed = guard.answer(request.headers)
        if allowed == "no_name":
            return _refusal(403, NO_NAME)
        report = await health.report(ready=request.url.path == "/readyz")
        if allowed == "no_key":
            report = {"service": health.service, "ok": report["ok"]}
        return JSONResponse(report, status_code=200 if report["ok"] else 503)

    async def metrics(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", answer), Route("/readyz", answer), Route("/metrics", metrics)]


NO_NAME = "asked for by a name that is not this machine's: use 127.0.0.1, an address, or a name that JIANBAO_HEALTH_HOSTS has"
NO_KEY = "metrics take a key here: send one of JIANBAO_HEALTH_KEYS as Authorization: Bearer KEY"


def refusal(allowed: Answer) -> Response | None:
    """The answer to who may not see metrics and the like; None for who may."""
    if allowed == "whole":
        return None
    return _refusal(403, NO_NAME) if allowed == "no_name" else _refusal(401, NO_KEY)


def _refusal(status: int, message: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": {"code": "key_missing" if status == 401 else "cross_site", "message": message, "status": status}}, status, headers)


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, *, host: str, port: int, variables: tuple[str, str] = ("HOST", "PORT"), limits: Limits | None = None
) -> AsyncIterator[uvicorn.Server]:
    """Serve `app` on the running loop while the block runs; a loop that hangs then fails its liveness probe, as it should.

    Raises Misconfigured, naming `variables`, when the address can't be had.
    """
    limits = within_open_files(limits or Limits())
    with listening(host, port, variables=variables, limits=limits) as listener:
        server = Guarded(Config(app, listener, limits, drain_seconds=DRAIN_SECONDS))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield server
        finally:
            server.should_exit = True
            await task
