"""The day's news: /api/today as JSON, / as a page."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import RedirectResponse, Response

from services.search.models.today import TodayAnswer
from services.search.today.today import Today
from services.search.web.parameters import AWAY, INVALID, PAGE
from services.search.web.rendering import render


def _written_out(value: object) -> object:
    """Raise ValueError for what pydantic would take for a count of seconds: 0 would be 1970-01-01."""
    if isinstance(value, str) and value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("write the day as 2026-02-01")
    return value


Day = Annotated[date | None, BeforeValidator(_written_out), Query(description="哪一天；不给则为最近有条目的一天", examples=["2026-02-06"])]


def router(today: Today) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/today", summary="某一天的要闻", tags=["检索"], responses=AWAY | INVALID)
    async def answer(day: Day = None) -> TodayAnswer:
        """按简报列出某一天的条目，附各主题的条数、首次出现的文件、近期到期的目标；日期不详的简报另列。"""
        return await today.of(day)

    @made.get("/", **PAGE)
    async def page(request: Request, day: Day = None) -> Response:
        """Show a day; an address from before the search page had one of its own goes on to it."""
        asked = {name for name in request.query_params if name != "day"}
        if asked:
            return RedirectResponse(f"/search?{request.url.query}", 307)
        return render("today.html", today=await today.of(day))

    return made
