"""A file and where it is to lie → moved there, and never over another file, whoever else moves some."""

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from services.ingest.sources.folder.choice import REASON

LONGEST_NAME = 255
"""Bytes of a file's name on Linux's file systems"""

UNFINISHED = ".part"
"""The end of the name of a copy that is being made"""

_HERE, _OVER_NOTHING = -100, 1
"""AT_FDCWD and RENAME_NOREPLACE of Linux (renameat2(2))"""

_WITHOUT = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
"""What file systems answer that can't rename so, such as NFS"""


def move(old: Path, new: Path) -> bool:
    """Move a file, and return whether within a file system.

    Raises FileExistsError where there is a new one, FileNotFoundError where the old one is gone.
    """
    try:
        _rename(old, new)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(old, new)
        return False
    return True


def free(path: Path) -> Iterator[Path]:
    """Yield the path, then it with numbers; its name is cut where the one of its reason would be too long."""
    stem, suffix = os.path.splitext(path.name)
    if len(os.fsencode(suffix)) > LONGEST_NAME // 10:
        stem, suffix = path.name, ""
    for number in count(1):
        end = (f"-{number}" if number > 1 else "") + suffix
        while len(os.fsencode(stem + end + REASON)) > LONGEST_NAME:
            stem = stem[:-1]
        yield path.with_name(stem + end)


def _rename(old: Path, new: Path) -> None:
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)  # Linux's alone
    if rename is not None:
        if rename(_HERE, os.fsencode(old), _HERE, os.fsencode(new), _OVER_NOTHING) == 0:
            return
        if (number := ctypes.get_errno()) not in _WITHOUT:
            raise OSError(number, os.strerror(number), str(old), None, str(new))
    _rename_over_own(old, new)


def _rename_over_own(old: Path, new: Path) -> None:
    """Take the name by an empty file, and rename over that; a kill may leave it there."""
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        old.rename(new)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def _copy(old: Path, new: Path) -> None:
    descriptor, name = tempfile.mkstemp(suffix=UNFINISHED, prefix=".", dir=new.parent)
    os.close(descriptor)
    unfinished = Path(name)
    try:
        before = old.stat()
        shutil.copy2(old, unfinished)
        with unfinished.open("rb") as copied:
            os.fsync(copied.fileno())
        after = old.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            # Written to meanwhile: what is copied is neither the one nor the other.
            raise FileNotFoundError(old)
        _rename(unfinished, new)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
    old.unlink()
