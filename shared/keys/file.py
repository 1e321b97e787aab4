"""The keys file ↔ its keys: one JSON object a line, read as a whole and replaced as a whole.

Lines are never taken out: a revoked key stays, so that its name in logs and records stays that of one key.
"""

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from shared.errors import Misconfigured
from shared.keys.key import Key

MAX_BYTES = 2**20
"""Of the file: some 3,000 keys. Each request with a key is compared with all of them, 1 µs each."""

MODE = 0o600
"""Who can write the file can let themselves in; nobody else has to read it."""

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, times of change in ns: editors write in place or put a new file in its place."""


def read(path: Path, *, unless: Stamp | None = None) -> tuple[Stamp, tuple[Key, ...] | None]:
    """Return the file's stamp and its keys; None for the keys where the stamp is still `unless`.

    Raises Misconfigured, naming the line and never what stands in it.
    """
    try:
        # Not waiting for whoever writes a named pipe: that would stop the service.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            if stamp == unless:
                return stamp, None
            if not stat.S_ISREG(status.st_mode):
                raise Misconfigured(f"{path} is no file")
            if status.st_mode & 0o022:
                raise Misconfigured(f"{path} can be written by others, who could let themselves in: chmod 600 it")
            with open(descriptor, "rb", closefd=False) as opened:
                content = opened.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Misconfigured(f"{path} can't be read ({error.strerror}): `jianbao key make` writes it") from error
    if len(content) > MAX_BYTES:
        raise Misconfigured(f"{path} has more than {MAX_BYTES >> 20} MiB, which is no list of keys")
    return stamp, parse(content, name=str(path))


def parse(content: bytes, *, name: str = "the keys file") -> tuple[Key, ...]:
    """Return the keys in a file's bytes; raises Misconfigured where a line is no key, a name comes twice or there is no key at all. Pure."""
    keys: dict[str, Key] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            key = Key.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            problem = first["type"] if first["type"] == "json_invalid" else f"{'.'.join(map(str, first['loc']))} {first['type']}"
            raise Misconfigured(f"{name} line {number} is no key: {problem}") from None
        if key.name in keys:
            raise Misconfigured(f"{name} line {number}: the name {key.name} comes twice")
        keys[key.name] = key
    if not keys:
        # An editor that empties a file before it writes it, or a disk that is full: nobody ever means to shut out all.
        raise Misconfigured(f"{name} holds no key")
    return tuple(keys.values())


def write(path: Path, keys: Sequence[Key]) -> None:
    """Put these keys in the place of the file at `path`: whoever reads sees the old ones or the new ones. Raises OSError."""
    path = path.resolve()  # what a link points to, not the link
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner alone
    try:
        with open(descriptor, "wb") as opened:
            opened.write(b"".join(key.model_dump_json(exclude_none=True).encode() + b"\n" for key in keys))
            os.fchmod(descriptor, MODE)
            with contextlib.suppress(FileNotFoundError):
                before = path.stat()
                if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(descriptor, before.st_uid, before.st_gid)  # root for a service's own user: which has to go on reading it
            opened.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def changing(path: Path) -> Iterator[list[Key]]:
    """The keys of the file at `path` (none where there is no file yet), written back when the block ends well; one at a time.

    Raises Misconfigured where the file can't be read or written.
    """
    folder = path.resolve().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The folder is what is locked: the file is another one after each change.
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise Misconfigured(f"{folder} can't be used for the keys file: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = list(read(path)[1] or ()) if os.path.lexists(path) else []
        before = list(keys)
        yield keys
        if keys != before:
            try:
                write(path, keys)
            except OSError as error:
                raise Misconfigured(f"{path} can't be written: {error.strerror}") from error
    finally:
        os.close(lock)
