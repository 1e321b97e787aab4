"""What the push API refuses, each in the one shape of errors."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.http import body
from shared.errors import Misconfigured
from shared.keys.key import hash_key
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher
from tests.push_api import TEXT, client, error


@pytest.mark.parametrize(
    ("content_type", "content", "params", "status", "code"),
    [
        ("application/json", b"{", {}, 422, "bad_json"),
        ("application/json", b'{"source": "a", "text": "x", "html": "y"}', {}, 422, "two_contents"),
        ("application/json", b'{"source": "a", "text": "\\ud800"}', {}, 422, "bad_json"),
        ("application/json", b'{"source": "a", "content_base64": "*"}', {}, 422, "bad_base64"),
        ("application/json", b'{"source": "a\\r\\nSet-Cookie: x", "text": "y"}', {}, 422, "bad_source"),
        ("text/plain", b"", {"source": "a"}, 422, "empty"),
        ("text/plain", "昆山".encode(), {}, 422, "source_missing"),
        ("text/plain", "昆山".encode(), {"source": "a", "published_on": "2026-02-30"}, 422, "bad_date"),
        ("text/plain", "昆山".encode(), {"source": "a", "external-id": "x"}, 422, "unknown_field"),
        ("text/plain", bytes(range(128, 256)) * 3, {"source": "a"}, 422, "undecodable"),
        ("text/plain", b"a\0b", {"source": "a"}, 422, "undecodable"),
        ("image/png", b"\x89PNG\r\n\x1a\n", {"source": "a"}, 415, "unsupported_media_type"),
        ("text/plain", b"\x89PNG\r\n\x1a\n", {"source": "a"}, 415, "unsupported_media_type"),
        ("application/pdf", "昆山".encode(), {"source": "a"}, 422, "undecodable"),
        ("application/x-www-form-urlencoded", b"a=b", {"source": "a"}, 415, "unsupported_media_type"),
        ("", b"a", {"source": "a"}, 415, "unsupported_media_type"),
        ("multipart/form-data", b"a", {"source": "a"}, 422, "bad_form"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", {"source": "a"}, 422, "bad_form"),
        ("multipart/form-data; boundary=x", b"--x--\r\n", {"source": "a"}, 422, "content_missing"),
        ("text/plain", b"a" * 10_001, {"source": "a"}, 413, "too_large"),
        ("application/json", b'{"source": "a", "text": "' + b"a" * 10_001 + b'"}', {}, 413, "too_large"),
        ("application/json", b'{"source": "a", "content_base64": "' + b"A" * 13_340 + b'"}', {}, 413, "too_large"),
        ("application/json", b" " * 100_000, {}, 413, "too_large"),
    ],
)
async def test_refusals_have_one_shape(
    api: httpx.AsyncClient, publisher: FakePublisher, content_type: str, content: bytes, params: dict[str, str], status: int, code: str
) -> None:
    """Status and code say what is wrong; nothing is published."""
    answer = await api.post("/v1/digests", params=params, content=content, headers={"Content-Type": content_type})
    assert error(answer) == (status, code)
    assert publisher.published == []


async def test_the_limit_holds_while_streaming(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """A body without Content-Length is not read for ever: the rest of it is left alone."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"a" * 2**20

    answer = await api.post("/v1/digests", params={"source": "a"}, content=endless(), headers={"Content-Type": "text/plain"})
    assert error(answer) == (413, "too_large")
    assert read <= 2 + body.OVERRUN_BYTES // 2**20


async def test_keys_are_asked_for() -> None:
    """401 without, 403 with a wrong one, in both headers; health needs none."""
    publisher = FakePublisher()
    settings = IngestSettings(host="0.0.0.0", api_keys=(hash_key("k1"),))
    async with client(publisher, settings, url="http://ingest.example") as api:
        form = {"source": "a", "text": TEXT}
        none = await api.post("/v1/digests", json=form)
        assert error(none) == (401, "key_missing")
        assert none.headers["www-authenticate"] == "Bearer"
        assert error(await api.post("/v1/digests", json=form, headers={"X-API-Key": "k2"})) == (403, "key_unknown")
        assert publisher.published == []
        assert (await api.post("/v1/digests", json=form, headers={"X-API-Key": "k1"})).status_code == 202
        assert (await api.post("/v1/digests", json=form, headers={"Authorization": "Bearer k1"})).status_code == 202
        assert (await api.get("/healthz", headers={"Host": "10.0.0.5:8401"})).status_code == 200


async def test_beyond_loopback_without_keys_it_does_not_start(publisher: FakePublisher) -> None:
    """Unless an operator says that the port is published to loopback alone."""
    with pytest.raises(Misconfigured, match="INGEST_API_KEYS"):
        create_app(IngestSettings(host="0.0.0.0"), publisher)
    create_app(IngestSettings(host="0.0.0.0", open=True), publisher)


async def test_pages_of_other_sites_are_refused_on_an_open_service(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """A text/plain form needs no preflight."""
    headers = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    assert error(await api.post("/v1/digests", params={"source": "a"}, content=b"a", headers=headers)) == (403, "cross_site")
    assert publisher.published == []


async def test_other_addresses_answer_in_the_same_shape(api: httpx.AsyncClient) -> None:
    """Also what the framework itself refuses."""
    assert error(await api.get("/nothing")) == (404, "not_found")
    assert error(await api.post("/v1/digests/")) == (404, "not_found")
    wrong = await api.delete("/v1/digests")
    assert error(wrong) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "POST"


async def test_a_fault_of_ours_is_500_in_the_same_shape(publisher: FakePublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word of what went wrong inside."""

    async def broken(*_: object) -> None:
        raise RuntimeError("机密")

    monkeypatch.setattr(publisher, "publish", broken)
    transport = httpx.ASGITransport(create_app(IngestSettings(), publisher), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as api:
        answer = await api.post("/v1/digests", json={"source": "a", "text": TEXT})
    assert error(answer) == (500, "internal_error")
    assert "机密" not in answer.text
