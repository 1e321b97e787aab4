"""Facts in, Chinese pages out: the templates with their filters, and pages of errors; server-rendered, autoescaped."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from services.search import chinese
from services.search.answer import entity_markup as marked
from services.search.models.digest import DigestItem
from services.search.pipeline import behind
from services.search.pipeline.figures import duration
from services.search.quarantine.words import REASONS, reason
from services.search.query import sources
from services.search.query.language.errors import QueryError
from services.search.reading import searches
from services.search.web import links, shell
from shared.dead_letters.kinds import kind
from shared.text.bidi import visible
from shared.text.dates import SHANGHAI

HERE = Path(__file__).parent

WARNINGS = {
    "contents_missing": "正文有、目录无",
    "contents_extra": "目录有、正文无",
    "contents_differs": "与目录不一致",
    "whole_item": "未能拆分",
    "undecodable_characters": "有无法识别的字符",
    "date_inferred": "日期未随简报给出",
    "text_outside": "条目以外文字较多",
    "layout_changed": "版式有变",
    "other": "提醒",
}

OTHERS = {
    "digest_title": "简报标题",
    "contents": "目录",
    "section": "栏目",
    "greeting": "开场白",
    "disclaimer": "声明",
    "advertisement": "推广",
    "qr_code": "二维码提示",
    "credits": "编辑信息",
    "earlier_issues": "往期",
    "footer": "结尾",
    "rest": "其他",
}
"""Kinds of a digest's text outside its items."""


def moment(value: datetime | str | None) -> str:
    """A time in Asia/Shanghai to the minute; empty for none, as it stands if it is none."""
    if value is None:
        return ""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return time.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def long_day(value: date) -> str:
    """Return a day for people, 2026年2月6日 星期五."""
    return f"{value.year}年{value.month}月{value.day}日 星期{'一二三四五六日'[value.weekday()]}"


def short_day(value: date) -> str:
    """Return a day within a year for people, 2月6日."""
    return f"{value.month}月{value.day}日"


def grouped(items: Iterable[DigestItem]) -> list[dict[str, Any]]:
    """Items under their section, in the digest's order; a section that comes again has a group of its own again."""
    return [{"section": section, "items": list(group)} for section, group in groupby(items, key=lambda item: item.section)]


def shown(value: object) -> object:
    """What a template prints, with marks of direction as people can see them: a title must not turn around what stands beside it."""
    if isinstance(value, Markup):
        return Markup(visible(value))  # only what is no mark of HTML is changed
    return visible(value) if isinstance(value, str) else value


def environment() -> Environment:
    """Jinja2 that escapes everything, whatever a template's name, shows marks of direction, and fails on a name it does not know."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    # Only for text that highlight and marked have escaped themselves.
    made.filters["escaped"] = Markup
    made.filters["moment"] = moment
    made.filters["long_day"], made.filters["short_day"] = long_day, short_day
    made.filters["duration"] = duration
    made.filters["by_section"] = grouped
    made.globals.update(links=links, bases=chinese.BASES, warning_kinds=WARNINGS, other_kinds=OTHERS)
    made.globals.update(held_kinds=REASONS, kinds=marked.KINDS)
    made.globals.update(quarantined=reason, searches=searches)
    made.globals.update(behind=behind.behind, behind_said=behind.said)
    made.globals.update(static=shell.static, navigation=shell.navigation, further=shell.further, here=shell.here)
    made.globals.update(died=chinese.died, warned=chinese.warning, who=chinese.who)
    made.globals.update(source_called=sources.shown, titled=lambda stage, error: kind(stage, error).chinese.title)
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
