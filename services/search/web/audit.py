"""What operators did: as JSON and as the page 操作记录, for whoever operates."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import Response

from services.search.audit.records import OperationRecords
from services.search.audit.trail import chosen, counts, entries
from services.search.models.audit import ACTIONS, OUTCOMES, AuditAnswer, AuditQuery, done
from services.search.models.search import ErrorAnswer
from services.search.web.dead.requests import operator
from services.search.web.parameters import AWAY, INVALID, PAGE
from services.search.web.rendering import render

NEEDED: dict[int | str, dict[str, Any]] = {403: {"model": ErrorAnswer, "description": "需要管理密钥（operate）"}}


class PageQuery(AuditQuery):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def router(records: OperationRecords) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    async def found(query: AuditQuery) -> AuditAnswer:
        wanted = query.wanted()
        read, complete = await records.latest(wanted.until)
        trail = entries(read)
        fits = chosen(trail, wanted)
        return AuditAnswer(
            total=len(fits),
            operations=tuple(map(done, fits[query.skip : query.skip + query.limit])),
            actions=dict(counts(trail)),
            complete=complete,
            oldest_at=trail[-1].began_at if trail else None,
        )

    @made.get("/api/audit", tags=["流水线"], summary="操作记录", responses=AWAY | INVALID | NEEDED)
    async def listed(request: Request, query: Annotated[AuditQuery, Query()]) -> AuditAnswer:
        """谁在何时做了什么、结果如何：撤回、抹除、放行、死信的处理、来源的修改、重建与导入等，由新到旧。需要管理密钥（operate）。"""
        operator(request)
        return await found(query)

    @made.get("/audit", **PAGE)
    async def page(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        operator(request)
        answer = await found(query)

        def link(**changed: object) -> str:
            fields = {name: value for name, value in (query.given | changed).items() if value not in (None, "", 0)}
            return "/audit?" + urlencode(fields) if fields else "/audit"

        following = query.skip + query.limit
        return render(
            "audit.html",
            answer=answer,
            query=query,
            actions=ACTIONS,
            outcomes=OUTCOMES,
            link=link,
            earlier=link(skip=max(0, query.skip - query.limit)) if query.skip else None,
            later=link(skip=following) if following < answer.total else None,
        )

    return made
