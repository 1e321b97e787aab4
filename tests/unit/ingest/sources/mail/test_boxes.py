"""Files and folders of mail → their messages."""

import os
from pathlib import Path

import pytest

from services.ingest.sources.mail import boxes
from services.ingest.sources.mail.boxes import is_maildir, is_mbox, messages
from shared.errors import Rejected

BEGUN = b"From weekly@example.org Thu Feb  5 18:30:00 2026\n"


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (BEGUN + b"Subject: x\n\nx\n", True),
        (b"From - Thu Feb 05 18:30:00 2026\r\nX-Mozilla-Status: 0001\r\n\r\nx\r\n", True),
        (b"From a@b Thu Feb  5 18:30:00 2026 +0800\n>From: a@b\n\nx\n", True),
        (b"From MAILER-DAEMON Thu Feb  5 18:30 CST 2026\nDate: x\n", True),
        (b"From: a@example.org\nSubject: x\n\nx\n", False),
        (b"From our desk in 2026\nSubject: x\n", False),
        (b"From a@b Thu Feb  5 18:30:00 2026\n\nx\n", False),
        ("From 昆山\n".encode(), False),
        (b"", False),
    ],
)
def test_what_an_mbox_is(content: bytes, known: bool, tmp_path: Path) -> None:
    """Is seen by how it begins; its name says nothing."""
    (tmp_path / "Inbox").write_bytes(content)
    assert is_mbox(tmp_path / "Inbox") == known


def test_a_pipe(tmp_path: Path) -> None:
    """Is not looked into, as what is read from it is gone."""
    os.mkfifo(tmp_path / "pipe")
    assert not is_mbox(tmp_path / "pipe")


def test_an_mbox(tmp_path: Path) -> None:
    """Is parted where a line begins a message, behind an empty one; what was escaped is as it was written."""
    first = b"Subject: 1\n\nx\n>From here\n>>From there\nFrom a line of the text at 18:30:00 in 2026\n"
    (tmp_path / "a.mbox").write_bytes(BEGUN + first + b"\n" + BEGUN + b"Subject: 2\n\ny\n\nFrom now on\n")
    assert list(messages(tmp_path / "a.mbox")) == [
        (f"{tmp_path}/a.mbox:1", b"Subject: 1\n\nx\nFrom here\n>From there\nFrom a line of the text at 18:30:00 in 2026\n\n"),
        (f"{tmp_path}/a.mbox:2", b"Subject: 2\n\ny\n\nFrom now on\n"),
    ]


def test_a_message_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is refused, and those around it are read; lines may have no end."""
    monkeypatch.setattr(boxes, "MOST_BYTES", 100_000)
    large = BEGUN + b"Subject: 2\n\n" + b"x" * 300_000 + b"From a@b Thu Feb  5 18:30:00 2026" + b"x" * 300_000 + b"\n\n"
    (tmp_path / "a.mbox").write_bytes(BEGUN + b"Subject: 1\n\n\n" + large + BEGUN + b"Subject: 3\n\n")
    found = [content.kind if isinstance(content, Rejected) else content[:10] for _, content in messages(tmp_path / "a.mbox")]
    assert found == [b"Subject: 1", "too_large", b"Subject: 3"]


def maildir(folder: Path) -> Path:
    """A folder of mail with nothing in it."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


def test_a_maildir(tmp_path: Path) -> None:
    """Gives what arrived and was not thrown away, in that order; its subfolders are folders of their own."""
    folder = maildir(tmp_path / "Mail")
    maildir(folder / ".Junk")
    for name in ("cur/1770000010.a:2,S", "cur/999.b:2,RS", "new/1770000002.c", "cur/5.d:2,ST", "cur/6.e:2,D", "tmp/7.f", ".Junk/cur/8.g", "cur/.x"):
        (folder / name).write_bytes(name.encode())
    assert is_maildir(folder)
    assert [content for _, content in messages(folder)] == [b"cur/999.b:2,RS", b"new/1770000002.c", b"cur/1770000010.a:2,S"]
    assert sorted(path.name for path in (folder / "new").iterdir()) == ["1770000002.c"]


def test_a_folder_of_files(tmp_path: Path) -> None:
    """Is no folder of mail."""
    (tmp_path / "new").mkdir()
    assert not is_maildir(tmp_path)
