"""GET /v1/digests over ASGI: what was fed is listed, to each key what it may feed."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.http import guard
from shared.keys.key import Key
from shared.settings import IngestSettings
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher
from tests.made_keys import keys_file, made, secret

KEYS: tuple[Key, ...] = (made("weekly", "ingest", sources=("weekly-*",)), made("all", "ingest"), made("desk", "search"))


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service with keys that knows what it was fed: two digests of one content, and one alone."""
    publisher, settings = FakePublisher(), IngestSettings()
    app = create_app(settings, publisher, memory=FakeMemory(publisher), door=guard.door(settings, keys_file(tmp_path, *KEYS)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as client:
        for source, text in (("daily", "同文"), ("weekly-a", "同文"), ("weekly-b", "异文")):
            fed = await client.post("/v1/digests", json={"source": source, "text": text, "title": source}, headers=bearer("all"))
            assert fed.status_code == 202
        yield client


def bearer(name: str) -> dict[str, str]:
    """The header with that key."""
    return {"Authorization": f"Bearer {secret(name)}"}


async def test_all_that_was_fed_with_who_fed_it(api: httpx.AsyncClient) -> None:
    """And where the same content is known, in pages."""
    first = (await api.get("/v1/digests", params={"limit": 2}, headers=bearer("all"))).json()
    rest = (await api.get("/v1/digests", params={"limit": 2, "cursor": first["next"]}, headers=bearer("all"))).json()
    rows = [*first["digests"], *rest["digests"]]
    assert (first["complete"], rest["next"]) == (True, None)
    assert [row["source"] for row in rows] == ["weekly-b", "weekly-a", "daily"]
    assert [[one["source"] for one in row["same_content"]] for row in rows] == [[], ["daily"], ["weekly-a"]]
    assert {row["key_name"] for row in rows} == {"all"}


async def test_a_key_of_some_sources_sees_these(api: httpx.AsyncClient) -> None:
    """Another's digests are not told, not even that the same content is there; asked for by name they are refused."""
    answer = (await api.get("/v1/digests", headers=bearer("weekly"))).json()
    assert [(row["source"], row["same_content"]) for row in answer["digests"]] == [("weekly-b", []), ("weekly-a", [])]
    refused = await api.get("/v1/digests", params={"source": "daily"}, headers=bearer("weekly"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "key_source")


@pytest.mark.parametrize(
    ("key", "query", "status", "code"),
    [
        (None, "", 401, "key_missing"),
        ("desk", "", 403, "key_scope"),
        ("all", "?cursor=1", 422, "bad_cursor"),
        ("all", "?day=yesterday", 422, "bad_date"),
        ("all", "?day=20260206", 422, "bad_date"),
        ("all", "?day=2026-02-30", 422, "bad_date"),
        ("all", "?limit=501", 422, "bad_field"),
        ("all", "?limit=0", 422, "bad_field"),
        ("all", "?source=a%20b", 422, "bad_source"),
        ("all", "?soruce=a", 422, "unknown_field"),
        ("all", "?day=2026-02-06&day=2026-02-07", 422, "bad_field"),
        ("all", "?" + "&".join([f"digest_id={'0' * 32}"] * 101), 422, "bad_field"),
        ("all", "?digest_id=0", 422, "bad_id"),
    ],
)
async def test_refusals(api: httpx.AsyncClient, key: str | None, query: str, status: int, code: str) -> None:
    """In the one shape of errors."""
    answer = await api.get(f"/v1/digests{query}", headers=bearer(key) if key else {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
