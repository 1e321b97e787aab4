"""How the pipeline is: as JSON and as a page."""

from fastapi import APIRouter
from starlette.responses import Response

from services.search.freshness.watch import SourceWatch
from services.search.models.sources import health
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.verdict import PipelineAnswer
from services.search.web.parameters import PAGE
from services.search.web.rendering import render


def router(monitor: Monitor, watch: SourceWatch) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    def seen() -> PipelineAnswer:
        return monitor.pipeline().model_copy(update={"sources": health(watch.now())})

    @made.get("/api/pipeline", summary="流水线状况", tags=["流水线"])
    async def pipeline() -> PipelineAnswer:
        """各环节的收、发、死信、积压(条数与秒数)与判断,以及来源是否按时,直接由 Kafka 与 Elasticsearch 测得,服务停了也准确。"""
        return seen()

    @made.get("/pipeline", **PAGE)
    async def page() -> Response:
        return render("pipeline.html", pipeline=seen())

    return made
