"""Messages → digests."""

from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.accept import Submission
from services.ingest.sources.mail.read import Mail, read
from shared.errors import Rejected

BODY = "一、昆山:将新增零碳工厂10家\n"
PDF = b"%PDF-1.7 ..."


def message(**headers: str) -> EmailMessage:
    """An issue that was sent late in the evening by UTC."""
    made = EmailMessage()
    said = {
        "From": "双碳周报 <weekly@example.org>",
        "Subject": "本周双碳要闻(第5期)",
        "Message-ID": "<5@example.org>",
        "Date": "Thu, 05 Feb 2026 22:00:00 +0000",
    }
    for name, value in (said | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        made[name] = value
    return made


def mail(made: EmailMessage) -> Mail:
    """What it gives."""
    return read(made.as_bytes(), source="weekly")


def test_a_plain_message() -> None:
    """Its subject is the title, its id the identity, the day that of Shanghai."""
    made = message()
    made.set_content(BODY)
    [digest] = mail(made).digests
    assert digest == Submission(
        content=BODY.encode(),
        media_type="text/plain; charset=utf-8",
        source="weekly",
        title="本周双碳要闻(第5期)",
        published_on="2026-02-06",
        external_id="<5@example.org>",
    )


def test_a_message_in_two_forms() -> None:
    """HTML has bold, lists and tables; pictures in it are none of its text."""
    made = message()
    made.set_content(BODY)
    made.add_alternative(f"<p><b>{BODY}</b><img src=cid:1>", subtype="html", charset="gb18030")
    made.get_payload()[1].add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<1>", filename="a.png")  # type: ignore[union-attr,index]
    found = mail(made)
    assert [(digest.media_type, digest.content.decode("gb18030")) for digest in found.digests] == [
        ("text/html; charset=gb18030", f"<p><b>{BODY}</b><img src=cid:1>\n")
    ]
    assert found.left_out == ()


def test_attachments() -> None:
    """Each a digest of its own, known by message and number; what can't be read is named."""
    made = message()
    made.set_content("请见附件\n")
    made.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="本周要闻(第5期).pdf")
    made.add_attachment("一、昆山".encode("gbk"), maintype="text", subtype="plain", params={"charset": "gbk"}, filename="周报.txt")
    made.add_attachment(b"Rar!", maintype="application", subtype="x-rar", filename="全部.rar")
    made.add_attachment(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", maintype="application", subtype="msword", filename="旧.doc")
    found = mail(made)
    assert [(digest.external_id, digest.title, digest.file_name, digest.media_type) for digest in found.digests] == [
        ("<5@example.org>", "本周双碳要闻(第5期)", None, "text/plain; charset=utf-8"),
        ("<5@example.org>#1", None, "本周要闻(第5期).pdf", "application/pdf"),
        ("<5@example.org>#2", None, "周报.txt", "text/plain; charset=gbk"),
    ]
    assert found.left_out == ("全部.rar", "旧.doc")


def test_an_attachment_alone() -> None:
    """Is the message's digest."""
    made = message()
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="5.pdf")
    assert [(digest.file_name, digest.external_id) for digest in mail(made).digests] == [("5.pdf", "<5@example.org>")]


def test_a_forwarded_message() -> None:
    """Its text too."""
    inner = message(Message_ID="<4@example.org>")
    inner.set_content(BODY)
    made = message()
    made.set_content("转发\n")
    made.add_attachment(inner)
    assert [digest.content.decode() for digest in mail(made).digests] == ["转发\n", BODY]


def test_a_message_without_id_or_date() -> None:
    """Is known by its content, and its day is not."""
    made = EmailMessage()
    made["From"] = "weekly@example.org"
    made.set_content(BODY)
    [digest] = mail(made).digests
    assert (digest.published_on, len(digest.external_id or "")) == (None, 64)


def test_a_date_without_a_zone() -> None:
    """Might be another day in Shanghai."""
    made = message()
    del made["Date"]
    made["Date"] = "Thu, 05 Feb 2026 22:00:00 -0000"
    made.set_content(BODY)
    assert mail(made).digests[0].published_on is None


@pytest.mark.parametrize("content", [b"", b"\xe4\xb8\x80", b"hello", b"<html>", b"Subject: x\n\nbody"])
def test_what_is_no_mail(content: bytes) -> None:
    """Is refused."""
    with pytest.raises(Rejected, match="no message of mail"):
        read(content, source="weekly")


def test_a_message_with_nothing_to_read() -> None:
    """Is refused with its reason."""
    made = message()
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    with pytest.raises(Rejected, match="neither a text nor an attachment"):
        mail(made)


@given(st.binary(max_size=300), st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n", b"Subject: =?gbk?B?", b"Date: "]))
def test_hostile_bytes(content: bytes, head: bytes) -> None:
    """Give digests or a refusal, never anything else."""
    with suppress(Rejected):
        assert read(b"From: a@example.org\n" + head + content, source="weekly").digests
