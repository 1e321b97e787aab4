"""Messages → digests."""

import base64
import quopri
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.accept import Submission, accept
from services.ingest.sources.mail.read import Mail, read
from shared.errors import Rejected
from shared.mime import headers

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


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Thu, 05 Feb 2026 22:00:00 -0000", "2026-02-06"),
        ("Fri, 06 Feb 2026 07:00:00 +0800 (CST)", "2026-02-06"),
        ("Fri Feb 06 07:00:00 CST 2026", "2026-02-06"),
        ("Thu, 05 Feb 2026 22:00:00", None),
        ("Thu, 05 Feb 2099 22:00:00 +0800", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("2026年2月6日", None),
        ("", None),
    ],
)
def test_the_day(sent: str, day: str | None) -> None:
    """Is that of sending where the field is a date with its zone, and neither of the future nor before there was mail."""
    written = f"From: a@example.org\nDate: {sent}\n\n{BODY}".encode()
    [digest] = read(written, source="weekly", today=date(2026, 12, 1)).digests
    assert digest.published_on == day


@pytest.mark.parametrize(
    ("subject", "day"),
    [
        ("双碳周报(2026.02.01)", None),
        ("双碳周报20260206", None),
        ("2025年2月6日大事回顾", "2026-02-06"),
        ("2026年3月1日起施行", "2026-02-06"),
        ("第2026期", "2026-02-06"),
    ],
)
def test_a_subject_that_states_a_day(subject: str, day: str | None) -> None:
    """Near that of sending tells it better than the day of sending does."""
    made = message(Subject=subject)
    made.set_content(BODY)
    assert mail(made).digests[0].published_on == day


def test_a_file_that_states_its_day() -> None:
    """Is not of the day that it was sent on."""
    made = message()
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="周报2026-01-30.pdf")
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="周报.pdf")
    assert [digest.published_on for digest in mail(made).digests] == [None, "2026-02-06"]


def raw(head: str, body: bytes = "一、昆山\n".encode(), charset: str = "utf-8") -> Mail:
    """What a message gives whose head is written so."""
    return read(b"From: a@example.org\n" + head.encode(charset) + b"\n\n" + body, source="weekly")


def words(text: str, charset: str, declared: str) -> str:
    """A text as an encoded word, in a charset that may not be the one it declares."""
    return f"=?{declared}?B?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (f"Subject: {words('双碳要闻：朱镕基㐂', 'gb18030', 'gb2312')}", "utf-8"),
        ("Subject: 双碳要闻：朱镕基㐂", "gb18030"),
        ("Subject: 双碳要闻：朱镕基㐂", "utf-8"),
        (f"Subject: {words('双碳要闻', 'gb18030', 'gbk')}\n {words('：朱镕基㐂', 'utf-8', 'utf-8')}", "utf-8"),
        (f"Subject: {words('双碳要闻：朱镕基㐂', 'utf-8', 'no-such')}", "utf-8"),
        (f"Subject: 转发：Fwd: {words('双碳要闻：朱镕基㐂', 'utf-8', 'utf-8')}", "utf-8"),
        (f"Subject: {words('双碳要闻：朱镕基㐂', 'utf-8', 'utf-8').replace('B?', 'b?').replace('=?=', '?=')}", "utf-8"),
    ],
    ids=["gb2312 for gb18030", "bare gb18030", "bare utf-8", "two charsets", "no charset", "forwarded", "padding lost"],
)
def test_titles_of_careless_mailers(head: str, charset: str) -> None:
    """Are read nevertheless."""
    assert raw(head, charset=charset).digests[0].title == "双碳要闻：朱镕基㐂"


def test_a_character_that_is_cut_between_two_words() -> None:
    """Mailers that count bytes do so."""
    content = "双碳要闻".encode("gbk")
    head = " ".join(f"=?gbk?B?{base64.b64encode(half).decode()}?=" for half in (content[:3], content[3:]))
    assert raw(f"Subject: {head}").digests[0].title == "双碳要闻"


@pytest.mark.parametrize(
    "disposition",
    [
        f'attachment; filename="{words("双碳周报.pdf", "gb18030", "gb18030")}"',
        "attachment; filename*=gb2312''%CB%AB%CC%BC%D6%DC%B1%A8.pdf",
        'attachment; filename="双碳周报.pdf"',
    ],
    ids=["encoded word", "RFC 2231", "bare"],
)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_names_of_attachments(disposition: str, charset: str) -> None:
    """In the three ways that mailers write them."""
    part = f"\n--b\nContent-Type: application/octet-stream\nContent-Disposition: {disposition}\n\n".encode(charset)
    found = raw("Content-Type: multipart/mixed; boundary=b", part + PDF + b"\n--b--\n")
    assert [digest.file_name for digest in found.digests] == ["双碳周报.pdf"]


@pytest.mark.parametrize(
    ("declared", "charset"), [("gb2312", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "gbk"), ('x"y', "utf-8"), ("nothing", "gbk")]
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_texts_in_other_charsets_than_they_say(declared: str, charset: str, encoding: str) -> None:
    """Are accepted as what they are."""
    text = "一、昆山:将新增零碳工厂10家，朱镕基到场。\n"
    content = text.encode(charset)
    codings: dict[str, Callable[[bytes], bytes]] = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}
    coded = codings[encoding](content)
    [digest] = raw(f"Content-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: {encoding}", coded).digests
    accepted, bytes_ = accept(digest, revision=1_770_000_000_000, max_bytes=1000)
    assert bytes_.decode(accepted.charset or "") == text


@pytest.mark.parametrize(
    ("parameters", "written", "said"),
    [
        ("format=flowed", "一、昆山 \n新增\n二、江阴\n", "一、昆山 新增\n二、江阴\n"),
        ("format=flowed; delsp=yes", "一、昆山 \n新增\n二、江阴\n", "一、昆山新增\n二、江阴\n"),
        ("format=flowed; delsp=yes", "> 引用 \n> 两行\n本文\n", "> 引用两行\n本文\n"),
        ("format=flowed", "完 \n-- \n签名\n", "完 \n-- \n签名\n"),
        ("format=fixed", "一、昆山 \n新增\n", "一、昆山 \n新增\n"),
    ],
)
def test_paragraphs_that_a_mailer_broke(parameters: str, written: str, said: str) -> None:
    """Are put together as RFC 3676 says."""
    [digest] = raw(f"Content-Type: text/plain; charset=utf-8; {parameters}", written.encode()).digests
    assert digest.content.decode() == said


def test_a_body_in_several_pieces() -> None:
    """Is one digest: some mailers begin a new part behind each picture."""
    made = message()
    made.set_content("<p>一、昆山</p>", subtype="html")
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    made.attach(part := EmailMessage())
    part.set_content("二、江阴<新区>\n")
    [digest] = mail(made).digests
    assert (digest.media_type, digest.content.decode().split()) == ("text/html; charset=utf-8", ["<p>一、昆山</p>", "<p>二、江阴&lt;新区&gt;</p>"])


def test_a_plain_text_beside_its_page() -> None:
    """Is the page's own, also where the mailer called them no alternatives."""
    made = message()
    made.set_content("一、昆山\n新增工厂\n")
    made.make_mixed()
    made.attach(part := EmailMessage())
    part.set_content("<h1>要闻</h1><b>一、昆山</b><p>新增工厂</p>", subtype="html")
    [digest] = mail(made).digests
    assert digest.content.decode().strip() == "<h1>要闻</h1><b>一、昆山</b><p>新增工厂</p>"


def test_a_page_that_shows_nothing() -> None:
    """Leaves the text to the plain one."""
    made = message()
    made.set_content(BODY)
    made.add_alternative("<html><head><style>p{}</style></head><body><img src=cid:1></body></html>", subtype="html")
    assert [digest.content.decode() for digest in mail(made).digests] == [BODY]


@pytest.mark.parametrize("begun", ["<head><title>周报</title><body>", "<svg/>", "<select><option>", "<template>", "<!-->"])
def test_a_page_without_end_tags(begun: str) -> None:
    """Is read, as its mail is lost otherwise: tools that shorten pages leave out what may be left out."""
    made = message()
    made.set_content(f"<html>{begun}<p>一、昆山", subtype="html")
    assert len(mail(made).digests) == 1


@pytest.mark.parametrize(
    ("name", "kind", "content", "taken"),
    [
        ("周报.pdf", "application/octet-stream", PDF, "application/pdf"),
        ("周报", "application/pdf", PDF, "application/pdf"),
        ("周报.html", "text/html", b"<p>x</p>", "text/html"),
        ("周报.md", "application/octet-stream", b"# x", "text/markdown"),
        ("周报.txt", "text/plain", b"x", "text/plain"),
        ("周报2026.02.06", "text/plain", b"x", "text/plain"),
        ("表.csv", "text/csv", b"a,b", None),
        ("表.csv", "text/plain", b"a,b", None),
        ("key.asc", "text/plain", b"x", None),
        ("winmail.dat", "application/ms-tnef", b"x\x9f\x3e\x22", None),
        ("周报.xlsx", "application/octet-stream", b"x", None),
        ("周报.doc", "application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        ("周报.txt", "text/plain", b" \n", None),
    ],
)
def test_which_attachments_are_digests(name: str, kind: str, content: bytes, taken: str | None) -> None:
    """Documents that we read, by name and bytes; the others are named."""
    made = message()
    made.set_content(BODY)
    maintype, subtype = kind.split("/")
    made.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    found = mail(made)
    assert [digest.media_type for digest in found.digests[1:]] == ([taken] if taken else [])
    assert found.left_out == (() if taken else (name,))


@pytest.mark.parametrize(
    ("maintype", "subtype", "name"),
    [("image", "png", "签名.png"), ("text", "calendar", "邀请.ics"), ("application", "pkcs7-signature", "smime.p7s"), ("text", "x-vcard", "a.vcf")],
)
def test_what_mails_have_beside_their_text(maintype: str, subtype: str, name: str) -> None:
    """Is neither a digest nor missed."""
    made = message()
    made.set_content(BODY)
    made.add_attachment(b"x", maintype=maintype, subtype=subtype, filename=name)
    assert (len(mail(made).digests), mail(made).left_out) == (1, ())


def test_a_mail_attached_as_a_file() -> None:
    """Is read as one that was forwarded, under the day and subject of its own."""
    inner = message(Subject="上期", Date="Mon, 26 Jan 2026 08:00:00 +0800")
    inner.set_content(BODY)
    made = message()
    made.set_content("见附件\n")
    made.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename="上期.eml")
    made.add_attachment(b"no mail", maintype="application", subtype="octet-stream", filename="坏.eml")
    found = mail(made)
    assert [(digest.title, digest.published_on, digest.external_id) for digest in found.digests] == [
        ("本周双碳要闻(第5期)", "2026-02-06", "<5@example.org>"),
        ("上期", "2026-01-26", "<5@example.org>#1"),
    ]
    assert found.left_out == ("坏.eml",)


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ('"周报, 双碳" <a@b.example>', "周报, 双碳"),
        ("<a@b.example>", "a@b.example"),
        ("=?gbk?B?y6vMvA==?= <a@b.example>", "双碳"),
        ("(" * 100_000, "(" * 200),
        ("", None),
    ],
)
def test_names_of_senders(written: str, sender: str | None) -> None:
    """Are read without following what stands within what."""
    content = f"Message-ID: <1@b.example>\nFrom: {written}\n\n{BODY}".encode()
    parsed = message_from_bytes(content, policy=policy.compat32)
    headers.bare(parsed)
    assert headers.sender(parsed) == sender
    assert read(content, source="weekly").digests


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        ("Content-Type: multipart/encrypted; boundary=b", "\n--b\nContent-Type: text/plain\n\nx\n--b--", "encrypted"),
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIIB", "encrypted"),
        ("Content-Type: multipart/report; boundary=b", "\n--b\nContent-Type: text/plain\n\nx\n--b--", "automatic"),
        ("Auto-Submitted: auto-replied", "我在休假", "automatic"),
        ("", " ", "empty"),
        ("Content-Type: application/zip; name=a.zip", "PK", "empty"),
        ("Content-Type: multipart/mixed; boundary=b", "\n--b" * 25_000, "too_large"),
        ("X: y", "\n" * 600_000, "too_large"),
        ("Content-Type: text/plain" + "; a=b" * 2_000, "x", "too_large"),
        ("Content-Type: multipart/mixed; boundary=b", "\n" + "--b\n\nx\n" * 150, "too_large"),
    ],
    ids=["pgp", "smime", "report", "away", "nothing", "archive", "parts", "lines", "parameters", "texts"],
)
def test_messages_that_are_refused(head: str, body: str, kind: str) -> None:
    """With their reason."""
    with pytest.raises(Rejected) as refused:
        raw(head, body.encode())
    assert refused.value.kind == kind


@pytest.mark.parametrize("deep", [40, 400, 4_000])
def test_parts_within_parts(deep: int) -> None:
    """Without end are refused."""
    nested = "".join(f"Content-Type: multipart/mixed; boundary={number}\n\n--{number}\n" for number in range(deep))
    with pytest.raises(Rejected) as refused:
        read(f"From: a@example.org\n{nested}\n\nx".encode(), source="weekly")
    assert refused.value.kind in ("too_deep", "no_mail", "too_large")


def test_messages_within_messages() -> None:
    """Are read some deep, and then named."""
    made = message()
    made.set_content("最里\n")
    for _ in range(8):
        outer = message()
        outer.set_content("转发\n")
        outer.add_attachment(made)
        made = outer
    found = mail(made)
    assert (len(found.digests), found.left_out) == (6, ("a message within messages",))


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
