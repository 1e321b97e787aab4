"""An archive's folder and digests to be erased → its files without them. Files that hold none of them are not touched."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from services.ingest.erasure import erasure_of
from services.operate.archive.folder import Folder, Volume, reading, writing
from services.operate.archive.line import Archived, from_line, to_line
from services.operate.archive.manifest import File


def held(root: Path, digest_ids: Collection[str]) -> int:
    """How many records of these digests an archive holds, erasures left out."""
    with reading(root) as folder:
        return sum(_count(folder, file, digest_ids) for file in folder.manifest.files)


def forget(root: Path, digest_ids: Collection[str]) -> int:
    """Take them out and return how many records that were; a run that is broken off is finished by the next.

    Raises OSError, EOFError or Rejected at a damaged file, which stays as it is.
    """
    taken = 0
    with writing(root) as folder:
        for file in folder.manifest.files:
            if _count(folder, file, digest_ids):
                taken += _rewrite(folder, file, digest_ids)
    return taken


def _count(folder: Folder, file: File, digest_ids: Collection[str]) -> int:
    # Bytes first: reading a line as JSON takes ten times as long.
    marks = [digest_id.encode() for digest_id in digest_ids]
    return sum(any(mark in line for mark in marks) and _is_of(from_line(line), digest_ids) for line in folder.lines(file))


def _is_of(record: Archived, digest_ids: Collection[str]) -> bool:
    return record.kind == "raw" and (record.key or b"").decode("ascii", "replace") in digest_ids and erasure_of(record.headers) is None


def _rewrite(folder: Folder, file: File, digest_ids: Collection[str]) -> int:
    times: list[datetime] = []
    taken = 0
    with Volume(folder.root / file.path) as volume:
        for line in folder.lines(file):
            record = from_line(line)
            if _is_of(record, digest_ids):
                taken += 1
            else:
                volume.add(to_line(record))
                times = [min([record.at, *times]), max([record.at, *times])]
        digest, size = volume.finish()
    fresh = file.model_copy(
        update={
            "sha256": digest,
            "size": size,
            "records": volume.records,
            "first_at": times[0] if times else None,
            "last_at": times[-1] if times else None,
            "written_at": datetime.now(UTC),
        }
    )
    files = tuple(fresh if each.path == file.path else each for each in folder.manifest.files)
    folder.commit(folder.manifest.model_copy(update={"files": files}))
    return taken
