"""A folder → the files in it that are digests, or that say something of one. Pure but for the listing of the folder.

Left out are hidden files, what programs keep beside a file while they write it (`.part`, `~$`, `.swp`), the folders that taken files move
to, and what the operator's own patterns name. A pattern is one of the shell's: `*.log` names files anywhere, `drafts/*` a path.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

UNFINISHED = (
    *("*.part", "*.partial", "*.crdownload", "*.download", "*.tmp", "*.temp", "*.swp", "*.swx", "*~", "~$*", "*.filepart"),
    *("Thumbs.db", "desktop.ini"),
)
META = ".meta.toml"
"""The end of the name of a file that says something of the one beside it: `weekly.md` and `weekly.meta.toml` or `weekly.md.meta.toml`"""
REASON = ".reason.txt"
"""The end of the name of a file that says why the one beside it was not taken"""


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there."""

    path: str
    """Below the folder, with /"""
    size: int
    """Bytes"""
    modified: int
    """Nanoseconds since the epoch"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files of a folder are meant."""

    root: Path
    ignored: Sequence[str] = ()
    apart: Sequence[Path] = ()
    """Folders that are not looked into, such as those that taken files move to"""

    def files(self) -> Iterator[Found]:
        """The files that may be digests, in the order of their paths. Links are followed to files and not to folders."""
        for path in sorted(_walk(self.root, {one.resolve() for one in self.apart})):
            name = path.relative_to(self.root).as_posix()
            if not self.takes(name):
                continue
            if (file := self.look(name)) is not None:
                yield file

    def look(self, path: str) -> Found | None:
        """The file at a path as it lies there now; None where it is gone, or a link to nowhere."""
        try:
            stat = (self.root / path).stat()
        except OSError:
            return None
        return Found(path, stat.st_size, stat.st_mtime_ns)

    def takes(self, path: str) -> bool:
        """Whether a path below the folder may be a digest's."""
        parts = PurePosixPath(path).parts
        if any(part.startswith(".") for part in parts) or path.endswith((META, REASON)):
            return False
        return not any(_named(path, pattern) for pattern in (*UNFINISHED, *self.ignored))


def _named(path: str, pattern: str) -> bool:
    """Whether a pattern names the path, or a folder above it; without a / it names what bears that name anywhere."""
    parts = PurePosixPath(path).parts
    wanted = pattern.rstrip("/")
    if "/" in wanted:
        return any(fnmatchcase("/".join(parts[:size]), wanted.lstrip("/")) for size in range(1, len(parts) + 1))
    return any(fnmatchcase(part, wanted) for part in parts)


def _walk(folder: Path, apart: set[Path]) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # Gone, or not ours to read: the next round looks again.
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and Path(entry.path).resolve() not in apart:
                yield from _walk(Path(entry.path), apart)
        elif entry.is_file():
            yield Path(entry.path)
