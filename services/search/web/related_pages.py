"""The trail of a document as a Chinese page."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from services.search.web.pages import render
from services.search.web.related import Related
from services.search.web.related_api import Name


def router(related: Related) -> APIRouter:
    """The page's route."""
    site = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @site.get("/documents")
    async def trail(name: Name) -> Response:
        return render("trail.html", trail=await related.document_trail(name))

    return site
