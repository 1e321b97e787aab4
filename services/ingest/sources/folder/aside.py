"""A file that was dealt with → where it lies then: moved to a folder, with what was said beside it, or left where it is."""

import os
import shutil
from dataclasses import dataclass
from errno import EXDEV
from pathlib import Path

from services.ingest.sources.folder.choice import META, REASON


@dataclass(frozen=True, slots=True)
class Aside:
    """Where files go; None leaves them."""

    root: Path
    done: Path | None = None
    failed: Path | None = None

    def fed(self, path: str) -> bool:
        """Move a file that was taken and return whether such files are moved; `path` is below the root.

        A file that is gone was moved by somebody else.
        """
        if self.done is not None:
            self._move(path, _free(self.done / path))
        return self.done is not None

    def refused(self, path: str, reason: str) -> bool:
        """Move a file that can't be taken, with the reason beside it, and return whether such files are moved."""
        if self.failed is None:
            return False
        target = _free(self.failed / path)
        said = target.with_name(target.name + REASON)
        said.parent.mkdir(parents=True, exist_ok=True)
        # Before the file moves: a kill in between leaves no file without its reason.
        said.write_text(reason + "\n", "utf-8")
        if not self._move(path, target):
            said.unlink()
        return True

    def _move(self, path: str, target: Path) -> bool:
        """Move a file and what is said of it beside it; return whether it was still there."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _rename(self.root / path, target)
        except FileNotFoundError:
            return False
        for beside in sidecars(self.root / path):
            if beside.exists():
                _rename(beside, _free(target.with_name(target.name + META)))
        return True


def sidecars(file: Path) -> tuple[Path, Path]:
    """Where what is said of a file may stand: `weekly.md.meta.toml`, `weekly.meta.toml`."""
    return file.with_name(file.name + META), file.with_name(file.stem + META)


def _free(path: Path) -> Path:
    """The path, or with a number before its suffix where there is such a file: what was taken earlier is never written over."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def _rename(old: Path, new: Path) -> None:
    """Move within a file system or across two; raises FileNotFoundError where the old one is gone."""
    try:
        old.rename(new)
    except OSError as error:
        if error.errno != EXDEV:
            raise
        unfinished = new.with_name(new.name + ".part")
        shutil.copy2(old, unfinished)
        with unfinished.open("rb") as copied:
            os.fsync(copied.fileno())
        unfinished.replace(new)
        old.unlink()
