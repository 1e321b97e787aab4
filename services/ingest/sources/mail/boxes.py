"""A file of mail (.eml, mbox) or a Maildir → its messages, one after the other, each with its name. Nothing there is changed.

An mbox may be of any size: it is read line by line, and no message is held beyond MOST_BYTES.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from services.ingest.sources.mail.read import MOST_BYTES
from shared.errors import Rejected

PIECE = 64 * 1024
"""Bytes of a line that are read at once: hostile files have lines without end."""

# `From weekly@example.org Thu Feb  5 18:30:00 2026`, also with a zone, behind it or before the year; Thunderbird writes `-` for the sender.
_BEGINS = re.compile(rb"From \S.{0,200}\b\d{1,2}:\d\d(?::\d\d)?\b.{0,40}\b(?:19|20)\d\d\b.{0,40}\r?\n?\Z")
_ESCAPED = re.compile(rb">+From ")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")

SUFFIX, MBOX_SUFFIXES = ".eml", (".mbox", ".mbx")
"""What names of files end in that hold one message, or many; those of many are known by how they begin."""


def is_message(path: Path) -> bool:
    """Whether a file is one message, by its name."""
    return path.suffix.lower() == SUFFIX and path.is_file()


def is_mbox(path: Path) -> bool:
    """Whether a file holds messages one behind the other: it begins as such files do, whatever it is called.

    A pipe is not looked into: what is read from it is gone.
    """
    try:
        if not path.is_file():
            return False
        with path.open("rb") as opened:
            return bool(_BEGINS.match(opened.readline(1000))) and bool(_FIELD.match(opened.readline(1000).removeprefix(b">")))
    except OSError:
        return False


def is_maildir(path: Path) -> bool:
    """Whether a folder is one that mail servers and programs keep messages in."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


def messages(path: Path) -> Iterator[tuple[str, bytes | Rejected]]:
    """Names and bytes of the messages, or why one can't be read."""
    if path.is_dir():
        for file in _of_maildir(path):
            yield str(file), _whole(file)
    elif is_mbox(path):
        try:
            yield from _of_mbox(path)
        except OSError as error:
            yield str(path), _unreadable(error)
    else:
        yield str(path), _whole(path)


def _of_maildir(folder: Path) -> list[Path]:
    """What was not thrown away, and is no draft, in the order of arrival, which names begin with. Its subfolders (Sent, Junk) are folders of
    their own."""
    files = [file for part in ("cur", "new") for file in (folder / part).iterdir() if not file.name.startswith(".") and file.is_file()]
    kept = [file for file in files if not set("TD") & set(file.name.partition(":2,")[2])]
    return sorted(kept, key=lambda file: [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", file.name)])


def _of_mbox(path: Path) -> Iterator[tuple[str, bytes | Rejected]]:
    number = 0
    held: list[bytes] = []
    size = 0
    with path.open("rb") as opened:
        blank = whole = True
        """Whether the line before was empty, and whether it was read to its end"""
        while line := opened.readline(PIECE):
            if whole and blank and _BEGINS.match(line):
                if number:
                    yield f"{path}:{number}", _joined(held, size)
                number, held, size = number + 1, [], 0
            elif number:
                if whole and _ESCAPED.match(line):
                    line = line[1:]
                size += len(line)
                if size <= MOST_BYTES:
                    held.append(line)
            blank = whole and line in (b"\n", b"\r\n")
            whole = line.endswith(b"\n")
    if number:
        yield f"{path}:{number}", _joined(held, size)


def _joined(held: list[bytes], size: int) -> bytes | Rejected:
    return b"".join(held) if size <= MOST_BYTES else too_large()


def _whole(path: Path) -> bytes | Rejected:
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        return _unreadable(error)
    return content if len(content) <= MOST_BYTES else too_large()


def too_large() -> Rejected:
    """Why a message is not read."""
    return Rejected("too_large", f"the message is larger than the {MOST_BYTES // 2**20} MiB that are taken")


def _unreadable(error: OSError) -> Rejected:
    return Rejected("unreadable_file", f"this file can't be read: {error.strerror or error}")
