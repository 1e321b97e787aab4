"""Enrich's answers over HTTP as ingest takes them."""

from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from services.ingest.preview.enricher import HttpEnricher
from shared.errors import JianbaoError, Misconfigured, Rejected, Unavailable
from shared.preview.wire import unpacked
from shared.records import RawDigest, read_raw

RAW = RawDigest(
    digest_id="0" * 32,
    source="周报",
    media_type="text/plain",
    charset="utf-8",
    title="题\n" * 200,
    received_at=datetime(2026, 2, 6, tzinfo=UTC),
    sha256="",
    revision=1,
)


def enricher(answer: httpx.Response | Exception, asked: list[httpx.Request], key: str | None = None) -> HttpEnricher:
    """One whose enrich answers so."""

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return HttpEnricher("http://enrich:8403/", SecretStr(key) if key else None, transport=httpx.MockTransport(handle))


async def test_the_digest_goes_as_it_is_with_our_key() -> None:
    """Whatever is in its title and its bytes."""
    asked: list[httpx.Request] = []
    async with enricher(httpx.Response(200, content=b"{}"), asked, "secret") as made:
        assert await made.enriched(RAW, b"\n\x00a\n") == b"{}"
    header, content = unpacked(asked[0].content)
    assert (str(asked[0].url), read_raw(header), content) == ("http://enrich:8403/preview", RAW, b"\n\x00a\n")
    assert asked[0].headers["authorization"] == "Bearer secret"


def said(status: int, code: str, **headers: str) -> httpx.Response:
    """An error in the one shape."""
    return httpx.Response(status, json={"error": {"code": code, "message": "words", "status": status}}, headers=headers)


@pytest.mark.parametrize(
    ("answer", "raised", "words"),
    [
        (said(422, "crashed"), Rejected, "words"),
        (said(413, "too_large"), Rejected, "words"),
        (said(503, "unavailable", **{"Retry-After": "3"}), Unavailable, "words"),
        (said(401, "key_missing"), Misconfigured, "JIANBAO_HEALTH_KEY"),
        (said(403, "cross_site"), Misconfigured, "JIANBAO_HEALTH_KEY"),
        (httpx.Response(404, text="<html>"), Misconfigured, "404"),
        (httpx.ConnectError("refused"), Unavailable, "does not answer"),
        (httpx.ReadTimeout("late"), Unavailable, "100 s"),
        (httpx.ReadError("reset"), Unavailable, "does not answer"),
    ],
)
async def test_what_is_no_preview_is_an_error_by_what_happens_next(
    answer: httpx.Response | Exception, raised: type[JianbaoError], words: str
) -> None:
    """Refused for good, to be sent again, or for the operator."""
    async with enricher(answer, []) as made:
        with pytest.raises(raised, match=words):
            await made.enriched(RAW, b"")
