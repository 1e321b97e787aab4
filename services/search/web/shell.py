"""What the frame of every page shows: its navigation, and static files by an address that changes with their content."""

import hashlib
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from services.search.quarantine.count import failed, held
from services.search.reading import searches

STATIC = Path(__file__).parent / "static"

KEPT = "public, max-age=31536000, immutable"
"""For an address that names the content: another content has another address."""

CHECKED = "no-cache"
"""For any other address: the browser keeps the file and asks each time whether it is still the same."""

_path: ContextVar[str] = ContextVar("the path of the page at hand", default="")

Links = list[tuple[str, str]]


class Static(StaticFiles):
    """Serve local files; browsers keep those for good that were asked for by their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with its cache header."""
        answer = await super().get_response(path, scope)
        named = scope["query_string"] == f"v={_version(path)}".encode() if (STATIC / path).is_file() else False
        answer.headers["Cache-Control"] = KEPT if named else CHECKED
        return answer


def static_files() -> Static:
    """Return the app for /static."""
    return Static(directory=STATIC)


def static(path: str) -> str:
    """Return the address of a static file, such as `css/base.css`. Raises FileNotFoundError where there is none."""
    return f"/static/{path}?v={_version(path)}"


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def navigation() -> Links:
    """Return the label and path of each main page that the reader may open."""
    if not searches():
        return [("简报", "/digests"), ("来源", "/sources"), ("送入", "/feed")]
    return [
        ("今日", "/"),
        ("检索", "/search"),
        ("简报", "/digests"),
        ("来源", "/sources"),
        ("送入", "/feed"),
        ("运行", "/pipeline"),
    ]


def further() -> Links:
    """Return the label and path of each page that is needed less often."""
    if not searches():
        return []
    waiting = [("未能处理", "/failures", failed()), ("隔离区", "/quarantine", held())]
    counted = [(f"{label} {count:,}" if count else label, path) for label, path, count in waiting]
    return [("检索语法", "/syntax"), *counted, ("操作记录", "/audit"), ("接口", "/docs")]


def here(path: str) -> bool:
    """Return whether the page at hand is this one or below it."""
    current = _path.get()
    return current == path or (path != "/" and current.startswith(f"{path}/"))


class PathSeen:
    """Let the frame of a page know its path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        token = _path.set(scope.get("path", ""))
        try:
            await self._app(scope, receive, send)
        finally:
            _path.reset(token)
