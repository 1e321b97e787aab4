"""JSON bodies → submissions."""

import base64
import json
from collections.abc import Callable

import pytest

from services.ingest.accept import Submission
from services.ingest.http import json_form
from shared.errors import Rejected

MAX = 1000


def body(**fields: object) -> bytes:
    """The JSON of these fields."""
    return json.dumps(fields).encode()


def test_text_is_published_as_utf8() -> None:
    """With everything that is said of it; the charset is no longer to be decided."""
    submission = json_form.read(body(source="双碳周报", text="昆山", title="t", published_on="2026-02-06", url=None), max_bytes=MAX)
    assert submission == Submission(
        "昆山".encode(), source="双碳周报", title="t", published_on="2026-02-06", media_type="text/plain", charset="utf-8"
    )


@pytest.mark.parametrize(("name", "media_type"), [("text", "text/plain"), ("html", "text/html"), ("markdown", "text/markdown")])
def test_a_field_means_its_media_type(name: str, media_type: str) -> None:
    """Said again is fine, said otherwise is not."""
    assert json_form.read(body(**{name: "昆山"}), max_bytes=MAX).media_type == media_type
    assert json_form.read(body(**{name: "昆山", "media_type": media_type}), max_bytes=MAX).media_type == media_type
    with pytest.raises(Rejected, match="media_type"):
        json_form.read(body(**{name: "昆山", "media_type": "application/pdf"}), max_bytes=MAX)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_base64_gives_the_bytes_as_they_were(encode: Callable[[bytes], bytes]) -> None:
    """In both alphabets, with line breaks, with or without padding."""
    content = "昆山:将新增(近)零碳工厂10家🟡".encode("gb18030")
    text = encode(content).decode()
    for form in (text, text.strip().rstrip("=")):
        submission = json_form.read(body(content_base64=form, media_type="text/html"), max_bytes=MAX)
        assert (submission.content, submission.charset, submission.media_type) == (content, None, "text/html")


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"[]", "bad_json"),
        (b"null", "bad_json"),
        (b'"text"', "bad_json"),
        ('{"text": "昆山"}'.encode("gb18030"), "bad_json"),
        (b'{"text": "\\ud800"}', "bad_json"),
        (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "bad_json"),
        (b'{"text": 1e999}', "bad_json"),
        (b'{"text": ' + b"9" * 400 + b"}", "bad_json"),
        (b'{"text": NaN}', "bad_json"),
        (b'{"text": ["a"]}', "bad_field"),
        (b'{"text": "a", "source": 5}', "bad_field"),
        (b'{"text": "a", "published_on": {"$ne": 1}}', "bad_field"),
        (b'{"text": "a", "external-id": "x"}', "unknown_field"),
        (b'{"source": "a"}', "content_missing"),
        (b'{"source": "a", "text": null}', "content_missing"),
        (b'{"text": "a", "html": "b"}', "two_contents"),
        (b'{"content_base64": "a"}', "bad_base64"),
        (b'{"content_base64": "!!!!"}', "bad_base64"),
        ('{"content_base64": "昆山"}'.encode(), "bad_base64"),
        (b'{"content_base64": "' + b"A" * 1336 + b'"}', "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_by_kind(sent: bytes, kind: str) -> None:
    """Never another exception than Rejected."""
    with pytest.raises(Rejected) as refused:
        json_form.read(sent, max_bytes=MAX)
    assert refused.value.kind == kind


def test_a_byte_order_mark_before_json_is_dropped() -> None:
    """Some editors write one."""
    assert json_form.read(b"\xef\xbb\xbf" + body(text="a"), max_bytes=MAX).content == b"a"


def test_refusals_do_not_repeat_the_text() -> None:
    """Answers get logged by whoever asked."""
    with pytest.raises(Rejected) as refused:
        json_form.read('{"text": "机密内容", 机密'.encode(), max_bytes=MAX)
    assert "机密" not in refused.value.message
