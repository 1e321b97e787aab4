"""What was typed as files → the files that are meant: those of folders and patterns too, in the order of their paths.

Of a folder, and of what a pattern matches, the files are left out that `services.ingest.sources.folder.choice` leaves out: hidden ones,
unfinished ones, and those that say something of another. A file that is named itself is always meant.
"""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.ingest.feeding.files import STDIN, is_address
from services.ingest.sources.folder.choice import Choice
from services.ingest.sources.mail.boxes import is_maildir


def chosen(typed: Iterable[str]) -> list[str]:
    """The files; a folder or a pattern without any stays as it is, for its error to be told."""
    return [file for one in typed for file in (_in(one) or [one])]


def _in(typed: str) -> list[str]:
    if typed == STDIN or is_address(typed):
        return []
    path = Path(typed)
    if is_maildir(path):
        return []
    if path.is_dir():
        return sorted(str(path / found.path) for found in Choice(path).files())
    if glob.has_magic(typed) and not path.exists():
        return list(_matching(typed))
    return []


def _matching(pattern: str) -> Iterator[str]:
    beside = Choice(Path())
    for name in sorted(glob.iglob(pattern, recursive=True)):
        # A part that begins with a dot is meant where the pattern has one: glob itself sees to that.
        if Path(name).is_file() and beside.takes(Path(name).name):
            yield name
