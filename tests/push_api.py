"""A client of the push API over ASGI, and what its refusals look like."""

import httpx

from services.ingest.app import create_app
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher

TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家\n2月3日,昆山市发布《行动方案》。"
NOW = 1770343200123
PLAIN = {"Content-Type": "text/plain"}


def client(publisher: FakePublisher, settings: IngestSettings | None = None, *, url: str = "http://127.0.0.1:8401") -> httpx.AsyncClient:
    """A client of an app of its own, its clock standing still."""
    app = create_app(settings or IngestSettings(max_bytes=10_000), publisher, now_ms=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url)


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, its shape checked."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "status"}
    assert body["error"]["status"] == answer.status_code
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]
