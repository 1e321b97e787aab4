"""Ingest's /v1/sources, as commands ask it."""

from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from shared.errors import Misconfigured, Rejected, Unavailable

SECONDS = 30.0
"""For an answer: ingest waits 10 s for Kafka at most."""

Json = dict[str, Any]


class SourceApi:
    """Asks ingest at an address; a context manager. Raises Rejected in ingest's words, Unavailable, Misconfigured."""

    def __init__(self, url: str, key: str | None, *, transport: httpx.BaseTransport | None = None) -> None:
        """Connects to nothing; `transport` is a stand-in for tests."""
        self._url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=SECONDS, headers=headers, trust_env=False, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._client.close()

    def all(self) -> list[Json]:
        """Every source that the key may see, by id; raises Unavailable until ingest itself has read them all."""
        answer = self._ask("GET", "/v1/sources")
        if not answer.get("complete", True):
            raise Unavailable("ingest has not read all sources from Kafka yet; try again soon")
        found: list[Json] = answer["sources"]
        return found

    def get(self, source: str) -> Json | None:
        """One source; None where there is none."""
        try:
            return self._ask("GET", _path(source))
        except Rejected as error:
            if error.kind == "unknown_source":
                return None
            raise

    def put(self, source: str, fields: Json, *, edition: int) -> Json:
        """Make or replace it, as seen at that edition (0: not there)."""
        return self._ask("PUT", _path(source), fields | {"edition": edition})

    def patch(self, source: str, fields: Json) -> Json:
        """Change these fields."""
        return self._ask("PATCH", _path(source), fields)

    def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        try:
            answer = self._client.request(method, self._url + path, json=body)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Misconfigured(f"{self._url} is not an address of ingest ({error}); --to takes one such as http://127.0.0.1:8401") from error
        except httpx.TransportError as error:
            why = f"ingest at {self._url} does not answer ({type(error).__name__})"
            raise Unavailable(f"{why}; start it with `jianbao up`, or name it with --to") from error
        try:
            said = answer.json()
        except ValueError as error:
            raise Unavailable(f"{self._url} answered {answer.status_code} in a form that is not ingest's") from error
        if answer.is_success and isinstance(said, dict):
            return said
        error_said = said.get("error", {}) if isinstance(said, dict) else {}
        message = str(error_said.get("message", f"{self._url} answered {answer.status_code}"))
        if answer.status_code in (429, 503):
            raise Unavailable(message)
        raise Rejected(str(error_said.get("code", "refused")), message)


def _path(source: str) -> str:
    return f"/v1/sources/{quote(source, safe='')}"
