"""Files with mail → digests to feed."""

import io
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from services.ingest.sources.mail.pieces import Piece, holds_mail, pieces
from shared.errors import Rejected

TODAY = date(2026, 2, 20)


def issue(number: int, *attached: str) -> bytes:
    """A message with a text and files."""
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "a@example.org", f"第{number}期", f"<{number}@example.org>"
    made["Date"] = "Thu, 05 Feb 2026 18:00:00 +0800"
    made.set_content("一、昆山\n")
    for name in attached:
        made.add_attachment(b"%PDF-1.7" if name.endswith("pdf") else b"x", maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def found(file: str, *, stdin: bytes = b"", **said: str | None) -> list[Piece]:
    """What is to be fed."""
    return list(pieces(file, said={"source": "weekly"} | said, stdin=io.BytesIO(stdin), today=TODAY))


def told(piece: Piece) -> tuple[str, str | None]:
    """Its identity, or why there is none."""
    return piece.name, piece.read.kind if isinstance(piece.read, Rejected) else piece.read.external_id


def test_a_message_and_what_is_attached(tmp_path: Path) -> None:
    """Bear names that people find them by; what is no document is told once."""
    file = str(tmp_path / "letter.eml")
    Path(file).write_bytes(issue(5, "周报.pdf", "全部.rar"))
    assert holds_mail(file)
    assert [told(piece) for piece in found(file)] == [(file, "<5@example.org>"), (f"{file}/周报.pdf", "<5@example.org>#1")]
    assert [piece.left_out for piece in found(file)] == [("全部.rar",), ()]


def test_a_mailbox(tmp_path: Path) -> None:
    """Gives the digests of every message; one that gives none stops nothing."""
    file = str(tmp_path / "Inbox")
    begun = b"From a@example.org Thu Feb  5 18:30:00 2026\n"
    Path(file).write_bytes(begun + issue(1) + b"\n" + begun + b"Subject: x\n\nx\n\n" + begun + issue(3))
    assert holds_mail(file)
    assert [told(piece) for piece in found(file)] == [(f"{file}:1", "<1@example.org>"), (f"{file}:2", "no_mail"), (f"{file}:3", "<3@example.org>")]


def test_standard_input() -> None:
    """Is a message where that is said of it: so a mail server hands one on."""
    assert holds_mail("-", "message/rfc822")
    assert not holds_mail("-")
    assert [told(piece) for piece in found("-", stdin=issue(5))] == [("-", "<5@example.org>")]


@pytest.mark.parametrize("name", ["a.txt", "a.mhtml", "a.html", "none.eml"])
def test_other_files(name: str, tmp_path: Path) -> None:
    """Are no mail."""
    if name != "none.eml":
        (tmp_path / name).write_bytes(issue(5))
    assert not holds_mail(str(tmp_path / name))


def test_what_is_said_of_all(tmp_path: Path) -> None:
    """Holds for each; what only one can have is refused."""
    file = tmp_path / "letter.eml"
    file.write_bytes(issue(5))
    [piece] = found(str(file), published_on="2026-02-01")
    assert not isinstance(piece.read, Rejected)
    assert (piece.read.published_on, piece.read.source, piece.read.title) == ("2026-02-01", "weekly", "第5期")
    [piece] = found(str(file), external_id="2026-5", title="x")
    assert isinstance(piece.read, Rejected)
    assert "leave --title and --external-id out" in piece.read.message
