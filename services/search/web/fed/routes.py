"""What was fed, and what became of each digest: as JSON and as the page 我的简报."""

from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, field_validator
from starlette.responses import Response

from services.search import reading
from services.search.fed.listing import WITHOUT_INGEST, Ask, FedList
from services.search.models.fed import STATES, FedAnswer, FedQuery
from services.search.query.sources import ids
from services.search.web.feeding.known import Sources
from services.search.web.ingest_client import IngestClient
from services.search.web.parameters import AWAY, INVALID, PAGE
from services.search.web.rendering import render

LABELS = {"received": "已收到", "searchable": "可检索", "dead": "无法处理", "quarantined": "已隔离", "withdrawn": "已撤回"}
LIGHTS = {"received": "yellow", "searchable": "green", "dead": "red", "quarantined": "yellow", "withdrawn": "unknown"}


class PageQuery(FedQuery):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @field_validator("source", "day", "key", "state", "cursor", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        """As a form sends what was not filled in."""
        return (value.strip() or None) if isinstance(value, str) else value


Q = TypeVar("Q", bound=FedQuery)


def _meant(query: Q) -> Q:
    """The query with a source's id for the name that people read, where that is one's alone."""
    _, *named = ids(query.source or "")
    return query.model_copy(update={"source": named[0]}) if len(named) == 1 else query


def router(fed: FedList, ingest: IngestClient, known: Sources) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    def asking(request: Request) -> Ask:
        return lambda path: ingest.send(request, "GET", path)

    @made.get("/api/digests", summary="送入的简报", tags=["流水线"], responses=AWAY | INVALID)
    async def listed(request: Request, query: Annotated[FedQuery, Query()]) -> FedAnswer:
        """送入的简报，由新到旧，以及各自的状态、条目数、提醒、送入者。可按来源、收到的日期、送入者、状态筛选。

        由接收服务最近收到的十万份与已入库的合并而成；接收服务没有回应，或密钥没有送入权限时，只列出已入库的与无法处理的，并在 ingest 中说明。
        """
        return await fed.listed(_meant(query), asking(request))

    @made.get("/digests", **PAGE)
    async def page(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        answer = await fed.listed(_meant(query), asking(request))
        sources = [(source, name) for source, name in await known() if reading.may_read(source)]

        def link(**changed: str | None) -> str:
            """This page with other parameters; without a cursor, as that is of one list."""
            kept = {name: value for name, value in (query.given | changed).items() if value}
            return "/digests" + (f"?{urlencode(kept)}" if kept else "")

        return render(
            "digests.html",
            answer=answer,
            query=query,
            states=STATES,
            labels=LABELS,
            lights=LIGHTS,
            link=link,
            sources=sources,
            without_ingest=WITHOUT_INGEST,
        )

    return made
