"""Files → what is to be fed, read ahead in batches: none is large, and no batch holds two files of one identity."""

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from services.ingest import media
from services.ingest.accept import Submission, check_size
from services.ingest.fields import file_name
from services.ingest.sources.mail.pieces import holds_mail, pieces
from shared.errors import Rejected

STDIN = "-"

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

MOST = 64
"""Files of one batch: what a request costs is then little beside them, and all are answered within a tenth of a second."""

MOST_BYTES = 2**20
"""From which on a batch is sent: beside one large file there may be others up to that."""


@dataclass(frozen=True)
class File:
    """A file as it was read."""

    name: str
    submission: Submission | None
    refused: Rejected | None = None
    """Why it can't be read; None too where it is a page of the web that is still to be fetched"""
    left_out: tuple[str, ...] = ()
    """What it came with and what is no document"""


@dataclass
class Batch:
    """Files that are put together."""

    files: list[File] = field(default_factory=list)
    size: int = 0
    """Bytes"""
    names: set[str] = field(default_factory=set)
    """External ids: what follows under one of them waits until this batch was taken"""

    def add(self, file: File) -> None:
        """Take a file in."""
        self.files.append(file)
        if file.submission is not None:
            self.size += len(file.submission.content)
            self.names |= {file.submission.external_id} - {None}  # type: ignore[arg-type]  # mypy sees no difference


@dataclass(frozen=True)
class Reader:
    """Reads files, and knows what is said of all of them."""

    said: Mapping[str, str | None]
    stdin: BinaryIO
    max_bytes: int
    media_type: str | None = None
    id_from_name: bool = False
    most: int = MOST
    """Files of one batch"""

    def batches(self, files: Iterable[str]) -> Iterator[Batch]:
        """All files in their order."""
        batch = Batch()
        for file in files:
            if (file == STDIN or is_address(file)) and batch.files:  # which may be long in coming
                yield batch
                batch = Batch()
            if is_address(file):
                yield Batch([File(file, None)])
                continue
            for one in self.read(file):
                if one.submission is not None and one.submission.external_id in batch.names:
                    yield batch
                    batch = Batch()
                batch.add(one)
                if len(batch.files) >= self.most or batch.size >= MOST_BYTES:
                    yield batch
                    batch = Batch()
        if batch.files:
            yield batch

    def read(self, file: str) -> Iterator[File]:
        """The digests in a file, or why there is none: as many as a mailbox holds, else one."""
        if holds_mail(file, self.media_type):
            for piece in pieces(file, said=self.said, stdin=self.stdin):
                submission, refused = (None, piece.read) if isinstance(piece.read, Rejected) else (piece.read, None)
                yield File(piece.name, submission, refused, piece.left_out)
            return
        try:
            content = read(file, self.stdin, max_bytes=self.max_bytes)
            # A suffix says more than bytes; a pipe has no name.
            name = None if file == STDIN else file_name(Path(file).name)
            shown = media.decide(content, declared=self.media_type, filename=name)
        except Rejected as error:
            yield File(file, None, error)
            return
        said = dict(self.said) | ({"external_id": Path(file).name} if self.id_from_name else {})
        yield File(file, Submission(content=content, media_type=self.media_type or shown, file_name=name, **said))


def is_address(file: str) -> bool:
    """Return whether what is to be fed is a page of the web rather than a file."""
    return _ADDRESS.match(file) is not None


def read(file: str, stdin: BinaryIO, *, max_bytes: int) -> bytes:
    """The bytes of a file, or of `stdin` for `-`; raises Rejected with plain words where there are none or too many."""
    if file == STDIN:
        content = stdin.read(max_bytes + 1)
    else:
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(max_bytes + 1)
        except IsADirectoryError:
            raise Rejected("directory", "there is no file to feed in this folder: hidden and unfinished ones are left out") from None
        except OSError as error:
            if isinstance(error, FileNotFoundError) and glob.has_magic(file):
                raise Rejected("unreadable_file", "no file matches this pattern") from None
            raise Rejected("unreadable_file", f"this file can't be read: {error.strerror or error}") from error
    check_size(len(content), max_bytes)
    if not content.strip():
        raise Rejected("empty", "the digest is empty: there is nothing but white space in it")
    return content
