"""Every route of search against every kind of key: who gets in, and who is told what."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from services.search.pipeline.monitor import Monitor
from services.search.web.access import MISSING, KeyNeeded
from services.search.web.app import create_app
from shared.elastic import connect
from shared.keys.door import Door
from shared.keys.ring import Keyring
from shared.keys.slowing import Slowing
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.made_keys import PAST, keys_file, made, no_wait, secret
from tests.routes import routes_of

KEYS = (
    made("desk", "search"),
    made("duty", "operate"),
    made("weekly", "ingest"),
    made("old", "search", expires_at=PAST),
    made("lost", "operate", revoked_at=PAST),
)
OPEN = {"/healthz", "/readyz", "/metrics", "/canary"}
OPERATE = {
    ("POST", "/api/dead/retry"),
    ("POST", "/api/dead/discard"),
    ("GET", "/dead/confirm"),
    ("GET", "/api/audit"),
    ("GET", "/audit"),
    ("POST", "/dead/retry"),
    ("POST", "/dead/discard"),
    ("POST", "/dead/runs/0123456789abcdef/stop"),
}
"""What changes something, or is the form for it."""
FEED = {
    ("POST", "/feed/preview"),
    ("POST", "/feed/publish"),
    ("POST", "/quarantine/release"),
    ("POST", "/quarantine/discard"),
}
"""What ingest decides upon, by the same key."""
SOURCES = {("POST", "/sources"), ("POST", "/sources/x"), ("POST", "/sources/x/switch"), ("POST", "/sources/x/layout")}
"""For whoever feeds or operates; what of it, ingest decides."""

REFUSED = [
    (None, 401, "key_needed", "需要密钥"),
    ("wrong", 401, "key_unknown", "无效"),
    (secret("old"), 401, "key_expired", "过期"),
    (secret("lost"), 401, "key_revoked", "停用"),
    (secret("weekly"), 403, "key_scope", "不能用于检索"),
]
VALUES = {"digest_id": "0" * 32, "item_id": "0" * 32, "partition": "0", "offset": "0", "run": "0123456789abcdef"}


class Site:
    """The app with these keys in a file; its routes with parameters filled in."""

    def __init__(self, folder: Path) -> None:
        # Nobody listens there: what gets past the door is told so at once.
        elasticsearch = ElasticsearchSettings(url="http://127.0.0.1:1")
        self.elastic = connect(elasticsearch)
        keyring = Keyring(keys_file(folder, *KEYS), service="search", every=0)
        self.door = Door(keyring, service="search", missing=MISSING, wrong_status=401, slowing=Slowing(sleep=no_wait))
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
        settings, common = SearchSettings(host="0.0.0.0"), CommonSettings()
        health = HealthSettings(open=True, hosts=("search.example",))
        self.app: FastAPI = create_app(
            settings, self.elastic, monitor, common=common, elasticsearch=elasticsearch, door=self.door, health_settings=health
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://search.example")
        self.routes = sorted(
            (method, re.sub(r"{(\w+)[^}]*}", lambda found: VALUES.get(found[1], "x"), path)) for method, path in routes_of(self.app.routes)
        )


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Beyond loopback."""
    made_site = Site(tmp_path)
    async with made_site.client:
        yield made_site
    await made_site.elastic.close()


def headers(key: str | None) -> dict[str, str]:
    """As a program sends it."""
    return {"X-API-Key": key} if key else {}


def test_the_routes_are_found(site: Site) -> None:
    """Those that change something among them, and they alone take other methods than GET."""
    assert {route for route in site.routes if route[0] != "GET"} <= OPERATE | FEED | SOURCES <= set(site.routes)
    assert len(site.routes) > 30


@pytest.mark.parametrize(("key", "status", "code", "chinese"), REFUSED)
async def test_who_may_not_read(site: Site, key: str | None, status: int, code: str, chinese: str) -> None:
    """On every route: as JSON under /api, and as a page in Chinese elsewhere; browsers are asked for a key where that helps."""
    for method, path in site.routes:
        feeding = re.match("(/feed|/digests|/sources|/api/digests|/api/sources)(/|$)", path)
        if path in OPEN or (code == "key_scope" and feeding):
            continue
        answer = await site.client.request(method, path, headers=headers(key))
        assert answer.status_code == status, path
        assert ("www-authenticate" in answer.headers) is (status == 401), path
        if path.startswith("/api/") or path == "/openapi.json":
            assert answer.json()["error"]["code"] == code, path
        else:
            assert chinese in answer.text, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feed", 200),
        ("/feed/done", 422),
        ("/feeds", 403),
        ("/sources", 200),
        ("/api/sources", 200),
        ("/digests", 503),
        ("/api/digests", 503),
        (f"/digests/{'0' * 32}", 503),
        ("/digestss", 403),
        ("/", 403),
        ("/api/pipeline", 403),
        ("/api/search", 403),
        ("/api/dead", 403),
    ],
)
async def test_a_key_that_may_feed_opens_what_is_of_feeding(site: Site, path: str, status: int) -> None:
    """Whatever it does there, ingest allows by the same key; 503 is Elasticsearch, which is away."""
    assert (await site.client.get(path, headers=headers(secret("weekly")))).status_code == status


async def test_a_search_key_changes_nothing(site: Site) -> None:
    """Also with a whole request."""
    for method, path in sorted(OPERATE):
        asked = {"doing": "retry"} if "/dead/" in path else {}
        answer = await site.client.request(method, path, params=asked, json={"letters": ["0/0"]}, headers=headers(secret("desk")))
        assert answer.status_code == 403, path
        if path.startswith("/api/"):
            assert answer.json()["error"]["code"] == "operate_needed"
        else:
            assert "管理密钥" in answer.text


async def test_a_search_key_edits_no_source(site: Site) -> None:
    """Ingest is not even asked."""
    for method, path in sorted(SOURCES):
        answer = await site.client.request(method, path, data={"name": "x"}, headers=headers(secret("desk")))
        assert (answer.status_code, "送入（ingest）" in answer.text) == (403, True), path


@pytest.mark.parametrize(("name", "operator"), [("desk", None), ("duty", "key duty")])
async def test_who_may(site: Site, name: str, operator: str | None) -> None:
    """Every route behind the door is reached, by whoever operates under the key's name."""
    reached: list[str | None] = []

    async def behind(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGI
        reached.append(scope["state"]["operator"])
        await PlainTextResponse("fine")(scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(KeyNeeded(behind, site.door)), base_url="http://search.example") as client:
        asked = [route for route in site.routes if route[1] not in OPEN]
        for method, path in asked:
            assert (await client.request(method, path, headers=headers(secret(name)))).status_code == 200
    assert reached == [operator] * len(asked)


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/static/css/base.css"])
@pytest.mark.parametrize("key", [None, "wrong", secret("lost")])
async def test_what_is_open(site: Site, path: str, key: str | None) -> None:
    """Counts and style: also to whoever has no key that opens anything."""
    assert (await site.client.get(path, headers=headers(key))).status_code not in (401, 403, 429)


async def test_the_description_says_what_keys_there_are(site: Site) -> None:
    """And which answers they bring."""
    described = (await site.client.get("/openapi.json", headers=headers(secret("desk")))).json()
    assert described["security"] == [{"bearer": []}, {"key": []}, {"browser": []}]
    assert set(described["components"]["securitySchemes"]) == {"bearer", "key", "browser"}
    assert {"401", "403", "429"} <= set(described["paths"]["/api/search"]["get"]["responses"])
