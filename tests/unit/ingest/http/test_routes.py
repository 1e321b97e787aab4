"""The push API over ASGI with a fake publisher: what comes in, what is published, what is answered."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.http import body
from services.ingest.http.room import REQUESTS_IN_MEMORY
from services.ingest.http.submissions import FILES_AT_ONCE
from shared.errors import Misconfigured
from shared.keys.key import hash_key
from shared.records import BINARY_TYPES
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher

TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家\n2月3日,昆山市发布《行动方案》。"
NOW = 1770343200123
PLAIN = {"Content-Type": "text/plain"}


def client(publisher: FakePublisher, settings: IngestSettings | None = None, *, url: str = "http://127.0.0.1:8401") -> httpx.AsyncClient:
    """A client of an app of its own, its clock standing still."""
    app = create_app(settings or IngestSettings(max_bytes=10_000), publisher, now_ms=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url)


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
async def api(publisher: FakePublisher) -> AsyncIterator[httpx.AsyncClient]:
    """A service on loopback, open."""
    async with client(publisher) as made:
        yield made


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, its shape checked."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "status"}
    assert body["error"]["status"] == answer.status_code
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


async def test_json_is_published_as_utf8(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """And answered with identity, revision and where to see what became of it."""
    answer = await api.post("/v1/digests", json={"source": "双碳周报", "text": TEXT, "external_id": "12", "title": "周报"})
    raw, content = publisher.published[0]
    assert answer.status_code == 202
    assert answer.json() == {
        "digest_id": raw.digest_id,
        "revision": NOW,
        "status_url": f"http://127.0.0.1:8402/api/digests/{raw.digest_id}/status?revision={NOW}",
    }
    assert answer.headers["location"] == answer.json()["status_url"]
    assert content == TEXT.encode()
    assert (raw.source, raw.external_id, raw.title, raw.charset, raw.media_type) == ("双碳周报", "12", "周报", "utf-8", "text/plain")


@pytest.mark.parametrize("media_type", ["text/plain", "text/html", "text/markdown"])
async def test_raw_bodies_are_published_untouched(api: httpx.AsyncClient, publisher: FakePublisher, media_type: str) -> None:
    """In the charset that they came in; what is said of them is in the query."""
    sent = TEXT.encode("gb18030")
    params = {"source": "a", "title": "周报", "url": "https://example.org/12", "published_on": "2026-02-06", "external_id": "十二"}
    answer = await api.post("/v1/digests", params=params, content=sent, headers={"Content-Type": f"{media_type}; charset=utf-8"})
    assert answer.status_code == 202
    raw, content = publisher.published[0]
    assert content == sent
    assert (raw.charset, raw.media_type, raw.title, raw.external_id, raw.url) == ("gb18030", media_type, "周报", "十二", "https://example.org/12")
    assert str(raw.published_on) == "2026-02-06"


async def test_base64_is_published_as_the_bytes_it_stands_for(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """Any charset, any of the media types."""
    sent = TEXT.encode("gb18030")
    answer = await api.post("/v1/digests", json={"source": "a", "content_base64": base64.b64encode(sent).decode(), "media_type": "text/html"})
    assert answer.status_code == 202
    raw, content = publisher.published[0]
    assert (content, raw.charset, raw.media_type) == (sent, "gb18030", "text/html")


async def test_one_file_is_answered_like_a_body(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """Its fields are form fields; its type is by its suffix where nothing better is said."""
    sent = TEXT.encode("gb18030")
    answer = await api.post("/v1/digests", data={"source": "a", "external_id": "12"}, files={"file": ("周报.md", sent, "application/octet-stream")})
    raw, content = publisher.published[0]
    assert answer.status_code == 202
    assert answer.json()["digest_id"] == raw.digest_id
    assert (content, raw.media_type, raw.external_id) == (sent, "text/markdown", "12")


async def test_a_bad_file_does_not_stop_the_others(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """Each file has its own result, in order."""
    files = [
        ("file", ("a.txt", TEXT.encode(), "text/plain")),
        ("file", ("b.png", b"\x89PNG\r\n\x1a\n", "image/png")),
        ("file", ("c.txt", b"x" * 10_001, "text/plain")),
        ("file", ("d.txt", "昆山".encode(), "text/plain")),
    ]
    answer = await api.post("/v1/digests", data={"source": "a"}, files=files)
    results = answer.json()
    assert answer.status_code == 207
    assert [result["file"] for result in results] == ["a.txt", "b.png", "c.txt", "d.txt"]
    assert [result.get("error", {}).get("status") for result in results] == [None, 415, 413, None]
    assert [result.get("digest_id") for result in results if "digest_id" in result] == [raw.digest_id for raw, _ in publisher.published]


async def test_a_form_that_was_cut_off_is_refused_whole(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """A file that is missing must not pass for one that was never sent."""
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for sent in (part, part + b"\r\n" + part, part + b"\r\n--x\r\n"):
        assert error(await api.post("/v1/digests", params={"source": "a"}, content=sent, headers=headers)) == (422, "bad_form")
    assert publisher.published == []


async def test_several_good_files_are_202(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """With strictly rising revisions."""
    files = [("file", (f"{n}.txt", f"昆山 {n}".encode(), "text/plain")) for n in range(3)]
    answer = await api.post("/v1/digests", data={"source": "a"}, files=files)
    assert answer.status_code == 202
    assert [result["revision"] for result in answer.json()] == [NOW, NOW + 1, NOW + 2]


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ({"json": {"source": "a", "text": "昆山", "file_name": "C:\\周报\\2026-02-06.txt"}}, "2026-02-06.txt"),
        (
            {"params": {"source": "a", "file_name": "周报2026-02-06.txt"}, "content": b"x", "headers": PLAIN},
            "周报2026-02-06.txt",
        ),
        ({"data": {"source": "a"}, "files": {"file": ("周报2026-02-06.txt", b"x", "text/plain")}}, "周报2026-02-06.txt"),
        ({"data": {"source": "a", "file_name": "2026-02-06.txt"}, "files": {"file": ("a.txt", b"x", "text/plain")}}, "2026-02-06.txt"),
        ({"json": {"source": "a", "text": "昆山"}}, None),
    ],
    ids=["JSON", "raw", "form", "form that says it", "none"],
)
async def test_the_name_of_its_file_is_kept(api: httpx.AsyncClient, publisher: FakePublisher, request_: dict[str, Any], name: str | None) -> None:
    """Without folders: it often has the day of publication."""
    assert (await api.post("/v1/digests", **request_)).status_code == 202
    assert publisher.published[0][0].file_name == name


async def test_one_identity_cannot_name_several_files(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """The last would replace all before it."""
    files = [("file", (f"{n}.txt", b"a", "text/plain")) for n in range(2)]
    for said in ({"external_id": "12"}, {"file_name": "2026-02-06.txt"}):
        assert error(await api.post("/v1/digests", data={"source": "a", **said}, files=files)) == (422, "one_identity")
    assert publisher.published == []


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


async def test_bodies_beyond_the_memory_are_refused_early() -> None:
    """503 for the one too many while the others wait for Kafka; all are taken later, and another feeder's is taken meanwhile."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    settings = IngestSettings(max_bytes=20_000, api_keys=(hash_key("k1"), hash_key("k2")))
    async with client(publisher, settings) as api:

        async def feed(key: str) -> httpx.Response:
            headers = {"Content-Type": "text/plain", "X-API-Key": key}
            return await api.post("/v1/digests", params={"source": "a"}, content=b"a" * 20_000, headers=headers)

        waiting = [asyncio.create_task(feed("k1")) for _ in range(REQUESTS_IN_MEMORY * FILES_AT_ONCE // 2)]
        async with asyncio.timeout(5):
            for _ in waiting:
                await publisher.arrived.get()
        refused = await feed("k1")
        assert error(refused) == (503, "unavailable")
        assert refused.headers["retry-after"] == "1"
        another = asyncio.create_task(feed("k2"))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        publisher.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting, another)} == {202}
        assert (await feed("k1")).status_code == 202


async def test_what_is_declared_takes_no_room(publisher: FakePublisher) -> None:
    """Large uploads that have hardly begun keep nothing from others, nor from one another."""
    async with client(publisher, IngestSettings(max_bytes=20_000)) as api:
        begun: asyncio.Queue[None] = asyncio.Queue()

        async def hardly() -> AsyncIterator[bytes]:
            yield b"--x"
            await begun.put(None)
            await asyncio.Event().wait()

        headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "160000"}
        slow = [asyncio.create_task(api.post("/v1/digests", content=hardly(), headers=headers)) for _ in range(8)]
        async with asyncio.timeout(5):
            for _ in slow:
                await begun.get()
        answer = await api.post("/v1/digests", params={"source": "a"}, content=b"a" * 100, headers={"Content-Type": "text/plain"})
        assert answer.status_code == 202
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_a_feeder_with_too_many_requests_is_told_so_alone() -> None:
    """429 for it, while another key's requests are taken."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    app = create_app(IngestSettings(api_keys=(hash_key("k1"), hash_key("k2"))), publisher, connections=16)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as api:

        async def feed(key: str) -> httpx.Response:
            return await api.post("/v1/digests", json={"source": "a", "text": TEXT}, headers={"X-API-Key": key})

        waiting = [asyncio.create_task(feed("k1")) for _ in range(4)]
        async with asyncio.timeout(5):
            for _ in waiting:
                await publisher.arrived.get()
        refused = await feed("k1")
        assert error(refused) == (429, "too_many_requests")
        assert refused.headers["retry-after"] == "1"
        waiting.append(asyncio.create_task(feed("k2")))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        publisher.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {202}


async def test_202_waits_for_the_acknowledgement() -> None:
    """While Kafka has not said that it has the digest there is no answer."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    async with client(publisher) as api:
        answer = asyncio.create_task(api.post("/v1/digests", json={"source": "a", "text": TEXT}))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        done, _ = await asyncio.wait([answer], timeout=0.05)
        assert not done
        publisher.gate.set()
        assert (await answer).status_code == 202


async def test_503_with_retry_after_while_kafka_is_away() -> None:
    """Alive, but not ready, and it says so; for one digest and for several."""
    publisher = FakePublisher(away=True)
    async with client(publisher) as api:
        answer = await api.post("/v1/digests", json={"source": "a", "text": TEXT})
        assert error(answer) == (503, "unavailable")
        assert answer.headers["retry-after"] == "7"
        files = [("file", (f"{n}.txt", b"a", "text/plain")) for n in range(2)]
        several = await api.post("/v1/digests", data={"source": "a"}, files=files)
        assert several.status_code == 207
        assert [result["error"]["status"] for result in several.json()] == [503, 503]
        assert int(several.headers["retry-after"]) > 0
        assert (await api.get("/healthz")).status_code == 200
        ready = await api.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"][0]["name"] == "kafka"
        publisher.away = False
        assert (await api.get("/readyz")).status_code == 200
        assert (await api.post("/v1/digests", json={"source": "a", "text": TEXT})).status_code == 202


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
    wrong = await api.get("/v1/digests")
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


async def test_counters_balance(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """received = sent + discarded; what is refused is counted by status."""
    before = await counters(api)
    await api.post("/v1/digests", json={"source": "a", "text": TEXT})
    await api.post("/v1/digests", json={"source": "a b", "text": TEXT})
    publisher.away = True
    await api.post("/v1/digests", json={"source": "a", "text": TEXT})
    after = await counters(api)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['jianbao_received_total{stage="ingest"}'] == 2
    assert grown['jianbao_sent_total{stage="ingest"}'] == 1
    assert grown['jianbao_discarded_total{reason="unavailable",stage="ingest"}'] == 1
    assert grown['jianbao_ingest_refused_total{status="422"}'] == 1
    assert grown['jianbao_ingest_refused_total{status="503"}'] == 1


@pytest.mark.parametrize("how", ["raw", "form", "json"])
async def test_a_pdf_is_taken_in_every_form(api: httpx.AsyncClient, publisher: FakePublisher, how: str) -> None:
    """Untouched, under its media type, whichever way it came."""
    sent = b"%PDF-1.7\n\x00\xff\xfe"
    if how == "raw":
        answer = await api.post("/v1/digests", params={"source": "a"}, content=sent, headers={"Content-Type": "application/pdf"})
    elif how == "form":
        answer = await api.post("/v1/digests", data={"source": "a"}, files={"file": ("周报.pdf", sent, "application/octet-stream")})
    else:
        answer = await api.post("/v1/digests", json={"source": "a", "content_base64": base64.b64encode(sent).decode()})
    assert answer.status_code == 202
    (raw, content) = publisher.published[0]
    assert (raw.media_type, raw.charset, content) == ("application/pdf", None, sent)


async def counters(api: httpx.AsyncClient) -> dict[str, float]:
    """The metrics by name with labels."""
    lines = (await api.get("/metrics")).text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


async def test_openapi_says_what_can_be_sent(api: httpx.AsyncClient) -> None:
    """All forms, with examples that the service itself takes; no page that loads from elsewhere."""
    schema = (await api.get("/openapi.json")).json()
    content = schema["paths"]["/v1/digests"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "text/plain", "text/html", "text/markdown", *BINARY_TYPES, "multipart/form-data"}
    assert set(schema["paths"]["/v1/digests"]["post"]["responses"]) >= {"202", "207", "401", "403", "413", "415", "422", "503"}
    assert (await api.post("/v1/digests", json=content["application/json"]["example"])).status_code == 202
    for media_type in ("text/plain", "text/html", "text/markdown"):
        example = content[media_type]["example"].encode()
        answer = await api.post("/v1/digests", params={"source": "a"}, content=example, headers={"Content-Type": media_type})
        assert answer.status_code == 202
    for page in ("/docs", "/redoc"):
        assert (await api.get(page)).status_code == 404
