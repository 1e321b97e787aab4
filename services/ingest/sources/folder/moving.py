"""A file and where it is to lie → moved there, over nothing that lies there already, also where others move files too.

A name is taken first, by an empty file that no other may take, and then moved over: hard links, which would do it in one,
are not for every file server, nor for files of another user.
"""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from services.ingest.sources.folder.choice import REASON

LONGEST_NAME = 255
"""Bytes of a file's name on Linux's file systems"""

UNFINISHED = ".part"
"""The end of the name of a copy that is being made"""


def free(path: Path) -> Iterator[Path]:
    """Yield the path, then it with numbers before its suffix; cut where a name has no room for what is written beside it."""
    stem, suffix = os.path.splitext(path.name)
    if len(os.fsencode(suffix)) > LONGEST_NAME // 10:
        stem, suffix = path.name, ""
    for number in count(1):
        end = (f"-{number}" if number > 1 else "") + suffix
        most = LONGEST_NAME - len(os.fsencode(end + REASON + UNFINISHED))
        while len(os.fsencode(stem)) > most:
            stem = stem[:-1]
        yield path.with_name(stem + end)


@contextmanager
def held(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the first path that is free, with an empty file that is to be moved over; it goes again if the block raises.

    Raises FileExistsError where none is free.
    """
    for path in paths:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        made = os.fstat(descriptor)
        os.close(descriptor)
        break
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    try:
        yield path
    except BaseException:
        with suppress(OSError):
            if os.path.samestat(path.lstat(), made):
                path.unlink()
        raise


def move(old: Path, new: Path) -> bool:
    """Move over what `held` made, and return whether within a file system; raises FileNotFoundError where it is gone."""
    try:
        old.rename(new)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_over(old, new)
        return False
    return True


def _copy_over(old: Path, new: Path) -> None:
    unfinished = new.with_name(new.name + UNFINISHED)
    try:
        before = old.stat()
        shutil.copy2(old, unfinished)
        with unfinished.open("rb") as copied:
            os.fsync(copied.fileno())
        after = old.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise FileNotFoundError(old)  # Written to meanwhile: what is copied is neither the one nor the other.
        unfinished.replace(new)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
    old.unlink()
