"""Pages that change something ask ingest, in the name of whoever asks them."""

import base64
import json

import httpx
import pytest
from fastapi import Request

from services.search.web.ingest_client import IngestAway, IngestClient, IngestRefused

BASIC = base64.b64encode("某人:jb_1".encode()).decode()


def request(**headers: str) -> Request:
    """A browser's."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


def client(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> IngestClient:
    """Ingest answers so, and what it was asked is kept in `seen`."""

    def handle(asked: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(asked)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return IngestClient("http://ingest:8401/", transport=httpx.MockTransport(handle))


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"authorization": f"Basic {BASIC}"}, "Bearer jb_1"),
        ({"authorization": "Bearer jb_2"}, "Bearer jb_2"),
        ({"x-api-key": "jb_3"}, "Bearer jb_3"),
        ({}, None),
    ],
)
async def test_the_users_own_key_goes_with_it(headers: dict[str, str], sent: str | None) -> None:
    """However the user gave it."""
    seen: list[httpx.Request] = []
    ingest = client(httpx.Response(202, json={"digest_id": "a"}), seen)
    assert await ingest.send(request(**headers), "POST", "/v1/digests", json={"text": "甲"}) == {"digest_id": "a"}
    assert (str(seen[0].url), seen[0].headers.get("authorization")) == ("http://ingest:8401/v1/digests", sent)
    assert json.loads(seen[0].content) == {"text": "甲"}
    await ingest.close()


async def test_a_refusal_keeps_its_status_code_and_words() -> None:
    """With words for the page."""
    answer = httpx.Response(413, json={"error": {"code": "too_large", "message": "is larger than the 8 MiB", "status": 413}})
    with pytest.raises(IngestRefused, match="is larger than the 8 MiB") as refused:
        await client(answer).send(request(), "POST", "/v1/digests")
    assert (refused.value.status, refused.value.code) == (413, "too_large")
    assert refused.value.chinese == "文件太大：一份简报最多 8 MiB。"


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.Response(502, text="<html>"), httpx.Response(500, json=[])],
)
async def test_an_ingest_that_is_away_says_so(answer: httpx.Response | Exception) -> None:
    """And so does something else at its address."""
    with pytest.raises(IngestAway):
        await client(answer).send(request(), "GET", "/v1/digests")
