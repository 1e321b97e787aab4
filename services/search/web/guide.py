"""How to use it: the pages on the query language and on the API."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.search.query.language.examples import EXAMPLES, field_table
from services.search.web import openapi_summary
from services.search.web.parameters import PAGE
from services.search.web.rendering import render


def router(openapi: Callable[[], dict[str, Any]]) -> APIRouter:
    """Return the routes; `openapi` gives the API's description."""
    made = APIRouter()

    @made.get("/syntax", **PAGE)
    async def syntax() -> Response:
        return render("syntax.html", sections=EXAMPLES, fields=field_table())

    @made.get("/docs", **PAGE)
    async def documentation(request: Request) -> Response:
        return render("docs.html", endpoints=openapi_summary.endpoints(openapi()), base=str(request.base_url).rstrip("/"))

    return made
