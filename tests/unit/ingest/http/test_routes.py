"""The push API over ASGI with a fake publisher: what comes in, what is published, what is answered."""

import base64
from typing import Any

import httpx
import pytest

from services.ingest.http.lines import NDJSON
from shared.records import BINARY_TYPES
from tests.fakes.publisher import FakePublisher
from tests.push_api import NOW, PLAIN, TEXT, error


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


async def test_openapi_says_what_can_be_sent(api: httpx.AsyncClient) -> None:
    """All forms, with examples that the service itself takes; no page that loads from elsewhere."""
    schema = (await api.get("/openapi.json")).json()
    content = schema["paths"]["/v1/digests"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "text/plain", "text/html", "text/markdown", *BINARY_TYPES, "multipart/form-data", NDJSON}
    assert set(schema["paths"]["/v1/digests"]["post"]["responses"]) >= {"202", "207", "401", "403", "413", "415", "422", "503"}
    assert (await api.post("/v1/digests", json=content["application/json"]["example"])).status_code == 202
    for media_type in ("text/plain", "text/html", "text/markdown"):
        example = content[media_type]["example"].encode()
        answer = await api.post("/v1/digests", params={"source": "a"}, content=example, headers={"Content-Type": media_type})
        assert answer.status_code == 202
    for page in ("/docs", "/redoc"):
        assert (await api.get(page)).status_code == 404
