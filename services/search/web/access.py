"""A request's headers and the configured hashes → let through, 401 or 403. Pure ASGI: nothing below it is reached without a key.

There are two scopes: whoever has a key may read, and who has one of the operate keys may also change something. Where no key is configured at
all, this machine's own users may do both. The name of whoever may change something stands in `request.state.operator`.

Programs send `Authorization: Bearer KEY` or `X-API-Key: KEY`; browsers ask their user for it (any name, the key as password). Probes and
metrics hold counts only and stay open, as do style and icon.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.search.errors import Unauthorized, body
from shared.keys import addressed_as_loopback, hash_key, matches, presented

OPEN = ("/healthz", "/readyz", "/metrics")

NAME_LENGTH = 8
"""Hex digits of a key's hash that name it: enough to tell an installation's keys apart."""
LOCAL = "local"
"""Who changes something where no key is configured"""


def key_of(headers: Mapping[str, str]) -> str | None:
    """The key that a request presents in any of the three ways; None where there is none."""
    scheme, _, word = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return presented(headers)
    try:
        return base64.b64decode(word.strip(), validate=True).decode().partition(":")[2] or None
    except (binascii.Error, ValueError):
        return None


class KeyNeeded:
    """Answers 401 to whoever has no key; without configured hashes, 403 to whoever calls us by a name that is not this machine's own."""

    def __init__(self, app: ASGIApp, hashes: Sequence[str], operate: Sequence[str] = ()) -> None:
        self._app, self._operate, self._hashes = app, tuple(operate), (*hashes, *operate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or answer it."""
        refusal = None
        if scope["type"] == "http" and not _open(scope["path"]):
            refusal = self._refusal(scope)
            scope.setdefault("state", {})["operator"] = self._operator(Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send)

    def _operator(self, headers: Headers) -> str | None:
        """The name that an operate key is known by; None for who has none."""
        if not self._hashes:
            return LOCAL
        key = key_of(headers)
        return f"key {hash_key(key)[:NAME_LENGTH]}" if key is not None and matches(key, self._operate) else None

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if not self._hashes:
            if addressed_as_loopback(headers):
                return None
            message = "without keys this service is for its own machine: address it as 127.0.0.1 or localhost"
            return JSONResponse(body(403, "cross_site", message), 403)
        key = key_of(headers)
        if key is not None and matches(key, self._hashes):
            return None
        message = "a key is needed: send it as Authorization: Bearer KEY, X-API-Key: KEY, or as password of your browser's question"
        return JSONResponse(body(401, Unauthorized.code, message), 401, {"WWW-Authenticate": 'Basic realm="jianbao", charset="UTF-8"'})


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
