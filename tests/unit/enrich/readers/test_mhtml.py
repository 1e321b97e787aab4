"""Saved pages (MHTML) → blocks."""

import base64

import pytest

from services.enrich.readers import LIMITS, read
from shared.errors import Rejected
from shared.records import MHTML
from tests.unit.enrich.renderings import Look, mhtml

HEAD = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"


def test_the_page_among_the_parts_is_read() -> None:
    """Pictures and styles beside it are not."""
    document = read(mhtml(["昆山:新增工厂", "正文。"], Look(titles=["昆山:新增工厂"])), media_type=MHTML)
    assert [(block.text, block.level) for block in document.blocks] == [("昆山:新增工厂", 3), ("正文。", 0)]
    assert dict(document.facts)["snapshot_location"] == "https://example.org/6"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5"])
def test_the_page_is_read_in_its_charset(charset: str) -> None:
    """As its part declares it."""
    page = base64.encodebytes("<p>某地新增工厂十家</p>".encode(charset))
    part = f"--b\r\nContent-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    (block,) = read(HEAD + part + page + b"--b--\r\n", media_type=MHTML).blocks
    assert block.text == "某地新增工厂十家"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("昆山".encode(), "undecodable"),
        (HEAD + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--", "undecodable"),
        (HEAD + b"--b\r\nContent-Type: text/html\r\n\r\n<p></p>\r\n--b--", "empty"),
        (HEAD + b"--b\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000, "too_deep"),
        (b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx", "undecodable"),
    ],
    ids=["text", "picture", "nothing to read", "nested", "mail"],
)
def test_what_holds_no_page_is_refused(data: bytes, kind: str) -> None:
    """By kind."""
    with pytest.raises(Rejected) as refused:
        read(data, media_type=MHTML)
    assert refused.value.kind == kind


def test_the_depth_is_a_setting() -> None:
    """As other limits."""
    with pytest.raises(Rejected, match="more than 0 deep"):
        read(mhtml(["甲"], Look()), media_type=MHTML, limits=LIMITS.model_copy(update={"nesting": 0}))


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        (b"Message-ID: <1@a.example>\r\n", "Thu, 05 Feb 2026 18:30:00 +0000"),
        (b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/6\r\n", None),
        (b'From: "Saved by Windows Internet Explorer 11"\r\n', None),
    ],
)
def test_a_mail_is_of_the_day_it_was_sent_and_a_page_not_of_the_day_it_was_saved(fields: bytes, date: str | None) -> None:
    """Both have a field Date."""
    part = b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--b--"
    assert read(b"Date: Thu, 05 Feb 2026 18:30:00 +0000\r\n" + fields + HEAD + part, media_type=MHTML).date == date


MAIL = """From: =?gb2312?B?y6vMvNbcsag=?= <a@b.example>
Message-ID: <1@b.example>
Subject: =?utf-8?B?5Y+M56Kz?= 5
Date: Fri, 6 Feb 2026 08:00:00 +0800
"""


@pytest.mark.parametrize("kind", ["Content-Type: text/plain; charset=utf-8\n", "Content-Type: text/html\n", ""])
def test_a_mail_with_one_part(kind: str) -> None:
    """Is read as one with several is, under its subject and by its sender."""
    document = read(f"{MAIL}{kind}\n某地新增工厂十家\n".encode(), media_type=MHTML)
    assert [block.text for block in document.blocks] == ["某地新增工厂十家"]
    assert (document.title, document.publisher, document.date) == ("双碳 5", "双碳周报", "Fri, 6 Feb 2026 08:00:00 +0800")


def test_what_is_attached_to_a_mail() -> None:
    """Is named, but for pictures: only its text is read here."""
    named = '--b\nContent-Type: {}\nContent-Disposition: attachment; filename="{}"\n\nx\n'
    parts = (
        "--b\nContent-Type: text/plain; charset=utf-8\n\n某地新增工厂十家\n"
        + named.format("application/pdf", "周报.pdf")
        + named.format("image/png", "a.png")
    )
    document = read(f"{MAIL}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode(), media_type=MHTML)
    assert [value for name, value in document.facts if name == "attached"] == ["周报.pdf"]
