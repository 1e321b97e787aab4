"""Whatever this process and its children write → for its own user alone: digests, logs, archives and caches are nobody else's business."""

import os
from pathlib import Path

UMASK = 0o077
"""What is taken from the modes of new files and folders: they become 0600 and 0700"""


def keep_private() -> None:
    """Make all that is written from now on ours alone, whatever umask we were started with; every program begins with it."""
    os.umask(UMASK)


def private(path: str, flags: int) -> int:
    """Open a file, for `open(…, opener=private)`: a new one is ours alone, also in a process that did not begin with `keep_private`."""
    return os.open(path, flags, 0o600)


def make_folder(path: Path, *, mode: int = 0o700) -> None:
    """Make a folder, and those above it that are missing, with just this mode; one that is there stays as it is. Raises OSError."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
