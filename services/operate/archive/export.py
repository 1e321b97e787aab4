"""The raw and operations topics → what is new of them in the archive's folder, as further files.

Two things keep a record from being written twice: the place up to which each topic was read (to spend no time), and the record's identity (to be
right): a topic that was made anew, an import, an erasure bring old records at new places.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from services.ingest.erasure import erased_by
from services.operate.archive import known as knowing
from services.operate.archive.folder import Folder, Volume, writing
from services.operate.archive.known import Known
from services.operate.archive.line import Archived, Kind, archived, to_line
from services.operate.archive.manifest import File, Position
from shared import operations
from shared.errors import Misconfigured, Rejected
from shared.kafka.scan import Scanner
from shared.kafka.topic_ids import topic_ids
from shared.settings import KafkaSettings
from shared.text.dates import SHANGHAI
from shared.topics import Topics

FILE_BYTES = 64 * 2**20
"""Of a file, compressed, before the next begins: what a killed export has to read again, and some 10,000 digests."""

Progress = Callable[[int, int], None]
"""Told how many of how many records were read."""


@dataclass
class Report:
    """What an export did."""

    files: list[File] = field(default_factory=list)
    records: dict[Kind, int] = field(default_factory=lambda: {"raw": 0, "operations": 0})
    known: int = 0
    """Records that came again and were in the archive"""
    erased: list[str] = field(default_factory=list)
    """Digests whose erasure came along: this archive may hold what came before"""


async def export(
    root: Path,
    settings: KafkaSettings,
    topics: Topics,
    *,
    progress: Progress = lambda done, total: None,
    file_bytes: int = FILE_BYTES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Report:
    """Write what is new and return once it is on disk.

    Raises Unavailable while Kafka does not answer or another export runs, Misconfigured when there is no raw topic or no archive.
    """
    with writing(root, create=True) as folder, knowing.of(folder) as known:
        async with Scanner(settings) as scanner:
            run = _Run(folder, known, now, file_bytes)
            return await run.all(scanner, settings, topics, progress)


@dataclass
class _Run:
    """One export under way."""

    folder: Folder
    known: Known
    now: Callable[[], datetime]
    file_bytes: int
    report: Report = field(default_factory=Report)
    positions: dict[str, Position] = field(default_factory=dict)
    volume: Volume | None = None
    times: list[datetime] = field(default_factory=list)
    """Of the volume's earliest and latest record"""

    async def all(self, scanner: Scanner, settings: KafkaSettings, topics: Topics, progress: Progress) -> Report:
        """Both topics."""
        self.positions = dict(self.folder.manifest.positions)
        kinds: tuple[tuple[Kind, str], ...] = (("raw", topics.raw.name), ("operations", topics.operations.name))
        ids = await topic_ids(settings, [name for _, name in kinds])
        ends, total = {}, 0
        for _, name in kinds:
            bounds = await scanner.bounds(name)
            at = self.folder.manifest.next_of(name, ids.get(name, ""))
            # A place beyond the end is of a log that lost its tail.
            since = {p: at[p] if first <= at.get(p, -1) <= last else first for p, (first, last) in bounds.items()}
            ends[name] = {partition: last for partition, (_, last) in bounds.items()}
            self.positions[name] = Position(topic_id=ids.get(name, ""), next=since)
            total += sum(ends[name][partition] - start for partition, start in since.items())
        if not ends[topics.raw.name]:
            raise Misconfigured(f"there is no topic {topics.raw.name}: check KAFKA_BOOTSTRAP_SERVERS and JIANBAO_NAMESPACE")
        done = 0
        try:
            for kind, name in kinds:
                place = dict(self.positions[name].next)
                async for scanned in scanner.read(name, since=dict(place), until=ends[name]):
                    self._take(archived(kind, scanned.record, scanned.at))
                    place[scanned.record.partition] = scanned.record.offset + 1
                    done += 1
                    progress(done, total)
                    if self.volume is not None and self.volume.size >= self.file_bytes:
                        self.positions[name] = Position(topic_id=ids.get(name, ""), next=dict(place))
                        self._commit()
                self.positions[name] = Position(topic_id=ids.get(name, ""), next=ends[name])
            self._commit()
        finally:
            if self.volume is not None:
                self.volume.__exit__(None, None, None)
        return self.report

    def _take(self, record: Archived) -> None:
        if record.kind == "operations" and _is_export(record.value):
            return
        if not self.known.add(record.identity):
            self.report.known += 1
            return
        if self.volume is None:
            day = self.now().astimezone(SHANGHAI).date().isoformat()
            self.volume, self.times = Volume(self.folder.fresh(day)), [record.at, record.at]
        self.volume.add(to_line(record))
        self.times = [min(self.times[0], record.at), max(self.times[1], record.at)]
        self.report.records[record.kind] += 1
        if record.kind == "raw" and (digest_id := erased_by(record.headers)):
            self.report.erased.append(digest_id)

    def _commit(self) -> None:
        """The volume under way becomes part of the archive, with the places up to which it holds everything."""
        files = self.folder.manifest.files
        if self.volume is None:
            self.folder.commit(self.folder.manifest.model_copy(update={"positions": dict(self.positions)}))
            return
        volume, self.volume = self.volume, None
        with volume:
            digest, size = volume.finish()
        file = File(
            path=volume.path.relative_to(self.folder.root).as_posix(),
            sha256=digest,
            size=size,
            records=volume.records,
            first_at=self.times[0],
            last_at=self.times[1],
            written_at=self.now(),
        )
        self.folder.commit(self.folder.manifest.model_copy(update={"files": (*files, file), "positions": dict(self.positions)}))
        self.known.keep(file.path, file.sha256)
        self.report.files.append(file)


def _is_export(value: bytes | None) -> bool:
    """Whether this only says that an export was made, which the manifest says too: each export would else be news for the next."""
    try:
        return operations.read(value).action == "export"
    except Rejected:
        return False
