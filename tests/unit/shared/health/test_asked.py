"""Answers of /readyz → what they mean."""

import httpx
import pytest
from starlette.applications import Starlette

from shared.health import Health, routes
from shared.health.asked import Asked, ask
from shared.health.guard import Guard
from shared.keys.key import hash_key
from shared.settings import HealthSettings

URL = "http://x:1"


async def answered(answer: httpx.Response | Exception, key: str | None = None) -> Asked:
    """What is made of it, asked with this key."""

    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(transport=httpx.MockTransport(handle), headers=headers) as client:
        return await ask(client, URL)


CHECKS = [{"name": "kafka", "ok": False, "message": "away"}]


@pytest.mark.parametrize(
    ("answer", "key", "expected"),
    [
        (httpx.Response(200, json={"ok": True, "checks": []}), "k", Asked("ready")),
        (httpx.Response(503, json={"ok": False, "checks": CHECKS}), "k", Asked("not_ready", "kafka: away")),
        (httpx.Response(200, json={"ok": True}), None, Asked("ready", hidden=True)),
        (httpx.Response(200, json={"ok": True}), "k", Asked("ready", key_refused=True, hidden=True)),
        (httpx.Response(503, json={"ok": False}), None, Asked("not_ready", "its reasons need JIANBAO_HEALTH_KEY", hidden=True)),
        (
            httpx.Response(503, json={"ok": False}),
            "k",
            Asked("not_ready", "JIANBAO_HEALTH_KEY is not among its JIANBAO_HEALTH_KEYS", key_refused=True, hidden=True),
        ),
        (httpx.Response(200, text="<html>"), None, Asked("foreign", "http://x:1 is no service of jianbao (HTTP 200)")),
        (httpx.ReadTimeout("slow"), None, Asked("hangs", "http://x:1 does not answer within 4 s")),
        (httpx.ConnectError("refused"), None, Asked("away", "http://x:1: ConnectError")),
    ],
)
async def test_what_an_answer_means(answer: httpx.Response | Exception, key: str | None, expected: Asked) -> None:
    """A key that is not taken is neither a dead service nor one that is not ready."""
    assert await answered(answer, key) == expected


async def test_a_name_that_is_not_known() -> None:
    """It lives."""
    found = await answered(httpx.Response(403, json={"error": {}}), "k")
    assert (found.kind, found.key_refused) == ("no_name", True)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("right", Asked("not_ready", "kafka: away")),
        ("wrong", Asked("not_ready", "JIANBAO_HEALTH_KEY is not among its JIANBAO_HEALTH_KEYS", key_refused=True, hidden=True)),
        (None, Asked("not_ready", "its reasons need JIANBAO_HEALTH_KEY", hidden=True)),
    ],
)
async def test_a_service_beyond_loopback_is_understood(key: str | None, expected: Asked) -> None:
    """As our services answer: with reasons to a key of theirs alone."""

    async def away() -> str | None:
        raise RuntimeError("away")

    guard = Guard("0.0.0.0", HealthSettings(keys=(hash_key("right"),)))
    app = Starlette(routes=routes(Health("enrich", ready={"kafka": away}), guard))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), headers=headers) as client:
        assert await ask(client, "http://10.0.0.8:8403") == expected
