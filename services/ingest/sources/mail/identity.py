"""A submission that is a whole mail → the same, known as `jianbao feed` knows the mail's text; every other as it is. Pure.

The API takes a mail as one file, and its attachments are not read; the command takes it apart. So that a mail that
was fed in both ways is found once, both call its text by the message's id.
"""

from dataclasses import replace
from email.parser import BytesHeaderParser
from email.policy import compat32

from services.ingest import media
from services.ingest.accept import Submission
from services.ingest.sources.mail.read import read
from shared.errors import Rejected
from shared.records import MHTML

HEAD_BYTES = 64 * 1024
"""Of a message that are looked at for what it is: mailers write some kB before the text"""


def identified(submission: Submission) -> Submission:
    """Give a mail its external_id, unless the feeder said by what it is known."""
    if submission.external_id or submission.url or not _is_mail(submission):
        return submission
    try:
        first, *_ = read(submission.content, source=submission.source or "").digests
    except Rejected:  # enrich says why, where it can't read it either
        return submission
    return replace(submission, external_id=first.external_id)


def _is_mail(submission: Submission) -> bool:
    """Whether it has a sender and a number of its own, and is no page that a browser saved."""
    try:
        held = media.decide(submission.content, declared=submission.media_type, filename=submission.file_name)
    except Rejected:
        return False
    if held != MHTML:
        return False
    head = BytesHeaderParser(policy=compat32).parsebytes(submission.content[:HEAD_BYTES].lstrip(b"\r\n"))
    return all(head[name] is not None for name in ("From", "Message-ID")) and not head["Snapshot-Content-Location"]
