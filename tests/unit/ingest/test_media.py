"""Media types: declared, by suffix, by content."""

import pytest

from services.ingest import media
from shared.errors import Rejected


@pytest.mark.parametrize(
    ("declared", "filename", "content", "media_type"),
    [
        ("text/html; charset=gbk", "a.txt", "昆山", "text/html"),
        ("TEXT/Plain", None, "<html>", "text/plain"),
        ("text/x-markdown", None, "昆山", "text/markdown"),
        ("application/xhtml+xml", None, "昆山", "text/html"),
        ("application/octet-stream", "周报.MD", "昆山", "text/markdown"),
        (None, "周报.htm", "昆山", "text/html"),
        (None, "周报", "\n <!-- 存档 --><!DOCTYPE html><p>昆山", "text/html"),
        (None, None, "\ufeff<?xml version='1.0'?><html><p>昆山", "text/html"),
        (None, None, "<昆山> 将新增零碳工厂", "text/plain"),
        (None, None, "# 江苏要闻\n\n## 昆山:将新增零碳工厂10家\n", "text/markdown"),
        (None, None, "#零碳# 话题\n# 1 号文件\n", "text/plain"),
        (None, "周报.docx", "昆山", "text/plain"),
        ("", None, "1、昆山:将新增(近)零碳工厂10家", "text/plain"),
    ],
)
def test_media_type_is_declared_or_by_suffix_or_by_content(declared: str | None, filename: str | None, content: str, media_type: str) -> None:
    """In that order."""
    assert media.decide(content.encode(), declared=declared, filename=filename) == media_type


@pytest.mark.parametrize("declared", ["application/pdf", "image/png", "text/csv", "x", "text/plain2", "\ud800/\n"])
def test_other_media_types_are_refused_with_those_that_are_read(declared: str) -> None:
    """The answer names what can be sent."""
    with pytest.raises(Rejected, match="text/plain, text/markdown, text/html") as refused:
        media.decide("昆山".encode(), declared=declared)
    assert refused.value.kind == "unsupported_media_type"


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"%PDF-1.7\n", "a PDF"), (b"PK\x03\x04\x14\x00", "Word"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word"), (b"\x1f\x8b\x08", "gzip")],
)
def test_files_that_are_no_text_are_known_by_their_first_bytes(content: bytes, what: str) -> None:
    """Whatever they are called."""
    with pytest.raises(Rejected, match=what):
        media.decide(content, declared="text/plain", filename="a.txt")


@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("text/html; charset=GBK", "gbk"),
        ('text/plain;x=1; Charset="utf-8"', "utf-8"),
        ("text/plain", None),
        ("text/plain; charset=", None),
        (None, None),
    ],
)
def test_the_declared_charset_is_found(declared: str | None, charset: str | None) -> None:
    """Among a media type's parameters, quoted or not."""
    assert media.charset_of(declared) == charset
