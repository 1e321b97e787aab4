"""A mail that is fed whole is the digest that the command makes of its text."""

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.sources.mail.identity import identified
from services.ingest.sources.mail.read import read

MAIL = """From: =?utf-8?b?5Y+M56Kz5ZGo5oql?= <weekly@example.org>
{number}Subject: =?utf-8?b?56ys5YWt5pyf?=
Date: Fri, 6 Feb 2026 08:00:00 +0800
MIME-Version: 1.0
{more}Content-Type: multipart/mixed; boundary=b

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
NUMBER = "Message-ID: <6@example.org>\n"
WHOLE = MAIL.format(number=NUMBER, more="").encode()
SAVED = MAIL.format(number=NUMBER, more="Snapshot-Content-Location: https://example.org/6\n").encode()


def digest_id(submission: Submission) -> str:
    """As ingest gives it."""
    return accept(submission, revision=1_770_343_200_123, max_bytes=10_000)[0].digest_id


@pytest.mark.parametrize(
    "said",
    [{"file_name": "m.eml"}, {"media_type": "message/rfc822"}, {"media_type": "message/rfc822", "file_name": "m.eml", "title": "第6期"}],
)
def test_a_whole_mail_is_known_as_its_text_is(said: dict[str, str]) -> None:
    """By the message's id, under the source that was given; the bytes stay as they were."""
    text = read(WHOLE, source="周报").digests[0]
    whole = identified(Submission(WHOLE, source="周报", **said))
    assert digest_id(whole) == digest_id(text)
    assert (whole.external_id, whole.content) == ("<6@example.org>", WHOLE)


@pytest.mark.parametrize(
    "other",
    [
        Submission(SAVED, source="周报", file_name="saved.mhtml"),
        Submission(MAIL.format(number="", more="").encode(), source="周报", file_name="saved.mht"),
        Submission(WHOLE, source="周报", file_name="m.eml", external_id="6"),
        Submission(WHOLE, source="周报", file_name="m.eml", url="https://example.org/6"),
        Submission(WHOLE, source="周报", media_type="text/plain"),
        Submission(b"", source="周报", file_name="m.eml"),
        Submission(b"%PDF-1.7", source="周报", file_name="m.eml"),
    ],
)
def test_what_is_no_mail_or_has_an_identity_stays_as_it_is(other: Submission) -> None:
    """Pages that a browser saved look alike."""
    assert identified(other) == other
