"""What the monitor knows → its answers: the report, as it is and as it comes, points of a day, completeness, the balance."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.monitor.completeness.compare import Comparer
from services.monitor.watch.history import History
from services.monitor.watch.watcher import Watcher
from shared.health import refusal
from shared.health.guard import Guard
from shared.health.report import Points

COMPLETENESS, CONSERVATION = "/completeness", "/conservation"
REPORT, STREAM, HISTORY = "/report", "/report/stream", "/history"

STREAMS = 64
"""At once; search keeps one for all its users."""

QUIET_SECONDS = 15.0
"""After which a comment is sent, so that both ends know that the other is there."""


def routes(
    comparer: Comparer,
    watcher: Watcher,
    history: History,
    guard: Guard,
    stop: asyncio.Event,
) -> list[Route]:
    """Return the routes; they are answered to whom metrics are told. Streams end with `stop`."""
    room = asyncio.Semaphore(STREAMS)

    async def completeness(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        found = comparer.latest
        status = 200 if found.state == "green" else 503
        return Response(found.model_dump_json(), status_code=status, media_type="application/json")

    async def conservation(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        return Response(comparer.conservation.model_dump_json(), media_type="application/json")

    async def report(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        if watcher.report is None:
            return _error(503, "starting", "nothing has been looked at yet; ask again in some seconds")
        try:
            await watcher.check()
        except RuntimeError as error:  # an old report would seem to be of now
            return _error(503, "stale", str(error))
        # 200 whatever it says: that a report is there is one thing, what it says another.
        return Response(watcher.report.model_dump_json(), media_type="application/json")

    async def stream(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        if room.locked():
            return _error(503, "too_many_streams", f"{STREAMS} streams are open; ask {REPORT} from time to time")
        return StreamingResponse(_events(watcher, room, stop), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def points(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        return Response(Points(points=tuple(history.points)).to_json(), media_type="application/json")

    return [
        Route(COMPLETENESS, completeness),
        Route(CONSERVATION, conservation),
        Route(REPORT, report),
        Route(STREAM, stream),
        Route(HISTORY, points),
    ]


async def _events(watcher: Watcher, room: asyncio.Semaphore, stop: asyncio.Event) -> AsyncIterator[bytes]:
    async with room:
        reports = watcher.reports()
        coming, stopping = asyncio.ensure_future(anext(reports)), asyncio.ensure_future(stop.wait())
        try:
            while True:
                first = asyncio.FIRST_COMPLETED
                await asyncio.wait([coming, stopping], timeout=QUIET_SECONDS, return_when=first)
                if stopping.done():
                    return
                if not coming.done():
                    yield b": still here\n\n"
                    continue
                yield b"event: report\ndata: " + coming.result().model_dump_json().encode() + b"\n\n"
                coming = asyncio.ensure_future(anext(reports))
        finally:
            coming.cancel()
            stopping.cancel()


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, "status": status}}, status)
