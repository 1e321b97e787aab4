"""An archive's folder → its records in the raw and operations topics, those that are there already left out.

Records come in the order of the archive, so a digest's revisions in the order they were received; versions make the rest. What was erased stays
so: of a digest that the archive or the topic knows as erased, nothing from before the erasure is brought back.
"""

import asyncio
import contextlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from services.ingest.erasure import HEADER, erasure_of
from services.operate.archive.export import Progress
from services.operate.archive.folder import Folder, reading, sha256
from services.operate.archive.known import Known
from services.operate.archive.line import Archived, Kind, archived, from_line
from services.operate.archive.manifest import File
from shared.dead_letters.headers import Headers
from shared.errors import Rejected, Unavailable
from shared.kafka.clients import ensure_topics
from shared.kafka.resend import Resender
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message
from shared.records import DIGEST_HEADER, read_raw
from shared.settings import KafkaSettings
from shared.topics import Topics

LED_SECONDS = 60.0
"""A new topic is served within a second; a cluster that has just been started takes some."""

DAMAGE = (OSError, EOFError, zlib.error, Rejected)
"""What a file gives that is not as it was written."""


@dataclass
class Loaded:
    """What an import did."""

    records: dict[Kind, int] = field(default_factory=lambda: {"raw": 0, "operations": 0})
    there: int = 0
    """Records that the topics had already"""
    erased: int = 0
    """Records left out because their digest was erased later"""
    damaged: list[str] = field(default_factory=list)
    """Paths of files that were left out"""
    created: list[str] = field(default_factory=list)
    """Topics"""


async def load(
    root: Path,
    settings: KafkaSettings,
    topics: Topics,
    *,
    skip_damaged: bool = False,
    rate: float = 0,
    progress: Progress = lambda done, total: None,
    checking: Callable[[int, int], None] = lambda done, total: None,
) -> Loaded:
    """Import and return once Kafka has acknowledged all; broken off, the next run goes on.

    Checks every file before anything is written: raises Rejected (`damaged`) that names those that are not as they were, unless they are to be left
    out. Raises Unavailable while Kafka does not answer or an export runs.
    """
    with reading(root) as folder:
        loaded = Loaded(damaged=damaged(folder, checking))
        if loaded.damaged and not skip_damaged:
            raise Rejected(
                "damaged",
                f"damaged or missing in {root}: {', '.join(loaded.damaged)}. Put copies of them back, or import the others with --skip-damaged",
            )
        files = [file for file in folder.manifest.files if file.path not in loaded.damaged]
        erased = _erased(folder, files)
        loaded.created = await ensure_topics(settings, topics.all)
        names: dict[Kind, str] = {"raw": topics.raw.name, "operations": topics.operations.name}
        with contextlib.closing(Known()) as known:
            async with Scanner(settings) as scanner:
                await _led(scanner, names.values())
                for kind, name in names.items():
                    async for scanned in scanner.read(name):
                        record = archived(kind, scanned.record, scanned.at)
                        known.add(record.identity)
                        _note(erased, record)
            total, done = sum(file.records for file in files), 0
            async with Resender(settings, rate=rate) as resender:
                for file in files:
                    for line in folder.lines(file):
                        record = from_line(line)
                        done += 1
                        progress(done, total)
                        if _is_erased(erased, record):
                            loaded.erased += 1
                        elif not known.add(record.identity):
                            loaded.there += 1
                        else:
                            headers = cast(Headers, record.headers)  # one without a value goes through as it is
                            await resender.send(Message(names[record.kind], record.key, record.value, headers, record.at))
                            loaded.records[record.kind] += 1
        return loaded


async def _led(scanner: Scanner, topics: Iterable[str]) -> None:
    """Return once brokers know these topics and who leads them: the controller answers before they do. Raises Unavailable."""
    deadline = asyncio.get_running_loop().time() + LED_SECONDS
    for topic in topics:
        while not await scanner.bounds(topic):
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(f"Kafka has created {topic}, but does not serve it after {LED_SECONDS:g} s. Run the same again")
            await asyncio.sleep(0.2)


def damaged(folder: Folder, progress: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
    """Paths of files that are missing or whose bytes are not those that were written."""
    found = []
    for done, file in enumerate(folder.manifest.files, 1):
        progress(done, len(folder.manifest.files))
        try:
            fine = sha256(folder.locate(file)) == file.sha256
        except OSError:
            fine = False
        if not fine:
            found.append(file.path)
    return found


def _erased(folder: Folder, files: list[File]) -> dict[bytes, int]:
    """Revision of its erasure by key, for all digests that were erased."""
    erased: dict[bytes, int] = {}
    mark = f'"{HEADER}"'.encode()
    for file in files:
        for line in folder.lines(file):
            if mark in line:
                _note(erased, from_line(line))
    return erased


def _note(erased: dict[bytes, int], record: Archived) -> None:
    raw = erasure_of(record.headers) if record.kind == "raw" else None
    if raw is not None:
        key = raw.digest_id.encode()
        erased[key] = max(raw.revision, erased.get(key, 0))


def _is_erased(erased: dict[bytes, int], record: Archived) -> bool:
    if record.kind != "raw" or record.key not in erased:
        return False
    try:
        header = next((data for name, data in record.headers if name == DIGEST_HEADER), None)
        return read_raw(header or b"").revision < erased[record.key]
    except Rejected:
        return True  # of that digest, and nobody can tell from when
