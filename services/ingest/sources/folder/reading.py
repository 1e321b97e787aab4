"""A file as it lies there → its digest (of mail several) with all that is said of it, or why it can't be taken."""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from services.ingest import fields, media
from services.ingest.accept import Submission, check_size
from services.ingest.sources.folder.choice import Choice, Found
from services.ingest.sources.folder.sidecar import MOST_BYTES, of_front_matter, of_sidecar
from services.ingest.sources.mail import boxes
from services.ingest.sources.mail.pieces import holds_mail, pieces
from services.ingest.sources.mail.read import MOST_BYTES as MOST_BYTES_OF_MAIL
from shared import charset
from shared.errors import Rejected, Unavailable
from shared.records import MAX_DIGEST_BYTES, TEXT_TYPES

IdFrom = Literal["content", "name", "path"]

PASSING = (
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EAGAIN, errno.EBUSY),
    *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENOTCONN),
)
"""What a file server or a busy machine answers: no fault of the file."""


class Changed(Exception):
    """The file is not the one that was found any more, or gone."""


class Read(NamedTuple):
    """A file that was read."""

    digests: tuple[Submission | Rejected, ...]
    """One; of mail one for each text and document in it, or why that is none"""
    content: str
    """A hash of its bytes and of what is said of it"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files of a folder."""

    choice: Choice
    said: Mapping[str, str | None]
    """What is said of every file: its source at least"""
    by_folder: bool = False
    """Whether the first folder of a path is the file's source"""
    id_from: IdFrom = "content"
    max_bytes: int = MAX_DIGEST_BYTES

    @property
    def terms(self) -> str:
        """A hash of how files are read: under other terms the same file may be another digest."""
        return _hash(sorted(self.said.items()), self.by_folder, self.id_from)

    def read(self, file: Found) -> Read:
        """Return the digest; raises Rejected, Changed, and Unavailable where it may be read later."""
        try:
            return self._read(file)
        except FileNotFoundError as error:
            raise Changed from error
        except OSError as error:
            message = f"this file can't be read: {error.strerror or error}"
            if error.errno in PASSING:
                raise Unavailable(message) from error
            raise Rejected("unreadable_file", message) from error

    def _read(self, file: Found) -> Read:
        path = self.choice.root / file.path
        named_mail = path.suffix.lower() in (boxes.SUFFIX, *boxes.MBOX_SUFFIXES)
        check_size(file.size, MOST_BYTES_OF_MAIL if named_mail else self.max_bytes)
        content = _bytes(path, file, links=self.choice.links)
        place, beside = self._by_place(file), self._beside(path, file)
        digests: list[Submission | Rejected]
        if (named_mail or content.startswith(b"From ")) and holds_mail(str(path)):
            place.pop("external_id", None)  # Messages have their own.
            said = {**self.said, **place, **beside}
            digests = [piece.read for piece in pieces(str(path), said=said, stdin=io.BytesIO())]
        else:
            said = {**self.said, **place, **beside}
            digests = [_digest(content, path.name, said, beside)]
        if self.choice.look(file.path) != file:
            raise Changed
        hashed = _hash(hashlib.sha256(content).hexdigest(), [_identity(digest) for digest in digests])
        return Read(tuple(self._sent(digest, file, hashed) for digest in digests), hashed)

    def _sent(self, digest: Submission | Rejected, file: Found, hashed: str) -> Submission | Rejected:
        """The digest with a key of its sending, where other files may have its identity.

        Fed again after a kill, it must not replace what was fed under its identity since.
        """
        if isinstance(digest, Rejected) or not (digest.external_id or digest.url):
            return digest
        if self.id_from == "path" and digest.external_id == file.path:
            return digest
        key = _hash(file.path, file.modified, file.changed, hashed, _identity(digest))
        return replace(digest, idempotency_key=key)

    def _by_place(self, file: Found) -> dict[str, str]:
        path = PurePosixPath(file.path)
        said = {"source": path.parts[0]} if self.by_folder and len(path.parts) > 1 else {}
        if self.id_from != "content":
            said["external_id"] = path.name if self.id_from == "name" else file.path
        return said

    def _beside(self, path: Path, file: Found) -> dict[str, str]:
        if not file.beside:
            return {}
        name = file.beside.split(" ", 3)[3]
        with open(_descriptor(path.with_name(name), links=self.choice.links), "rb") as opened:
            return of_sidecar(opened.read(MOST_BYTES + 1), name)


def _digest(content: bytes, name: str, said: Mapping[str, str | None], beside: Mapping[str, str]) -> Submission:
    """The digest that a file is; what stands beside it goes before its front matter, that before all else."""
    short = fields.file_name(name)
    media_type = media.decide(content, filename=short)
    front = _front_matter(content) if media_type in TEXT_TYPES else {}
    return Submission(content=content, media_type=media_type, file_name=short, **{**said, **front, **beside})


def _identity(digest: Submission | Rejected) -> tuple[str | None, ...]:
    """All that is said of a digest."""
    if isinstance(digest, Rejected):
        return (digest.message,)
    return digest.source, digest.external_id, digest.url, digest.title, digest.published_on


def _bytes(path: Path, file: Found, *, links: bool) -> bytes:
    """The bytes of a file; raises Changed, also where it changes while it is read."""
    with open(_descriptor(path, links=links), "rb") as opened:
        content = opened.read(file.size + 1)
        found = os.fstat(opened.fileno())
    as_found = (found.st_size, found.st_mtime_ns, found.st_ctime_ns) == (file.size, file.modified, file.changed)
    if not as_found or len(content) != file.size:
        raise Changed
    return content


def _descriptor(path: Path, *, links: bool) -> int:
    """Open a file without waiting, as it may have become a pipe a moment ago; raises Changed where it has."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Changed
    return descriptor


def _front_matter(content: bytes) -> dict[str, str]:
    if not any(fence in content[:16] for fence in (b"---", b"+++")):
        return {}  # Most have none, and to decode each costs more than to send it.
    try:
        text, _broken = charset.decode(content[:MOST_BYTES], charset.decide(content))
    except Rejected:  # Ingest says so in its own words.
        return {}
    return of_front_matter(text)


def _hash(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
