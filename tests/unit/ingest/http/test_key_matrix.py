"""Every route of ingest against every kind of key: who gets in, who is told what, and that nothing is written for the others."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from services.ingest.app import create_app
from services.ingest.http.guard import MISSING
from shared.keys.door import Door
from shared.keys.file import write
from shared.keys.ring import Keyring
from shared.keys.slowing import Slowing
from shared.records import RawDigest
from shared.settings import HealthSettings, IngestSettings
from tests.fakes.desk import FakeDesk
from tests.fakes.enricher import FakeEnricher
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher
from tests.made_keys import PAST, keys_file, made, no_wait, secret
from tests.routes import routes_of

ID = "0" * 31 + "a"
KNOWN = RawDigest(
    digest_id=ID, source="weekly", media_type="text/plain", received_at="2026-02-06T00:00:00Z", sha256="1" * 64, revision=5, key_name="weekly"
)
KEYS = (
    made("weekly", "ingest", sources=("weekly", "weekly-*")),
    made("all", "ingest"),
    made("other", "ingest", sources=("daily",)),
    made("desk", "search"),
    made("duty", "operate"),
    made("old", "ingest", expires_at=PAST),
    made("lost", "ingest", revoked_at=PAST),
)
FEED, WITHDRAW = ("POST", "/v1/digests"), ("POST", "/v1/digests/{digest_id}/withdraw")
PREVIEW, LIST = ("POST", "/v1/preview"), ("GET", "/v1/digests")
OPEN = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")}
"""Counts: nothing of an installation's digests. Who is answered stands in tests/unit/shared/test_health_guard.py: here everybody."""

DESCRIPTION = ("GET", "/openapi.json")
HEALTH = HealthSettings(open=True, hosts=("ingest.example",))

REFUSED = [
    (None, 401, "key_missing"),
    ("wrong", 403, "key_unknown"),
    (secret("old"), 403, "key_expired"),
    (secret("lost"), 403, "key_revoked"),
    (secret("desk"), 403, "key_scope"),
    (secret("duty"), 403, "key_scope"),
    (secret("other"), 403, "key_source"),
]


class Service:
    """The app with these keys in a file, a digest of the source `weekly`, and a client."""

    def __init__(self, folder: Path) -> None:
        self.file = keys_file(folder, *KEYS)
        self.publisher, self.desk = FakePublisher(), FakeDesk(KNOWN)
        door = Door(
            Keyring(self.file, service="ingest", every=0), service="ingest", missing=MISSING, wrong_status=403, slowing=Slowing(sleep=no_wait)
        )
        settings = IngestSettings(host="0.0.0.0")
        self.app: FastAPI = create_app(
            settings,
            self.publisher,
            memory=FakeMemory(self.publisher),
            desk=self.desk,
            enricher=FakeEnricher(),
            door=door,
            health_settings=HEALTH,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://ingest.example:8401")

    async def ask(self, route: tuple[str, str], key: str | None, *, source: str = "weekly") -> httpx.Response:
        """Ask a route as it wants to be asked."""
        method, path = route
        body = {"reason": "撤稿"} if route == WITHDRAW else {"source": source, "text": "一、正文。"}
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        said: dict[str, Any] = {"json": body} if method == "POST" else {"params": {"source": source}} if route == LIST else {}
        return await self.client.request(method, path.format(digest_id=ID), headers=headers, **said)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Beyond loopback."""
    made_service = Service(tmp_path)
    async with made_service.client:
        yield made_service


def test_every_route_is_tried(service: Service) -> None:
    """A new one has to say here what it takes."""
    assert set(routes_of(service.app.routes)) == {FEED, LIST, PREVIEW, WITHDRAW, DESCRIPTION, *OPEN}


@pytest.mark.parametrize("route", [FEED, LIST, PREVIEW, WITHDRAW])
@pytest.mark.parametrize(("key", "status", "code"), REFUSED)
async def test_who_may_not(service: Service, route: tuple[str, str], key: str | None, status: int, code: str) -> None:
    """Told in the one shape; nothing is published and nothing is on record."""
    answer = await service.ask(route, key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (service.publisher.records, service.desk.kept) == ([], [])
    if code == "key_source":
        assert "'weekly'" in answer.json()["error"]["message"]


@pytest.mark.parametrize("route", [FEED, WITHDRAW])
@pytest.mark.parametrize("name", ["weekly", "all"])
async def test_who_may(service: Service, route: tuple[str, str], name: str) -> None:
    """The raw record and the log say which key it was, the record of what was done too; never the secret."""
    with capture_logs() as logged:
        answer = await service.ask(route, secret(name))
    assert answer.status_code == 202
    [(raw, _)] = service.publisher.published
    assert (raw.source, raw.key_name) == ("weekly", name)
    assert [line["key"] for line in logged if line["event"].startswith("digest_")] == [name]
    assert {operation.by for operation in service.desk.kept} == ({f"key {name}"} if route == WITHDRAW else set())
    said = str(logged) + str(service.publisher.records) + str(service.desk.kept) + answer.text
    assert secret(name) not in said


async def test_who_may_see_a_preview(service: Service) -> None:
    """Whoever may feed that source; nothing is published."""
    assert (await service.ask(PREVIEW, secret("weekly"))).status_code == 200
    assert service.publisher.records == []


async def test_who_may_see_what_was_fed(service: Service) -> None:
    """Whoever may feed that source; who fed it is told by name."""
    await service.ask(FEED, secret("all"))
    answer = await service.ask(LIST, secret("weekly"))
    assert [row["key_name"] for row in answer.json()["digests"]] == ["all"]
    assert secret("all") not in answer.text


@pytest.mark.parametrize("route", sorted(OPEN))
@pytest.mark.parametrize("key", [None, "wrong", secret("lost")])
async def test_what_is_open(service: Service, route: tuple[str, str], key: str | None) -> None:
    """To anybody, also with a key that opens nothing."""
    assert (await service.ask(route, key)).status_code == 200


@pytest.mark.parametrize(
    ("source", "status"), [("weekly", 202), ("weekly-12", 202), ("weekly2", 403), ("daily", 403), ("Weekly", 403), (" weekly ", 202)]
)
async def test_sources_of_json(service: Service, source: str, status: int) -> None:
    """By name or pattern, of the source as it is kept."""
    assert (await service.ask(FEED, secret("weekly"), source=source)).status_code == status


async def test_sources_of_other_forms(service: Service) -> None:
    """Of a query, of a form's field, and of a form with several files."""
    headers = {"X-API-Key": secret("weekly")}
    plain = headers | {"Content-Type": "text/plain"}
    files = [("file", (f"{number}.txt", f"第{number}期".encode(), "text/plain")) for number in (1, 2)]
    asked = [
        await service.client.post("/v1/digests", params={"source": "daily"}, content="正文", headers=plain),
        await service.client.post("/v1/digests", data={"source": "daily"}, files=files[:1], headers=headers),
        await service.client.post("/v1/digests", data={"source": "daily"}, files=files, headers=headers),
        await service.client.post("/v1/digests", data={"source": "weekly"}, files=files, headers=headers),
    ]
    assert [answer.status_code for answer in asked] == [403, 403, 207, 202]
    assert [result["error"]["code"] for result in asked[2].json()] == ["key_source"] * 2
    assert [raw.key_name for raw, _ in service.publisher.published] == ["weekly"] * 2


async def test_rotation_without_a_restart(service: Service) -> None:
    """A new key opens and the old one does not, as soon as the file is written; broken or gone it changes nothing."""
    write(service.file, [*(key for key in KEYS if key.name != "all"), made("all", "ingest", revoked_at=PAST), made("all-2", "ingest")])
    assert (await service.ask(FEED, secret("all"))).json()["error"]["code"] == "key_revoked"
    assert (await service.ask(FEED, secret("all-2"))).status_code == 202
    for spoil in (lambda: service.file.write_text("{"), service.file.unlink):
        spoil()
        assert (await service.ask(FEED, secret("all-2"))).status_code == 202
        assert (await service.ask(FEED, None)).status_code == 401
        ready = (await service.client.get("/readyz")).json()
        assert [check["ok"] for check in ready["checks"]] == [True, True]
        assert "still count" in ready["checks"][1]["message"]


async def test_the_description_says_what_keys_there_are(service: Service) -> None:
    """And which answers they bring; told to who may feed."""
    for key, status, _ in REFUSED[:-1]:  # a key of another source may read it
        assert (await service.ask(DESCRIPTION, key)).status_code == status
    described = (await service.ask(DESCRIPTION, secret("weekly"))).json()
    assert set(described["components"]["securitySchemes"]) == {"bearer", "key"}
    for path in (FEED[1], WITHDRAW[1]):
        assert {"401", "403", "429"} <= set(described["paths"][path]["post"]["responses"])
