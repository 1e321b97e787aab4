"""What reading a mailbox keeps and needs, without a server."""

from pathlib import Path

import pytest

from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.mail.imap import Place, numbers, password, place


@pytest.mark.parametrize(
    ("cursor", "read"),
    [("1796063363/12", Place(1796063363, 12)), ("7/0", Place(7, 0)), (None, None), ("", None), ("12", None), ("a/b", None), ("1/-2", None)],
)
def test_the_place(cursor: str | None, read: Place | None) -> None:
    """Comes back as it was kept; what we did not write is none."""
    assert place(cursor) == read
    if read is not None:
        assert str(read) == cursor


def test_the_password(tmp_path: Path) -> None:
    """Is the one line of its file."""
    (tmp_path / "mail").write_text("abcd efgh\n", encoding="utf-8")
    assert password(str(tmp_path / "mail"), within=tmp_path) == "abcd efgh"


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb", b"x" * 600, b"\xff\xfe"])
def test_files_that_hold_no_password(content: bytes, tmp_path: Path) -> None:
    """Are named, and what stands in them is not told."""
    (tmp_path / "mail").write_bytes(content)
    with pytest.raises(FetchFailed) as failed:
        password(str(tmp_path / "mail"), within=tmp_path)
    assert (failed.value.kind, failed.value.lasting) == ("password", True)


@pytest.mark.parametrize("name", ["../other", "link", "/etc/hostname", "missing"])
def test_files_elsewhere(name: str, tmp_path: Path) -> None:
    """Are not read: who may name a mailbox may not have any file sent to a server."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "other").write_text("secret", encoding="utf-8")
    (tmp_path / "secrets" / "link").symlink_to(tmp_path / "other")
    with pytest.raises(FetchFailed) as failed:
        password(str(tmp_path / "secrets" / name), within=tmp_path / "secrets")
    assert failed.value.kind == "password"


class Numbering:
    """A mailbox as searches see it, as RFC 3501 has it: `n:*` always finds the last message."""

    def __init__(self, *uids: int) -> None:
        self.uids = uids

    def search(self, criteria: list[str]) -> list[int]:
        """The UIDs of a range, in any order."""
        first, _, last = criteria[1].partition(":")
        if last == "*":
            return [uid for uid in reversed(self.uids) if uid >= int(first) or uid == max(self.uids)]
        return [uid for uid in reversed(self.uids) if int(first) <= uid <= int(last)]


@pytest.mark.parametrize(
    ("begun", "following", "found"),
    [(1, 0, [3, 5, 90_000]), (6, 0, [90_000]), (90_001, 0, []), (1, 90_001, [3, 5, 90_000]), (4, 90_001, [5, 90_000]), (90_001, 90_001, [])],
)
def test_which_messages_are_new(begun: int, following: int, found: list[int]) -> None:
    """Whether or not the server tells the next number, and however wide its gaps are."""
    assert list(numbers(Numbering(3, 5, 90_000), begun, following)) == found
