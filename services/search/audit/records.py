"""The operations topic → its latest records, so many at most."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.search.errors import KafkaAway
from shared.errors import Rejected, Unavailable
from shared.kafka.scan import Scanner
from shared.operations import Operation, read
from shared.settings import KafkaSettings

MOST = 5_000
"""Records that are read for one page, the latest: some 2 MB, half a second. What is older is reached by its day."""

FETCH_BYTES = 2 * 2**20
"""More than the topic's largest record."""


class OperationRecords(Protocol):
    """Where operations are on record."""

    async def latest(self, until: datetime | None = None) -> tuple[Sequence[Operation], bool]:
        """The latest records up to that time, and whether they are all that there are; raises SearchError."""


class KafkaOperations:
    """The topic itself."""

    def __init__(self, settings: KafkaSettings, topic: str, *, most: int = MOST) -> None:
        """Connects to nothing."""
        self._settings, self._topic, self._most = settings, topic, most

    async def latest(self, until: datetime | None = None) -> tuple[Sequence[Operation], bool]:
        """See OperationRecords; each partition gives its share, as keys spread operations evenly."""
        try:
            async with Scanner(self._settings, fetch_bytes=FETCH_BYTES) as scanner:
                bounds = await scanner.bounds(self._topic)
                later = await scanner.first_at(self._topic, int(until.timestamp() * 1000)) if until else {}
                ends = {place: min(end, later.get(place, end)) for place, (_, end) in bounds.items()}
                share = self._most // max(1, len(bounds))
                starts = {place: max(first, ends[place] - share) for place, (first, _) in bounds.items()}
                found = []
                async for scanned in scanner.read(self._topic, since=starts, until=ends):
                    try:
                        found.append(read(scanned.record.value))
                    except Rejected:  # of a newer version: an action that we don't know
                        continue
        except Unavailable as error:
            raise KafkaAway(str(error)) from error
        return found, all(starts[place] <= first for place, (first, _) in bounds.items())
