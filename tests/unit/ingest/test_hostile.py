"""Whatever comes in, ingest answers in its own shape and never with 500; what it publishes is what it was given."""

import asyncio
import json
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest.app import create_app
from shared.records import read_raw
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher

# Text that breaks things: any code point with lone surrogates, line ends, NUL, headers, formats' own signs.
NASTY = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(codec=None, categories=("Cs", "Cc", "Cn", "Co", "Lo")), max_size=20),
    st.sampled_from(["", "\0", "\r\nSet-Cookie: a=b", "\ud800", "\ufeff", "%00", "../../etc/passwd", "1e999", "昆山:将新增(近)零碳工厂10家", "a"]),
)
CONTENTS = st.one_of(
    st.binary(max_size=300),
    st.sampled_from(["昆山".encode(), "昆山".encode("gb18030"), b"%PDF-1.7", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b\x08"]),
)
NAMES = st.sampled_from(["source", "title", "url", "published_on", "external_id", "media_type", "text", "html", "markdown", "content_base64", "x"])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NASTY, lambda inner: st.lists(inner) | st.dictionaries(NASTY, inner), max_leaves=8
)
CODECS = st.sampled_from(
    ["utf-8", "gbk", "big5", "idna", "punycode", "undefined", "unicode_escape", "utf-7", "utf-16", "base64", "rot13", "zlib", "mbcs", "x", "a\tb", ""]
)
MEDIA_TYPES = st.one_of(
    st.sampled_from(
        [
            "text/plain",
            "text/html",
            "text/markdown",
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/pdf",
            "",
        ]
    ),
    st.builds("{}; charset={}".format, st.sampled_from(["text/plain", "text/html", "multipart/form-data; boundary=x"]), CODECS),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
)
HOSTILE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def send(content: bytes, media_type: str, query: str = "", headers: dict[str, str] | None = None) -> httpx.Response:
    """Send one request to a fresh service; an exception inside it is raised here."""
    publisher = FakePublisher()

    async def once() -> httpx.Response:
        app = create_app(IngestSettings(max_bytes=200), publisher, now_ms=lambda: 1770343200123)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            sent: list[tuple[bytes, bytes]] = [(b"content-type", media_type.encode("latin-1"))]
            sent += [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
            return await client.post(f"/v1/digests{query}", content=content, headers=sent)

    answer = asyncio.run(once())
    body = answer.json()
    if answer.status_code == 202:
        for key, value, record_headers in publisher.records:
            raw = read_raw(record_headers["digest"])
            assert key.decode() == raw.digest_id
            assert len(value) <= 200
    elif answer.status_code != 207:
        assert answer.status_code in (400, 403, 413, 415, 422), answer.text
        assert set(body["error"]) == {"code", "message", "status"}
        assert publisher.records == []
    assert all("\n" not in value and "\r" not in value for value in answer.headers.values())
    return answer


@HOSTILE
@given(
    CONTENTS,
    MEDIA_TYPES,
    st.lists(st.tuples(NAMES, st.binary(max_size=20) | NASTY.map(lambda text: text.encode("utf-8", "surrogatepass"))), max_size=4),
)
def test_any_body_with_any_query(content: bytes, media_type: str, fields: list[tuple[str, bytes]]) -> None:
    """Raw bytes under any media type and percent-encoded anything."""
    send(content, media_type, "?" + "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields))


@HOSTILE
@given(st.dictionaries(NAMES | NASTY, JSON | NASTY, max_size=5))
def test_any_json_object(form: dict[str, Any]) -> None:
    """Of any values, lone surrogates and infinities as Python writes them included."""
    send(json.dumps(form).encode(), "application/json")
    send(json.dumps({"source": "a", "text": "昆山"} | form, ensure_ascii=False).encode("utf-8", "surrogatepass"), "application/json")


@HOSTILE
@given(st.binary(max_size=100) | NASTY.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_json_bytes(content: bytes) -> None:
    """Whether they are JSON or not, cut off or nested."""
    for sent in (content, b'{"source": "a", "text": ' + content, b"[" * 5000 + content, b'{"text":' * 5000 + content):
        send(sent, "application/json")


@HOSTILE
@given(CODECS, st.lists(st.tuples(NAMES | NASTY, NASTY, st.none() | NASTY, st.none() | MEDIA_TYPES, CONTENTS), max_size=3), st.integers(0, 5))
def test_any_multipart_form(charset: str, parts: list[tuple[str, str, str | None, str | None, bytes]], cut: int) -> None:
    """Any names, file names, types, charsets; cut off anywhere near the end."""
    body = b""
    for name, value, filename, media_type, content in parts:
        body += b'--x\r\nContent-Disposition: form-data; name="' + name.encode("utf-8", "surrogatepass") + b'"'
        if filename is not None:
            body += b'; filename="' + filename.encode("utf-8", "surrogatepass") + b'"'
        if media_type is not None:
            body += b"\r\nContent-Type: " + media_type.encode("latin-1")
        body += b"\r\n\r\n" + (content if filename is not None else value.encode("utf-8", "surrogatepass")) + b"\r\n"
    body += b"--x--\r\n"
    send(body[: len(body) - cut], f"multipart/form-data; boundary=x; charset={charset}", "?source=a")


@HOSTILE
@given(
    st.dictionaries(
        st.sampled_from(["origin", "host", "expect", "authorization", "x-api-key"]), st.text(st.characters(max_codepoint=255), max_size=30)
    )
)
def test_any_header_values(headers: dict[str, str]) -> None:
    """Of the headers that are looked at."""
    send("昆山".encode(), "text/plain", "?source=a", headers)
