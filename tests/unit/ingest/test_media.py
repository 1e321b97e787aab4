"""Media types: declared, by suffix, by content."""

import io
import zipfile

import pytest

from services.ingest import media
from shared.errors import Rejected
from shared.records import DOCX

SAVED = 'From: <Saved by Blink>\nSubject: =?utf-8?Q?a?=\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype="text/html"\n\n'


def zipped(*names: str) -> bytes:
    """A zip file that holds files of these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return packed.getvalue()


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
        (None, "周报.txt", "%PDF-1.7 ", "application/pdf"),
        ("text/plain", None, "%PDF-1.7 ", "application/pdf"),
        ("application/pdf", None, "\n%PDF-1.7 ", "application/pdf"),
        (None, "周报", SAVED, "multipart/related"),
        ("message/rfc822", None, "Content-Type: text/html\n\n<p>昆山", "multipart/related"),
        (None, "周报.mht", "Content-Type: text/html\n\n<p>昆山", "multipart/related"),
        (None, "周报.eml", "Received: by a.example\n" * 500 + "Message-ID: <1@a.example>\n\n昆山", "multipart/related"),
        ("", None, "1、昆山:将新增(近)零碳工厂10家", "text/plain"),
    ],
)
def test_media_type_is_declared_or_by_suffix_or_by_content(declared: str | None, filename: str | None, content: str, media_type: str) -> None:
    """In that order."""
    assert media.decide(content.encode(), declared=declared, filename=filename) == media_type


@pytest.mark.parametrize("declared", ["application/msword", "image/png", "text/csv", "x", "text/plain2", "\ud800/\n"])
def test_other_media_types_are_refused_with_those_that_are_read(declared: str) -> None:
    """The answer names what can be sent."""
    with pytest.raises(Rejected, match="text/plain, text/markdown, text/html") as refused:
        media.decide("昆山".encode(), declared=declared)
    assert refused.value.kind == "unsupported_media_type"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG"),
        (zipped("xl/workbook.xml"), "Excel"),
        (b"PK\x03\x04\x14\x00", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"From a@example.org Thu Feb  5 18:30:00 2026\nSubject: x\n\nx\n", "a mailbox"),
    ],
)
def test_files_that_are_no_text_are_known_by_their_first_bytes(content: bytes, what: str) -> None:
    """Whatever they are called."""
    with pytest.raises(Rejected, match=what):
        media.decide(content, declared="text/plain", filename="a.txt")


@pytest.mark.parametrize(("name", "media_type"), [("周报.docx", DOCX), ("周报.txt", DOCX), ("周报", DOCX)])
def test_a_word_file_is_known_by_what_its_zip_holds(name: str, media_type: str) -> None:
    """Whatever it is called; nothing is unpacked for it."""
    assert media.decide(zipped("[Content_Types].xml", "word/document.xml"), filename=name) == media_type


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", "昆山".encode()), ("a.docx", "昆山".encode()), ("a.mhtml", "昆山".encode()), ("a.docx", b"PK\x03\x04 no zip")]
)
def test_what_is_called_a_binary_and_is_none_is_refused(name: str, content: bytes) -> None:
    """In words that say so, rather than as text."""
    with pytest.raises(Rejected) as refused:
        media.decide(content, filename=name)
    assert refused.value.kind == "undecodable"


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
