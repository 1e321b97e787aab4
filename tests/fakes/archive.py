"""Raw records and an archive that holds them, made without Kafka."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.ingest.erasure import erasure, note
from services.operate.archive.folder import Volume, writing
from services.operate.archive.line import Archived, to_line
from services.operate.archive.manifest import File
from shared.ids import digest_id
from shared.records import DIGEST_HEADER, RawDigest

AT = datetime(2026, 11, 22, 1, 2, 3, 4000, tzinfo=UTC)
DAY = "2026-11-22"


def identity(name: str) -> str:
    """The id of the digest known by `name`."""
    return digest_id("双碳周报", external_id=name, content="")


def raw(name: str, content: bytes, *, revision: int = 1, offset: int = 0) -> Archived:
    """A digest as received."""
    digest = RawDigest(
        digest_id=identity(name),
        source="双碳周报",
        media_type="text/plain",
        external_id=name,
        received_at=AT,
        sha256=hashlib.sha256(content).hexdigest(),
        revision=revision,
    )
    return Archived("raw", 0, offset, AT + timedelta(seconds=offset), digest.digest_id.encode(), content, ((DIGEST_HEADER, digest.to_json()),))


def erased(name: str, *, revision: int) -> Archived:
    """Its erasure."""
    digest = erasure(identity(name), revision=revision)
    headers = ((DIGEST_HEADER, digest.to_json()), note(by="test", reason="法院裁定", erased=True))
    return Archived("raw", 0, revision, AT, digest.digest_id.encode(), b"", headers)


def archive(root: Path, *files: Sequence[Archived]) -> None:
    """An archive with these records, each sequence a file."""
    with writing(root, create=True) as folder:
        for records in files:
            with Volume(folder.fresh(DAY)) as volume:
                for record in records:
                    volume.add(to_line(record))
                sha256, size = volume.finish()
            path = volume.path.relative_to(root).as_posix()
            file = File(path=path, sha256=sha256, size=size, records=len(records), first_at=AT, last_at=AT, written_at=AT)
            folder.commit(folder.manifest.model_copy(update={"files": (*folder.manifest.files, file)}))
