"""A page's request → ingest's answer to the same user: what pages change goes through ingest's API, with the user's own key.

Where ingest asks for no key, it is for its own machine alone, and so is this service then.
"""

from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import Request

from services.search.chinese import refusal
from services.search.errors import SearchError
from shared import log
from shared.keys.request import presented_by_browser

_log = log.get(__name__)

SECONDS = 30.0
"""For an answer: ingest waits 10 s for Kafka at most, and a preview takes longer for a thick digest."""


class IngestAway(SearchError):
    """Ingest does not answer."""

    status = 503
    code = "ingest_away"
    chinese = "接收服务暂时没有回应，请稍后再试；管理员可查看“运行”页。"


class IngestRefused(SearchError):
    """Ingest's refusal, with its own status, code and words."""

    def __init__(self, status: int, code: str, message: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.more = dict(more or {})
        """What ingest says beside: the field that is wrong, what is there instead"""
        self.chinese = refusal(code, message)


class IngestClient:
    """Asks ingest in the name of whoever asks us."""

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Connects to nothing; `url` is where ingest is, `transport` a stand-in for it in tests."""
        self._url = url.rstrip("/")
        self._client = httpx.AsyncClient(timeout=SECONDS, transport=transport, trust_env=False)

    async def send(
        self,
        request: Request,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return ingest's JSON; `path` begins with /v1/. Raises IngestRefused where it refuses, IngestAway where it is away."""
        asked = self._client.build_request(method, self._url + path, json=json, content=content, params=params, headers=headers)
        return _read(await self._answer(request, asked), self._url)

    async def send_file(
        self, request: Request, path: str, *, said: Mapping[str, str], file: tuple[str, bytes, str], seconds: float = SECONDS
    ) -> bytes:
        """Post a file as a form: its name, bytes and media type, and what is said of it; return ingest's JSON as it came. Raises as `send`."""
        asked = self._client.build_request("POST", self._url + path, data=dict(said), files={"file": file}, timeout=seconds)
        answer = await self._answer(request, asked)
        if not answer.is_success:
            _read(answer, self._url)
        return answer.content

    async def _answer(self, request: Request, asked: httpx.Request) -> httpx.Response:
        if key := presented_by_browser(request.headers):
            asked.headers["Authorization"] = f"Bearer {key}"
        try:
            return await self._client.send(asked)
        except httpx.HTTPError as error:
            _log.warning("ingest_away", url=self._url, error=type(error).__name__)
            raise IngestAway("ingest does not answer") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _read(answer: httpx.Response, url: str) -> Any:
    try:
        said = answer.json()
        if answer.is_success:
            return said
        error = said["error"]
        more = {name: value for name, value in error.items() if name not in ("code", "message", "status")}
        raise IngestRefused(answer.status_code, str(error["code"]), str(error["message"]), more)
    except (ValueError, KeyError, TypeError) as error:
        _log.warning("ingest_away", url=url, status=answer.status_code, error="not ingest's form")
        raise IngestAway(f"what answers for ingest says {answer.status_code} in a form that is not ingest's") from error
