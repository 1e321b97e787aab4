"""What other services say in English is read in Chinese: what they really say today, word for word."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from services.enrich.enrich import enrich
from services.ingest.accept import Submission, accept
from services.search.chinese import died, refusal, warning, who
from shared.errors import Rejected
from shared.records import EnrichedDigest

MAIL = """From: a@example.org
Message-ID: <1@example.org>
Subject: =?utf-8?b?5ZGo5oql?=
Date: Fri, 6 Feb 2026 08:00:00 +0800
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

1、昆山:建成码头
正文在这里。
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=good.pdf

%PDF-1.7
--b--
"""


def zipped() -> bytes:
    """A zip that is called a Word file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("word/document.xml", "no XML")
    return held.getvalue()


def refused(content: bytes, media_type: str, *, max_bytes: int = 8 * 2**20) -> Rejected:
    """Why ingest, or else enrich, does not take it."""
    with pytest.raises(Rejected) as error:
        enriched(content, media_type, max_bytes=max_bytes)
    return error.value


def enriched(content: bytes, media_type: str, *, max_bytes: int = 8 * 2**20) -> EnrichedDigest:
    """What becomes of a file; raises Rejected."""
    raw, kept = accept(Submission(content, media_type=media_type, source="周报"), revision=1, max_bytes=max_bytes)
    return enrich(raw, kept, enriched_at=datetime(2026, 2, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (b"%PDF-1.7\n" + b"\x93\x07" * 500, "application/pdf", "文件已损坏"),
        ("昆山".encode(), "application/pdf", "不是它所称的格式"),
        (zipped(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "文件已损坏"),
        (b"\x00\x01\x02", "text/plain", "不是文字文件"),
        (bytes(range(128, 256)) * 3, "text/plain", "另存为 UTF-8"),
        ("一\n".encode() * 110_000, "text/plain", "行数超出"),
        (b"a" * 2000, "text/plain", "最多 8 MiB"),
    ],
)
def test_advice_fits_the_file(content: bytes, media_type: str, words: str) -> None:
    """One code may have several reasons; what helps differs."""
    error = refused(content, media_type, max_bytes=1000 if words == "最多 8 MiB" else 8 * 2**20)
    assert words in refusal(error.kind, error.message)
    assert died(f"{error.kind}: {error.message}") == refusal(error.kind, error.message)


def test_a_letter_of_an_unknown_code_names_it() -> None:
    """Also as a status tells it; nothing of it is left in English."""
    assert died("new_code: something new") == "没有收下，原因代码是 new_code；请把它告诉管理员。"
    assert died("enrich gave up (no_text): it has none. See it with `jianbao dead list`") == refusal("no_text")


@pytest.mark.parametrize(
    ("text", "media_type", "words"),
    [
        (MAIL, "message/rfc822", "邮件的附件没有读取：good.pdf。请另行送入"),
        ("1、昆山:建成码头\n正文。\n", "text/plain", "文中也没有写明"),
        ("昆山市建成码头，正文在这里。", "text/plain", "看不出怎样分条，全文作为一条"),
    ],
)
def test_warnings_are_told_in_chinese(text: str, media_type: str, words: str) -> None:
    """As enrich words them today."""
    assert words in [warning(one.message) for one in enriched(text.encode(), media_type).warnings]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("published_on was not given; 2026-02-06 was taken from title", "取 2026-02-06（据标题）"),
        ("5,001 lines are more than a digest has, so the text is one item", "共有 5,001 行，比一份简报多得多，全文作为一条"),
        ("the contents list does not name: 昆山:{建成}码头", "昆山:{建成}码头"),
        ("3 characters could not be decoded and stand as \ufffd", "有 3 个字无法识别，显示为 \ufffd"),
        ("only 64% of the text is in items; the rest is found as the digest's other text",
         "只有 64% 的文字在条目中，其余作为“其他文字”也能检索到"),
        ("2 stories became 5 items, as one has at most 30,000 characters", "有的条目太长：2 条分成了 5 条"),
        ("this issue is not printed as the examples of its source are: no line looks like one of their titles; "
         "it was split without them. Correct it with jianbao profile teach", "这一期的版式与教过的样例不同，没有按样例拆分，请核对"),
        ("something newer", "something newer"),
    ],
)  # fmt: skip
def test_a_warning_in_words(message: str, words: str) -> None:
    """One that is not known stays as it is."""
    assert warning(message) == words


@pytest.mark.parametrize(("by", "words"), [("api", "本机用户"), ("local", "本机用户"), ("key op", "密钥 op"), ("li@desk", "li@desk")])
def test_who_did_something(by: str, words: str) -> None:
    """A key by its name; where none is asked for, this machine's user."""
    assert who(by) == words
