"""A file that was dealt with → where it lies then: moved to a folder, with what was said beside it, or left.

One thread moves at a time, so that no two files take one name.
"""

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from services.ingest.sources.folder.choice import META, REASON, Choice, sidecar_names
from services.ingest.sources.folder.ledger import Entry

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What the system says where no file can be written, so that each next one need not be copied in vain"""


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

    def recall(self, meta: str) -> str | None:
        """Move the file back that a late `meta` says something of, and return its path; None where there is none.

        Done or failed, it is fed again with what is said of it now.
        """
        name = PurePosixPath(meta).name.removesuffix(META)
        for folder in filter(None, (self.failed, self.done)):
            if (file := _told_of(folder / PurePosixPath(meta).parent, name)) is None:
                continue
            path = file.relative_to(folder).as_posix()
            back = self.choice.root / path
            if back.exists():
                continue
            _rename(file, back)
            for superseded in (REASON, META):
                file.with_name(file.name + superseded).unlink(missing_ok=True)
            return path
        return None

    def _folder(self, entry: Entry) -> Path | None:
        return self.failed if entry.state == "failed" else self.done

    def _put(self, entry: Entry, folder: Path, stems: "_Stems") -> None:
        file = self.choice.root / entry.file.path
        target = _free(folder / entry.file.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Before the file moves: a kill in between leaves no file without its reason.
        why = target.with_name(target.name + REASON)
        try:
            if entry.reason is not None:
                why.write_text(entry.reason + "\n", "utf-8", errors="replace")
            self._move(entry, file, target)
        except FileNotFoundError:
            why.unlink(missing_ok=True)  # Somebody else took it away.
            return
        except OSError:
            with suppress(OSError):
                why.unlink(missing_ok=True)
            raise
        stems.gone(entry.file.path)
        # The file goes first: alone it would be fed without what is said of it, should a kill come in between.
        for name in sidecar_names(file.name):
            beside = file.with_name(name)
            if not beside.exists():
                continue
            kept = target.with_name(target.name + META)
            if name != file.name + META and stems.others(entry.file.path):
                shutil.copy2(beside, kept)
            else:
                _rename(beside, kept)
            break

    def _move(self, entry: Entry, file: Path, target: Path) -> None:
        """Move a file; raises FileNotFoundError where it is gone, or another has taken its place."""
        if self.choice.look(entry.file.path) != entry.file:
            raise FileNotFoundError(file)
        if _rename(file, target) and not target.is_symlink():
            moved = target.stat()
            if (moved.st_size, moved.st_mtime_ns) != (entry.file.size, entry.file.modified):
                _rename(target, _free(file))
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


def _told_of(folder: Path, name: str) -> Path | None:
    """The file in a folder that `NAME.meta.toml` says something of: NAME itself, or the only one with that stem."""
    if (folder / name).is_file():
        return folder / name
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_file() and not entry.name.endswith((META, REASON))]
    except OSError:
        return None
    alike = [one for one in names if os.path.splitext(one)[0] == name]
    return folder / alike[0] if len(alike) == 1 else None


def _free(path: Path) -> Path:
    """The path, or with a number before its suffix where there is such a file: nothing is written over."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def _rename(old: Path, new: Path) -> bool:
    """Move within a file system, and return True, or across two; raises FileNotFoundError where the old one is gone."""
    try:
        old.rename(new)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_over(old, new)
        return False
    return True


def _copy_over(old: Path, new: Path) -> None:
    unfinished = new.with_name(new.name + ".part")
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
