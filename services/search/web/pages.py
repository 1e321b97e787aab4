"""The same answers as the API's, as Chinese pages: server-rendered, autoescaped, without script."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path as FilePath
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import ConfigDict
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.search.answer import entity_markup as marked
from services.search.answer.answers import Answers
from services.search.answer.targets import targets
from services.search.errors import SearchError
from services.search.models.related import SimilarAnswer
from services.search.models.search import DigestItem
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.verdict import duration
from services.search.query.language.errors import QueryError
from services.search.query.language.examples import EXAMPLES, field_table
from services.search.query.request import SearchRequest
from services.search.web import docs, links
from services.search.web.api import DigestId, ItemId
from services.search.web.helping import Helping
from services.search.web.related import Related

HERE = FilePath(__file__).parent
NEAR = 8
"""Items like an item, on its page"""
STATIC_SECONDS = 3600
"""Style and icon may be an hour old after an update; their names carry no version."""

BASES = {"given": "随简报给出", "title": "据标题", "url": "据网址", "text": "据正文", "received_at": "按接收日"}
WARNINGS = {
    "contents_missing": "目录有、正文无",
    "contents_extra": "正文有、目录无",
    "contents_differs": "与目录不一致",
    "whole_item": "未能拆分",
    "undecodable_characters": "有无法识别的字符",
    "date_inferred": "日期为推断",
    "other": "提醒",
}
SHANGHAI = ZoneInfo("Asia/Shanghai")


class PageRequest(SearchRequest):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Who reads a page wants each story once; a program wants every item.
    fold: bool = True


class Static(StaticFiles):
    """Local files that browsers may keep for a while."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with its cache header."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
        return answer


def static_files() -> Static:
    """The app for /static."""
    return Static(directory=HERE / "static")


def moment(value: datetime | str | None) -> str:
    """A time in Asia/Shanghai to the minute; empty for none, as it stands if it is none."""
    if value is None:
        return ""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return time.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def grouped(items: Iterable[DigestItem]) -> list[dict[str, Any]]:
    """Items under their section, in the digest's order; a section that comes again has a group of its own again."""
    return [{"section": section, "items": list(group)} for section, group in groupby(items, key=lambda item: item.section)]


def environment() -> Environment:
    """Jinja2 that escapes everything, whatever a template's name, and fails on a name it does not know."""
    made = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    # Only for text that highlight and marked have escaped themselves.
    made.filters["escaped"] = Markup
    made.filters["moment"] = moment
    made.filters["duration"] = duration
    made.filters["by_section"] = grouped
    made.globals.update(links=links, bases=BASES, warning_kinds=WARNINGS, kinds=marked.KINDS)
    return made


TEMPLATES = environment()


def render(name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """A page from its template; never kept by caches between the user and us, as it holds what was searched for."""
    return HTMLResponse(TEMPLATES.get_template(name).render(**facts), status, {"Cache-Control": "private, no-store", **(headers or {})})


def error_page(request: Request, status: int, chinese: str, detail: str, headers: Mapping[str, str] | None) -> Response:
    """An error as a page: what to do in Chinese, the API's own words small below."""
    del request
    return render("error.html", status=status, headers=headers, chinese=chinese, detail=detail, code=status)


def query_page(request: Request, error: QueryError) -> Response:
    """A query that can't be read: what is wrong where, and the mended one as a link."""
    q = request.query_params.get("q", "")
    wrong = q[: error.position], q[error.position : error.position + error.length], q[error.position + error.length :]
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("q", "cursor")]
    mended = links.page([("q", error.suggestion), *kept]) if error.suggestion else None
    return render("query_error.html", status=error.status, q=q, wrong=wrong, kept=kept, error=error, mended=mended)


async def _near(related: Related, item_id: str) -> SimilarAnswer | None:
    """Items like the item; None where they can't be told, as the item itself can be shown all the same."""
    try:
        return await related.similar(item_id, size=NEAR)
    except SearchError:
        return None


def router(helping: Helping, answers: Answers, related: Related, monitor: Monitor, openapi: Callable[[], dict[str, Any]]) -> APIRouter:
    """The pages' routes."""
    site = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @site.get("/")
    async def search(request: Annotated[PageRequest, Query()]) -> Response:
        return render("search.html", request=request, answer=await helping.search(request))

    @site.get("/items/{item_id}")
    async def item(item_id: ItemId) -> Response:
        found, near = await asyncio.gather(answers.item(item_id), _near(related, item_id))
        title = marked.lines(found.title or "", found.entities, field="title")
        return render(
            "item.html",
            item=found,
            title=title[0].html if title else None,
            lines=marked.lines(found.body, found.entities, field="body"),
            mentions=marked.by_kind(found.entities),
            targets=targets(found.entities),
            near=near,
        )

    @site.get("/digests/{digest_id}")
    async def digest(digest_id: DigestId) -> Response:
        return render("digest.html", digest=await answers.digest(digest_id))

    @site.get("/pipeline")
    async def pipeline() -> Response:
        return render("pipeline.html", pipeline=monitor.pipeline())

    @site.get("/syntax")
    async def syntax() -> Response:
        return render("syntax.html", sections=EXAMPLES, fields=field_table())

    @site.get("/docs")
    async def documentation(request: Request) -> Response:
        return render("docs.html", endpoints=docs.endpoints(openapi()), base=str(request.base_url).rstrip("/"))

    return site
