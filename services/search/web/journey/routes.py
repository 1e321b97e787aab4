"""A digest's or item's id, an address or an external id → the digest's way: as JSON and as a page."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.search.answer.journeys import Journeys
from services.search.errors import NotFound, SearchError
from services.search.models.journey import JourneyAnswer
from services.search.web.journey import words
from services.search.web.parameters import AWAY, MISSING, PAGE
from services.search.web.rendering import render

LONGEST = 2000
"""As the longest address that ingest takes."""

Name = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST,
        description="简报编号、条目编号、简报的网址，或送入时给的编号（external_id）",
        examples=["b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"],
    ),
]


def router(journeys: Journeys) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/journey", summary="一份简报的去向", tags=["流水线"], responses=AWAY | MISSING)
    async def journey(id: Name) -> JourneyAnswer:
        """这份简报现在在哪一环节，以及经过的每一步：时间、位置、条目数、错误与重试。"""
        return await journeys.of(id)

    @made.get("/journey", **PAGE)
    async def page(id: str = "") -> Response:
        name, found, away, status = id.strip()[:LONGEST], None, "", 200
        if name:
            try:
                found = await journeys.of(name)
            except NotFound:
                status = 404
            except SearchError as error:
                if error.status < 500:
                    raise
                away, status = error.chinese, error.status
        headers = {"Retry-After": "5"} if away else None
        said = words.sentence(found) if found else ""
        return render("journey.html", status=status, headers=headers, asked=name, found=found, away=away, said=said, words=words)

    return made
