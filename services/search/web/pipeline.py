"""The figures of each stage, as JSON."""

from collections.abc import Callable

from fastapi import APIRouter

from services.search.pipeline.figures import PipelineAnswer


def router(seen: Callable[[], PipelineAnswer]) -> APIRouter:
    """Return the routes; `seen` gives what was measured last."""
    made = APIRouter()

    @made.get("/api/pipeline", summary="流水线状况", tags=["流水线"])
    async def pipeline() -> PipelineAnswer:
        """各环节的收、发、死信、积压(条数与秒数)与判断,以及来源是否按时,直接由 Kafka 与 Elasticsearch 测得,服务停了也准确。"""
        return seen()

    return made
