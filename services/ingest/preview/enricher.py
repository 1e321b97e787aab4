"""A raw record that is not published → the enriched one that it would become, as enrich answers over HTTP."""

from types import TracebackType
from typing import Protocol, Self

import httpx
from pydantic import SecretStr

from shared.errors import Misconfigured, Rejected, Unavailable
from shared.preview.wire import MEDIA_TYPE, packed
from shared.records import RawDigest

SECONDS = 100.0
"""That an answer is waited for: 15 s behind other previews, 60 s for the digest itself (ENRICH_DIGEST_SECONDS), and some to send it."""

CONNECT_SECONDS = 2.0
"""Who does not answer a knock within this time is not there."""

AGAIN = 5
"""Seconds: a worker that is started again is back by then."""


class Enricher(Protocol):
    """Makes enriched records."""

    async def enriched(self, raw: RawDigest, content: bytes) -> bytes:
        """The EnrichedDigest as JSON; raises Rejected where it would become a dead letter, and Unavailable."""


class HttpEnricher:
    """enrich at `url`, asked with a health key where there is one."""

    def __init__(self, url: str, key: SecretStr | None = None, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Connects to nothing; `transport` stands in for the network."""
        headers = {"Content-Type": MEDIA_TYPE} | ({"Authorization": f"Bearer {key.get_secret_value()}"} if key else {})
        self._url = url.rstrip("/")
        timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(timeout=timeout, headers=headers, trust_env=False, transport=transport)

    async def enriched(self, raw: RawDigest, content: bytes) -> bytes:
        """Raises Misconfigured besides, where enrich does not take our key."""
        try:
            answer = await self._client.post(f"{self._url}/preview", content=packed(raw, content))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Misconfigured(f"INGEST_ENRICH_URL={self._url} is not an address of enrich, such as http://127.0.0.1:8403") from error
        except httpx.ReadTimeout as error:
            raise Unavailable(f"enrich did not answer within {SECONDS:g} s; nothing was published", retry_after=AGAIN) from error
        except httpx.TransportError as error:
            raise Unavailable("enrich, which makes previews, does not answer; digests are taken all the same", retry_after=AGAIN) from error
        if answer.status_code == 200:
            return answer.content
        raise _refused(answer)

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first preview."""
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        await self._client.aclose()


def _refused(answer: httpx.Response) -> Exception:
    """What an answer that is no preview means."""
    try:
        code, message = str(answer.json()["error"]["code"]), str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return Misconfigured(f"INGEST_ENRICH_URL names something that answers {answer.status_code} and is not enrich")
    if answer.status_code in (401, 403):
        return Misconfigured(f"enrich makes no previews for ingest: {message}. Ingest sends JIANBAO_HEALTH_KEY")
    if answer.status_code in (413, 422):
        return Rejected(code, message)
    after = answer.headers.get("retry-after", "")
    return Unavailable(message, retry_after=int(after) if after.isascii() and after.isdigit() else AGAIN)
