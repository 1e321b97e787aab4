"""Previews by the API, over ASGI with a fake publisher and a fake enrich: what comes in as for feeding, what is answered, nothing published."""

import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.preview.described import EXAMPLE
from shared.errors import Misconfigured, Rejected, Unavailable
from shared.preview.answer import Preview, read_preview
from shared.registry.entry import Entry
from shared.settings import IngestSettings
from tests.fakes.enricher import FakeEnricher
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher
from tests.fakes.sources import FakeSources

TEXT = "江苏要闻\n1、昆山:将新增零碳工厂10家\n2月3日,昆山市发布《行动方案》。\n2、太仓:建成码头\n2月4日,太仓市建成码头。"
PLAIN = {"Content-Type": "text/plain"}


@dataclass
class Service:
    """Ingest and what stands around it."""

    api: httpx.AsyncClient
    publisher: FakePublisher
    enricher: FakeEnricher

    async def preview(self, **request: Any) -> Preview:
        """Of a request that is answered."""
        answer = await self.api.post("/v1/preview", **request)
        assert answer.status_code == 200, answer.text
        return read_preview(answer.content)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """One that knows what it was fed."""
    publisher, enricher = FakePublisher(), FakeEnricher()
    off = Entry(source="停刊", edition=1, on=False, changed_at=datetime(2026, 2, 6, tzinfo=UTC), by="a@b")
    app = create_app(IngestSettings(max_bytes=10_000), publisher, memory=FakeMemory(publisher), enricher=enricher, sources=FakeSources(off))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as api:
        yield Service(api, publisher, enricher)


async def test_every_form_of_a_digest_is_previewed_and_none_is_published(service: Service) -> None:
    """JSON, the bytes themselves and a form with one file: what would be published, with its items."""
    said = {"source": "双碳周报", "title": "周报", "published_on": "2026-02-06"}
    found = [
        await service.preview(json={**said, "text": TEXT}),
        await service.preview(json={**said, "content_base64": base64.b64encode(TEXT.encode()).decode()}),
        await service.preview(params=said, content=TEXT.encode("gb18030"), headers=PLAIN),
        await service.preview(data=said, files={"file": ("周报.txt", TEXT.encode())}),
    ]
    for one in found:
        assert [item.title for item in one.digest.items] == ["昆山:将新增零碳工厂10家", "太仓:建成码头"]
        assert (one.source, one.digest.title, str(one.digest.published_on), one.digest.published_on_basis) == (*said.values(), "given")
        assert (one.media_type, one.duplicate_of, one.replaces) == ("text/plain", None, None)
    assert [one.charset for one in found] == ["utf-8", "utf-8", "gb18030", "utf-8"]
    assert len({one.digest_id for one in found}) == 1
    assert service.publisher.published == []


async def test_what_is_previewed_is_what_is_fed(service: Service) -> None:
    """The same identity; fed before it is a duplicate, with a new title a revision, of another source a new one."""
    request = {"source": "周报", "text": TEXT}
    before = await service.preview(json=request)
    fed = (await service.api.post("/v1/digests", json=request)).json()
    assert fed["digest_id"] == before.digest_id
    again, renamed, other = [await service.preview(json=request | more) for more in ({}, {"title": "第6期"}, {"source": "日报"})]
    assert (again.digest_id, again.duplicate_of, again.replaces) == (fed["digest_id"], fed["digest_id"], None)
    assert (renamed.digest_id, renamed.duplicate_of, renamed.replaces) == (fed["digest_id"], None, fed["digest_id"])
    assert (other.duplicate_of, other.replaces) == (None, None)
    assert len(service.publisher.published) == 1


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"json": {"text": TEXT}}, 422, "source_missing"),
        ({"json": {"source": "a", "text": "  \n"}}, 422, "empty"),
        ({"json": {"source": "a", "text": TEXT, "published_on": "6.2."}}, 422, "bad_date"),
        ({"json": {"source": "a", "text": "长" * 4000}}, 413, "too_large"),
        ({"content": b"x", "headers": {"Content-Type": "image/png"}, "params": {"source": "a"}}, 415, "unsupported_media_type"),
        ({"data": {"source": "a"}, "files": {"file": ("a.txt", b"\x89PNG\r\n\x1a\n0")}}, 415, "unsupported_media_type"),
        ({"data": {"source": "a"}, "files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]}, 422, "one_file"),
        ({"json": {"source": "a", "txet": TEXT}}, 422, "unknown_field"),
        ({"json": {"source": "停刊", "text": TEXT}}, 409, "source_off"),
    ],
)
async def test_what_can_not_be_fed_can_not_be_previewed(service: Service, request_: Mapping[str, Any], status: int, code: str) -> None:
    """With the errors of feeding, before enrich is asked."""
    answer = await service.api.post("/v1/preview", **request_)
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["status"]) == (status, code, status)
    assert service.enricher.asked == []
    if code != "one_file":
        fed = await service.api.post("/v1/digests", **request_)
        assert (fed.status_code, fed.json()) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("fails", "status", "code"),
    [
        (Rejected("too_slow", "it took longer than 60 s"), 422, "too_slow"),
        (Unavailable("enrich does not answer", retry_after=7), 503, "unavailable"),
        (Misconfigured("enrich does not take our key"), 500, "misconfigured"),
    ],
)
async def test_what_enrich_says_is_passed_on(service: Service, fails: Exception, status: int, code: str) -> None:
    """And digests are taken all the same."""
    service.enricher.fails = fails
    answer = await service.api.post("/v1/preview", json={"source": "a", "text": TEXT})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("retry-after") == ("7" if status == 503 else None)
    assert (await service.api.post("/v1/digests", json={"source": "a", "text": TEXT})).status_code == 202


async def test_the_same_content_elsewhere_is_told(service: Service) -> None:
    """Of other digests alone, whatever their sources."""
    said = [{"source": "周报"}, {"source": "日报"}]
    answers = [await service.api.post("/v1/digests", json={**one, "text": TEXT}) for one in said]
    fed = [answer.json()["digest_id"] for answer in answers]
    await service.api.post("/v1/digests", json={"source": "旬报", "text": TEXT + "另有说明。"})
    for source, others in (("周报", [("日报", fed[1])]), ("年报", [("日报", fed[1]), ("周报", fed[0])])):
        found = await service.preview(json={"source": source, "text": TEXT})
        assert sorted((one.source, one.digest_id) for one in found.same_content) == sorted(others)


async def test_openapi_describes_the_answer(service: Service) -> None:
    """By schemas that all stand in the description, with an example that is one."""
    described = (await service.api.get("/openapi.json")).json()
    answer = described["paths"]["/v1/preview"]["post"]["responses"]["200"]["content"]["application/json"]
    assert Preview.model_validate(answer["example"]) == Preview.model_validate(EXAMPLE)
    assert answer["schema"] == {"$ref": "#/components/schemas/Preview"}
    assert {"Preview", "EnrichedDigest", "Item", "Other", "DigestWarning"} <= set(described["components"]["schemas"])
