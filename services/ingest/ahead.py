"""The raw topic → the digests whose last revision is later than now, and for a digest that is fed again the
revision above its last.

Taken under a clock that was ahead, of this machine or of Kafka's too, such a digest would win against every
correction until that time has come. All others need not be known, as a revision of now is above theirs. Kafka
finds the first record from the future by its index of times; what lies behind it is read once, and nothing
where there is none, which is nearly always.

What comes of two ingests that take the same such digest at once: both read up to the end, both may give the
same revision, and the one that stands second in the topic wins, as with any two that come within a
millisecond. One that is fed after the other was acknowledged is always above it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared import log
from shared.errors import Rejected
from shared.kafka.placement import partition_of
from shared.kafka.scan import Scanner
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.settings import KafkaSettings

_log = log.get(__name__)

LOOKUP_SECONDS = 10.0
"""For asking where records from the future begin: some ms of a broker that answers."""


@dataclass
class Ahead:
    """What is known of digests from the future; one for each publisher."""

    settings: KafkaSettings
    topic: str
    known: dict[str, int] = field(default_factory=dict, init=False)
    """Last revision by digest id, later than the time of the last `learn`"""
    _read_to: dict[int, int] = field(default_factory=dict, init=False)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def learn(self, now_ms: int) -> None:
        """Look for records later than `now_ms` and read what has come since the last time; raises
        Unavailable.
        """
        async with self._one_at_a_time, Scanner(self.settings) as scanner:
            async with asyncio.timeout(LOOKUP_SECONDS):
                bounds = await scanner.bounds(self.topic)
                begins = await scanner.first_at(self.topic, now_ms)
            self.known = {name: revision for name, revision in self.known.items() if revision > now_ms}
            since = {place: self._goes_on(place, begin, bounds[place][1]) for place, begin in begins.items()}
            self._read_to = {partition: since.get(partition, end) for partition, (_, end) in bounds.items()}
            before = len(self.known)
            await self._read(scanner, since, later_than=now_ms)
            if len(self.known) > before:
                _log.warning(
                    "digests_from_the_future",
                    digests=len(self.known),
                    advice="fed again, each gets a revision above its last",
                )

    def _goes_on(self, partition: int, begin: int, end: int) -> int:
        """Where reading goes on; from its beginning where the topic was made anew since."""
        read_to = self._read_to.get(partition, begin)
        return read_to if begin <= read_to <= end else begin

    def is_behind(self, raw: RawDigest) -> bool:
        """Whether the digest's last revision is known to be no earlier than this one."""
        return self.known.get(raw.digest_id, 0) >= raw.revision

    async def above(self, raw: RawDigest) -> int:
        """The revision to publish this one under: its own, or the one above the digest's last where that
        is from the future. Raises Unavailable.
        """
        if not self.is_behind(raw):
            return raw.revision
        async with self._one_at_a_time:
            async with Scanner(self.settings) as scanner:
                bounds = await scanner.bounds(self.topic)
                own = partition_of(raw.digest_id, sorted(bounds))
                await self._read(scanner, {own: self._read_to.get(own, 0)}, later_than=raw.revision)
            revision = max(raw.revision, self.known.get(raw.digest_id, 0) + 1)
            self.known[raw.digest_id] = revision
        _log.warning("revision_from_the_future", digest_id=raw.digest_id, revision=revision, now=raw.revision)
        return revision

    async def _read(self, scanner: Scanner, since: Mapping[int, int], *, later_than: int) -> None:
        if not since:
            return
        async for scanned in scanner.read(self.topic, since=since, canaries=True):
            record = scanned.record
            self._read_to[record.partition] = record.offset + 1
            try:
                raw = read_raw(next((data for name, data in record.headers if name == DIGEST_HEADER), b""))
            except Rejected:
                continue  # not ingest's
            if raw.revision > max(later_than, self.known.get(raw.digest_id, 0)):
                self.known[raw.digest_id] = raw.revision
