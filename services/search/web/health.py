"""How the pipeline is: the monitor's report as JSON, as a stream of events, and as the page 运行."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from services.search.pipeline import charts
from services.search.pipeline.figures import PipelineAnswer
from services.search.pipeline.reports import Reports
from services.search.web.parameters import PAGE
from services.search.web.rendering import render
from shared.health.conservation import Conservation
from shared.health.report import Points, Report

EVERY = 2.0
"""Seconds between two looks for a newer report, for each open stream."""

STOP_SECONDS = 0.25
"""After which an open stream sees that the service ends."""

QUIET = 8
"""Looks without news after which a comment says that we are still here."""

STREAMS = 100
"""Open at once; who comes later sees the page as it is when it is opened."""


def router(reports: Reports, seen: Callable[[], PipelineAnswer]) -> APIRouter:
    """Return the routes."""
    made = APIRouter()
    room = asyncio.Semaphore(STREAMS)

    @made.get("/api/health/report", summary="健康报告", tags=["流水线"])
    async def report() -> Report:
        """各环节的状况：症状、原因、处理办法、影响、起始时间；一个根因排在最前，由它引起的症状另列。监测服务没有回应时也照此说明。"""
        return await reports.latest()

    @made.get("/api/health/conservation", summary="收支", tags=["流水线"])
    async def conservation() -> Conservation:
        """各环节收到多少、各自的去向：完成、重复或已被新版取代、未能处理、处理中、去向不明；去向不明的列出编号。"""
        return await reports.conservation()

    @made.get("/api/health/history", summary="近 24 小时", tags=["流水线"])
    async def history() -> Points:
        """每分钟一点：各环节的积压、最久等待、速度，以及当时的状况。"""
        return await reports.points()

    @made.get("/api/health/stream", include_in_schema=False)
    async def stream() -> Response:
        if room.locked():
            return Response(status_code=204)  # EventSource does not connect again then
        return StreamingResponse(_events(reports, room), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @made.get("/pipeline", **PAGE)
    async def page() -> Response:
        return render("pipeline.html", **await _facts(reports, seen()))

    @made.get("/pipeline/live", **PAGE)
    async def live() -> Response:
        return render("pipeline_live.html", **await _facts(reports, seen()))

    return made


async def _facts(reports: Reports, pipeline: PipelineAnswer) -> dict[str, Any]:
    report, points, balance = await asyncio.gather(reports.latest(), reports.points(), reports.conservation())
    now = datetime.now(UTC)
    stages = ("enrich", "index")
    return {
        "report": report,
        "pipeline": pipeline,
        "balance": balance,
        "now": now,
        "lags": {stage: charts.lag(points.points, stage, now) for stage in stages},
        "waits": {stage: charts.oldest(points.points, stage, now) for stage in stages},
        "rates": {stage: charts.rate(points.points, stage, now) for stage in stages},
        "canaries": charts.canary(points.points, now),
        "hours": charts.hours(points.points, now),
    }


async def _events(reports: Reports, room: asyncio.Semaphore) -> AsyncIterator[bytes]:
    """An event for each report that is newer than the last; the page asks for what it shows then."""
    async with room:
        told: datetime | None = None
        quiet = 0
        while not reports.stopping():
            report = await reports.latest()
            quiet += 1
            if report.at != told:
                told, quiet = report.at, 0
                yield f"event: report\ndata: {report.state}\n\n".encode()
            elif quiet >= QUIET:
                quiet = 0
                yield b": still here\n\n"
            until = time.monotonic() + EVERY
            while (left := until - time.monotonic()) > 0 and not reports.stopping():  # noqa: ASYNC110
                await asyncio.sleep(min(left, STOP_SECONDS))
