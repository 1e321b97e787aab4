"""A file that was dealt with → where it lies then: moved to a folder, with what was said beside it, or left.

Nothing is written over, also where several watches move to one folder.
"""

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from services.ingest.sources.folder.choice import META, REASON, Choice, Found, sidecar_names
from services.ingest.sources.folder.ledger import Entry
from services.ingest.sources.folder.moving import free, move

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What the system says where no file can be written, so that each next one need not be copied in vain"""

MINUTE = 60 * 10**9
"""Nanoseconds"""

LATE_DONE, LATE_FAILED = 10 * MINUTE, 12 * 60 * MINUTE
"""After a file was put aside: until when a sidecar that comes alone is still its own, and not the next issue's of the
same name. To put a file right takes people hours, and no digest of one name comes twice a day.
"""


@dataclass(frozen=True, slots=True)
class Aside:
    """Where files go; None leaves them."""

    choice: Choice
    done: Path | None = None
    failed: Path | None = None

    def moves(self, entry: Entry) -> bool:
        """Return whether a file of which this became is moved."""
        return self._folder(entry) is not None

    def put(self, entries: Iterable[Entry], trouble: Callable[[str, OSError], None]) -> list[str]:
        """Move files that are dealt with; return the paths that are free then.

        A file that changed meanwhile stays, as it is to be fed too. `trouble` is told of each that can't be moved,
        or of the first where a folder takes none.
        """
        gone, stems, full = [], _Stems(self.choice), set[Path]()
        for entry in entries:
            if (folder := self._folder(entry)) is None or folder in full:
                continue
            try:
                self._put(entry, folder, stems)
                gone.append(entry.file.path)
            except OSError as error:
                trouble(entry.file.path, error)
                if error.errno in FULL:
                    full.add(folder)
        return gone

    def has(self, meta: Found) -> bool:
        """Return whether `recall` would bring a file back now."""
        return self._told_of(meta) is not None

    def recall(self, meta: Found) -> str | None:
        """Move the file back that a late `meta` says something of, and return its path; None where there is none.

        Done or failed, it is fed again with what is said of it now.
        """
        if (found := self._told_of(meta)) is None:
            return None
        folder, file = found
        path = file.relative_to(folder).as_posix()
        try:
            move(file, self.choice.root / path)
        except FileExistsError:
            return None
        for superseded in (REASON, META):
            file.with_name(file.name + superseded).unlink(missing_ok=True)
        return path

    def _told_of(self, meta: Found) -> tuple[Path, Path] | None:
        """Return the folder and its file that `meta` says something of; None where that file may be yet to come."""
        below, name = PurePosixPath(meta.path).parent, PurePosixPath(meta.path).name.removesuffix(META)
        if _comes(self.choice.root / below, name):
            return None
        for folder, late in ((self.failed, LATE_FAILED), (self.done, LATE_DONE)):
            if folder is None or (file := _named(folder / below, name)) is None:
                continue
            with suppress(OSError):
                # By the clock of the file server, as long as both folders are on it.
                soon = meta.changed - file.stat().st_ctime_ns <= late
                if soon and (folder == self.failed or not _has_meta(file)):
                    return folder, file
        return None

    def _folder(self, entry: Entry) -> Path | None:
        return self.failed if entry.state == "failed" else self.done

    def _put(self, entry: Entry, folder: Path, stems: "_Stems") -> None:
        file, wanted = self.choice.root / entry.file.path, folder / entry.file.path
        wanted.parent.mkdir(parents=True, exist_ok=True)
        for target in free(wanted):
            if os.path.lexists(target) or _has_meta(target):
                continue
            try:
                # Before the file moves: a kill in between leaves no file without its reason.
                with _reason_beside(target, entry.reason):
                    self._move(entry, file, target)
                break
            except FileExistsError:
                continue
            except FileNotFoundError:
                return  # Somebody else took it away.
        stems.gone(entry.file.path)
        # The file goes first: alone it would be fed without what is said of it, should a kill come in between.
        for name in sidecar_names(file.name):
            beside = file.with_name(name)
            if self.choice.look(beside.relative_to(self.choice.root).as_posix(), ()) is None:
                continue
            kept = target.with_name(target.name + META)
            if name != file.name + META and stems.others(entry.file.path):
                shutil.copy2(beside, kept)
            else:
                move(beside, kept)
            break

    def _move(self, entry: Entry, file: Path, target: Path) -> None:
        """Move a file as `move` does; raises FileNotFoundError also where another has taken its place."""
        if self.choice.look(entry.file.path) != entry.file:
            raise FileNotFoundError(file)
        if move(file, target) and not target.is_symlink():
            moved = target.stat()
            if (moved.st_size, moved.st_mtime_ns) != (entry.file.size, entry.file.modified):
                _move_back(target, file)
                raise FileNotFoundError(file)


@dataclass
class _Stems:
    """How many files share what `x.meta.toml` says: x.md and x.html. Each folder is listed once for a batch."""

    choice: Choice
    _left: dict[str, Counter[str]] = field(default_factory=dict)

    def gone(self, path: str) -> None:
        """Note that a file has moved."""
        folder, stem = _stem(path)
        if folder in self._left:
            self._left[folder][stem] -= 1

    def others(self, path: str) -> bool:
        """Return whether files with the stem of this one, which has moved, are left."""
        folder, stem = _stem(path)
        if folder not in self._left:
            with os.scandir(self.choice.root / folder) as entries:
                paths = [f"{folder}/{entry.name}".lstrip("/") for entry in entries if self.choice.is_file(entry)]
            self._left[folder] = Counter(_stem(one)[1] for one in paths if self.choice.takes(one))
        return self._left[folder][stem] > 0


def _stem(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, os.path.splitext(name)[0]


@contextmanager
def _reason_beside(target: Path, reason: str | None) -> Iterator[None]:
    """Have a file lie beside `target` that says why it was not taken, unless the block raises.

    Raises FileExistsError where one says something else, be it of a file that is about to come there.
    """
    if reason is None:
        yield
        return
    why, said = target.with_name(target.name + REASON), f"{reason}\n".encode("utf-8", "replace")
    made = False
    try:
        try:
            with why.open("xb") as opened:
                made = True
                opened.write(said)
        except FileExistsError:
            if why.read_bytes() != said:
                raise
        yield
    except OSError:
        if made:
            with suppress(OSError):
                why.unlink()
        raise


def _move_back(target: Path, file: Path) -> None:
    for back in free(file):
        with suppress(FileExistsError):
            move(target, back)
            return


def _has_meta(file: Path) -> bool:
    """Whether what is said of a file lies beside it, where it was put aside."""
    return os.path.lexists(file.with_name(file.name + META))


def _comes(folder: Path, name: str) -> bool:
    """Return whether the file of `NAME.meta.toml` lies in a folder, or is being written under a name like it."""
    try:
        names = [one.lstrip(".") for one in os.listdir(folder) if not one.endswith((META, REASON))]
    except OSError:
        return False
    return any(one == name or one.startswith(name + ".") for one in names)


def _named(folder: Path, name: str) -> Path | None:
    """Return the file of `NAME.meta.toml` in a folder: NAME itself, or the only one with that stem."""
    if os.path.isfile(folder / name):
        return folder / name
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file() and not entry.name.endswith((META, REASON))]
    except OSError:
        return None
    alike = [one for one in names if os.path.splitext(one)[0] == name]
    return folder / alike[0] if len(alike) == 1 else None
