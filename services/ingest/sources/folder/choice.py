"""A folder → the files in it that are digests, each with what is said of it beside it. Pure but for the listing.

Left out are hidden files, what programs keep beside a file while they write it (`.part`, `~$`, `.swp`), the folders
that files move to once they are dealt with, and what the operator's own patterns name. A pattern is one of the
shell's: `*.log` names files anywhere, `drafts/*` a path.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

UNFINISHED = (
    *("*.part", "*.partial", "*.crdownload", "*.download", "*.tmp", "*.temp", "*.swp", "*.swx", "*~", "~$*"),
    *("*.filepart", "Thumbs.db", "desktop.ini"),
)
META = ".meta.toml"
"""The end of the name of a file that says something of the one beside it: `weekly.md` has `weekly.md.meta.toml` or
`weekly.meta.toml`"""
REASON = ".reason.txt"
"""The end of the name of a file that says why the one beside it was not taken"""


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies there. Two that are equal have the same content, as far as the system tells."""

    path: str
    """Below the folder, with /"""
    size: int
    """Bytes"""
    modified: int
    """Nanoseconds since the epoch"""
    changed: int = 0
    """The same, of the last change of any kind: a copy that keeps the time of its original can't keep this one."""
    beside: str = ""
    """Name, size and time of what says something of it, empty where nothing does"""


@dataclass(frozen=True, slots=True)
class Listing:
    """One look at a folder."""

    files: list[Found]
    orphans: list[Found]
    """Files that say something of one that is not there"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files of a folder are meant."""

    root: Path
    ignored: Sequence[str] = ()
    apart: Sequence[Path] = ()
    """Folders that are not looked into, such as those that files move to"""
    links: bool = True
    """Whether links to files are followed; those to folders never are, as a folder may lie in itself."""

    def files(self, below: str = "", unreadable: Callable[[str, OSError], None] = lambda path, error: None) -> Iterator[Found]:
        """Yield the files that may be digests, folder by folder in the order of their names; `unreadable` is told
        of each folder that can't be listed.
        """
        for listing in self.listings(below, unreadable):
            yield from listing.files

    def listings(self, below: str, unreadable: Callable[[str, OSError], None]) -> Iterator[Listing]:
        """Yield what lies in the folder `below` and those in it, a piece for each run of files between two folders."""
        apart = self._apart()
        waiting = [iter([below])]
        while waiting:
            folder = next(waiting[-1], None)
            if folder is None:
                waiting.pop()
                continue
            try:
                with os.scandir(self.root / folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except FileNotFoundError:
                continue  # Gone: the next round sees.
            except OSError as error:
                unreadable(folder, error)
                continue
            prefix = f"{folder}/" if folder else ""
            yield self._listing(prefix, listed)
            folders = [prefix + entry.name for entry in listed if _is_folder(entry)]
            waiting.append(iter([path for path in folders if path not in apart and not self._left_out(path)]))

    def look(self, path: str, beside: Sequence[str] | None = None) -> Found | None:
        """The file at a path as it lies there now; None where it is gone, or no file.

        `beside` are the names in its folder that may say something of it, where they are known.
        """
        try:
            found = (self.root / path).stat(follow_symlinks=self.links)
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        said = self._beside(self.root / path, beside)
        return Found(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, said)

    def takes(self, path: str) -> bool:
        """Whether a path below the folder may be a digest's."""
        folders = path.split("/")[:-1]
        apart = self._apart()
        if apart and any("/".join(folders[:size]) in apart for size in range(1, len(folders) + 1)):
            return False
        return not path.endswith((META, REASON)) and not self._left_out(path)

    def is_file(self, entry: os.DirEntry[str]) -> bool:
        """Return whether an entry of a folder is a file, or a link to one where those are followed."""
        try:
            return entry.is_file(follow_symlinks=self.links)
        except OSError:  # A link to itself.
            return False

    def _listing(self, prefix: str, listed: list[os.DirEntry[str]]) -> Listing:
        named = (entry for entry in listed if entry.name.endswith(META) and not entry.name.startswith("."))
        metas = {entry.name for entry in named if self.is_file(entry)}
        files, used = [], set[str]()
        for entry in listed:
            name = entry.name
            if name.endswith((META, REASON)) or self._left_out(prefix + name) or not self.is_file(entry):
                continue
            beside = [one for one in sidecar_names(name) if one in metas]
            used.update(beside)
            if (file := self.look(prefix + name, beside)) is not None:
                files.append(file)
        looks = (self.look(prefix + name, ()) for name in sorted(metas - used) if not self._left_out(prefix + name))
        return Listing(files, [orphan for orphan in looks if orphan is not None])

    def _beside(self, file: Path, names: Sequence[str] | None) -> str:
        """Return what stands in `Found.beside`; of a pipe nothing, as it may be read without end."""
        for name in sidecar_names(file.name):
            if names is not None and name not in names:
                continue
            try:
                found = file.with_name(name).stat(follow_symlinks=self.links)
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode):
                return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {name}"
        return ""

    def _left_out(self, path: str) -> bool:
        parts = path.split("/")
        if any(part.startswith(".") for part in parts):
            return True
        return any(_named(parts, pattern) for pattern in (*UNFINISHED, *self.ignored))

    def _apart(self) -> set[str]:
        """The folders apart that lie within this one, as paths below it."""
        return {one.relative_to(self.root).as_posix() for one in self.apart if one.is_relative_to(self.root)}


def sidecar_names(name: str) -> tuple[str, str]:
    """How a file is called that says something of one of this name, the surer first."""
    stem = os.path.splitext(name)[0]
    return name + META, stem + META


def _named(parts: list[str], pattern: str) -> bool:
    """Whether a pattern names a path, or a folder above it; without a / it names what bears that name anywhere."""
    wanted = pattern.rstrip("/")
    if "/" in wanted:
        wanted = wanted.lstrip("/")
        return any(fnmatchcase("/".join(parts[:size]), wanted) for size in range(1, len(parts) + 1))
    return any(fnmatchcase(part, wanted) for part in parts)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
