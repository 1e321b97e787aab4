"""A request's headers and the keys → let through, 401, 403 or 429. Pure ASGI: nothing below it is reached without a key.

There are two scopes: a key with `search` may read, and one with `operate` may also change something. One with
`ingest` alone opens the page that feeds, and reads what became of the digests of its own sources
(services.search.reading): what it does there is ingest's to allow. Where no key is asked for at all, this machine's own
users may do both. The name of whoever may change something stands in `request.state.operator`,
that of whoever may feed or change something, and so edit sources through ingest, in `request.state.editor`;
`request.state.edits` says of which.

Programs send `Authorization: Bearer KEY` or `X-API-Key: KEY`; browsers ask their user for it (any name, the key as password). Style and icon are
open; probes and metrics have a door of their own (`shared.health.guard`).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.search import reading
from services.search.errors import Unauthorized, body
from services.search.reading import Reader
from services.search.web.rendering import error_page
from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key
from shared.keys.key import Scope as KeyScope
from shared.keys.request import addressed_as_loopback, presented_by_browser
from shared.keys.ring import Keyring, from_setting
from shared.settings import SearchSettings

OPEN = ("/healthz", "/readyz", "/metrics", "/canary")
"""With a door of their own"""

FEEDING = re.compile(r"/feed(/.*)?|(/api)?/(digests|sources)(/.*)?", re.DOTALL)
"""What is open also to keys with the scope `ingest` alone: the page that feeds, and what is of their sources"""

LOCAL = "local"
"""Who changes something where no key is asked for"""

MISSING = KeyRefused(
    Unauthorized.status,
    Unauthorized.code,
    "a key is needed: send it as Authorization: Bearer KEY, X-API-Key: KEY, or as password of your browser's question",
    headers={"WWW-Authenticate": 'Basic realm="jianbao", charset="UTF-8"'},
)

CHINESE = {
    "key_needed": "需要密钥才能访问。请在浏览器询问时，把密钥填在“密码”一栏，用户名可随意填写。",
    "key_unknown": "这个密钥无效。请核对后再试，或向管理员索取。",
    "key_expired": "这个密钥已经过期，请向管理员索取新的密钥。",
    "key_revoked": "这个密钥已被停用，请向管理员索取新的密钥。",
    "key_scope": "这个密钥不能用于检索，请向管理员索取带有检索权限的密钥。",
    "too_many_wrong_keys": "错误的密钥太多了，请稍候再试。",
    "cross_site": "没有设置密钥时，本站只供本机使用，请以 127.0.0.1 或 localhost 访问。",
}
"""For pages, by the error's code."""


def door(settings: SearchSettings, keys_file: Path | None = None) -> Door:
    """The door of search; raises Misconfigured when the keys file can't be read."""
    fixed = [*from_setting(settings.operate_keys, "operate"), *from_setting(settings.api_keys, "search")]
    keyring = Keyring(keys_file, fixed, service="search")
    return Door(keyring, service="search", missing=MISSING, wrong_status=401)


SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "browser": {"type": "http", "scheme": "basic", "description": "密钥填在“密码”一栏，用户名可随意填写"},
}
KEY_ANSWERS = {"401": "没有密钥，或密钥无效、过期、已停用", "403": "密钥没有所需的权限", "429": "错误的密钥太多"}


class KeyNeeded:
    """Answers whoever has no key that may search; where none is asked for, 403 to whoever calls us by a name that is not this machine's own."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or answer it."""
        if scope["type"] != "http" or _open(scope["path"]):
            return await self._app(scope, receive, send)
        try:
            key = await self._admitted(scope)
        except KeyRefused as refused:
            # Who has a key for another scope feeds: the navigation names what it does open.
            with reading.read_by(Reader(searches=refused.code != "key_scope")):
                return await _answer(refused, Request(scope))(scope, receive, send)
        scope.setdefault("state", {}).update(_rights(key))
        with reading.read_by(_reader(key)):
            await self._app(scope, receive, send)

    async def _admitted(self, scope: Scope) -> Key | None:
        """The key that lets in, None where none is asked for; raises KeyRefused for who may not even read."""
        headers = Headers(scope=scope)
        if not self._door.keyring.asks:
            if addressed_as_loopback(headers):
                return None
            raise KeyRefused(403, "cross_site", "without keys this service is for its own machine: address it as 127.0.0.1 or localhost")
        client = scope.get("client")
        feeding: tuple[KeyScope, ...] = ("ingest",) if FEEDING.fullmatch(scope["path"]) else ()
        return await self._door.admit(presented_by_browser(headers), "search", *feeding, address=client[0] if client else "")


def _rights(key: Key | None) -> dict[str, Any]:
    """What routes ask of a request's state: who operates, who edits sources (None for who may not), and which of them."""
    if key is None:
        return {"operator": LOCAL, "editor": LOCAL, "edits": lambda source: True}
    name = f"key {key.name}"
    editor = name if key.may("operate") or key.may("ingest") else None
    return {"operator": name if key.may("operate") else None, "editor": editor, "edits": key.may_write}


def _reader(key: Key | None) -> Reader:
    """Whoever may search reads all."""
    return reading.ALL if key is None or key.may("search") else Reader(searches=False, sources=key.sources)


def _answer(refused: KeyRefused, request: Request) -> ASGIApp:
    """In the one shape under /api, as a page elsewhere."""
    if request.url.path.startswith("/api/") or request.url.path in ("/api", "/openapi.json"):
        return JSONResponse(body(refused.status, refused.code, str(refused)), refused.status, refused.headers)
    return error_page(request, refused.status, CHINESE[refused.code], str(refused), refused.headers)


def described(openapi: dict[str, Any], door: Door) -> dict[str, Any]:
    """Return the API's description with the keys that it takes, where any is asked for."""
    if door.keyring.asks:
        openapi.setdefault("components", {})["securitySchemes"] = SCHEMES
        openapi["security"] = [{name: []} for name in SCHEMES]
        for path in openapi["paths"].values():
            for operation in path.values():
                for status, description in KEY_ANSWERS.items():
                    operation["responses"].setdefault(status, {"description": description})
    return openapi


def _open(path: str) -> bool:
    return path in OPEN or path.startswith("/static/")


def from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page sent this. Names of `headers` in lower case.

    Programs send neither header. Sec-Fetch-Site knows sites apart by scheme, name and port; over plain HTTP beyond loopback only Origin is sent.
    """
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()


SECURITY = {
    # Our own script files alone, which ask us alone; nothing from elsewhere, nobody's frame.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing; with no-referrer our own forms would come with `Origin: null`, as any page's in a sandbox.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Puts the security headers on every answer, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers added to the answer's start."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():  # a download has a policy of its own, which is stricter
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
