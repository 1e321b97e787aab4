"""An archive's folder → what is wrong with it: files that are missing or damaged, lines that can't be read, digests that are not as received."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.operate.archive.folder import Folder, reading, sha256
from services.operate.archive.line import from_line
from services.operate.archive.load import DAMAGE
from services.operate.archive.manifest import File
from shared.errors import Rejected
from shared.records import DIGEST_HEADER, read_raw


@dataclass
class Verified:
    """What was looked at and found."""

    files: int = 0
    records: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Path and what is wrong with it"""
    strange: list[str] = field(default_factory=list)
    """Files in the folder that its manifest does not name"""


def verify(root: Path, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Verified:
    """Read everything; raises Misconfigured when there is no archive, Unavailable while one is being written."""
    with reading(root) as folder:
        found = Verified()
        named = {file.path for file in folder.manifest.files}
        found.strange = sorted(path for each in root.glob("[0-9]*/[0-9]*/*.gz") if (path := each.relative_to(root).as_posix()) not in named)
        for file in folder.manifest.files:
            found.files += 1
            problem = _problem(folder, file)
            if problem:
                found.problems.append((file.path, problem))
            else:
                found.records += file.records
            progress(found.files, len(folder.manifest.files))
        return found


def _problem(folder: Folder, file: File) -> str:
    path = folder.locate(file)
    try:
        if not path.exists():
            return "missing"
        if sha256(path) != file.sha256:
            return "damaged: its SHA-256 is not that of the manifest"
        records = 0
        for line in folder.lines(file):
            records += 1
            record = from_line(line)
            header = next((data for name, data in record.headers if name == DIGEST_HEADER), None)
            if record.kind == "raw" and header is not None and not _is_whole(header, record.value or b""):
                return f"line {records} is not the digest that was received"
    except DAMAGE as error:
        return f"can't be read: {error}"
    return "" if records == file.records else f"{records} records where the manifest says {file.records}"


def _is_whole(header: bytes, value: bytes) -> bool:
    try:
        return read_raw(header).sha256 == hashlib.sha256(value).hexdigest()
    except Rejected:
        return True  # not of ingest's form: nothing is said of the bytes
