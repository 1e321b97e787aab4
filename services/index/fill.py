"""Indices that were made although the group had read on long before in, and filled from the topic's beginning: which partitions are to be read again.

An index that the indexer makes, or finds without its alias, carries a *fill* of its own in `_meta.fill`. Every commit carries, as Kafka's note beside
the offset, the fills of the pair of indices that it is about. An offset whose note names other fills says nothing of what these indices hold: its
partition is read from its beginning. Offset and note are one record of Kafka's, so a kill anywhere leaves each partition either still to be begun or
as far as it got, whoever reads on. A pair that `jianbao rebuild` has made was whole when it came in, so it has no fill and any offset holds for it.

Old versions of a digest that was withdrawn come before its withdrawal in the topic: `withdrawals_first` writes the withdrawals' manifests before
anything is read again, and their higher versions keep everything older out.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from uuid import uuid4

from aiokafka import OffsetAndMetadata, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from services.index.document import Documents
from services.index.reader import Kafka
from services.index.record import of_record
from services.index.writer import Writer
from shared.dead_letters.headers import SourceRecord
from shared.errors import Rejected
from shared.kafka.fills import holds
from shared.kafka.groups import Group, ask_group
from shared.kafka.scan import Scanner
from shared.log import get
from shared.settings import KafkaSettings
from shared.topics import Topics

log = get(__name__)

FETCH_BYTES = 4 * 2**20
"""Of each partition at once, as the indexer reads."""

AT_ONCE = 200
"""Withdrawals that are written in one go: manifests without items, some 100 kB."""

# A cheap look at the bytes first: withdrawals are few, and parsing is most of the work.
_WITHDRAWN = re.compile(rb'"withdrawn"\s*:\s*true')


Notes = Callable[[], Awaitable[Mapping[int, str]]]
"""Asks for what the group has committed beside its offsets, by partition; partitions without a commit are left out."""


async def no_notes() -> Mapping[int, str]:
    """Return what a group has that never committed."""
    return {}


def new() -> str:
    """Return a fill that no index had before."""
    return uuid4().hex


def unfilled(group: Group, bounds: Mapping[int, tuple[int, int]], fills: str) -> set[int]:
    """Return the partitions with records that are still to be read from their beginning. Pure."""
    return {partition for partition, (first, end) in bounds.items() if first < end and not holds(group.notes.get(partition), fills)}


def noted(offsets: Mapping[TopicPartition, int], fills: str) -> dict[TopicPartition, OffsetAndMetadata]:
    """Return offsets as they are committed for indices with these fills. Pure."""
    return {partition: OffsetAndMetadata(offset, fills) for partition, offset in offsets.items()}


@dataclass
class Doubts:
    """Partitions of which it is not known yet whether the group's offset holds for the indices that are written."""

    fills: str = ""
    """Of these indices"""
    notes: Notes = no_notes
    partitions: set[TopicPartition] = field(default_factory=set)

    def give(self, partitions: Set[TopicPartition]) -> None:
        """Doubt partitions that are given to us; of indices without a fill nothing is in doubt."""
        self.partitions |= partitions if self.fills else set()

    def take(self, partitions: Set[TopicPartition]) -> None:
        """Leave the doubt to whoever has them now."""
        self.partitions -= partitions

    async def settle(self, kafka: Kafka) -> list[TopicPartition]:
        """Go to the beginning of each whose offset is about other indices; which those are. Raises KafkaError.

        Committed first, then sought: whoever has the partition afterwards, however it moves meanwhile, begins there.
        """
        doubted, notes = self.partitions & kafka.assignment(), await self.notes()
        void = [each for each in sorted(doubted) if each.partition in notes and not holds(notes[each.partition], self.fills)]
        try:
            if void:
                log.warning("the index was made anew: reading the topic from its start", partitions=[each.partition for each in void])
                await kafka.commit(noted(await kafka.beginning_offsets(void), self.fills))
                await kafka.seek_to_beginning(*void)
        except (CommitFailedError, IllegalStateError) as error:
            log.warning("not begun anew: partitions moved, their new owner does it", error=str(error))
            return []
        self.partitions -= doubted
        return void


async def withdrawals_first(kafka: KafkaSettings, topics: Topics, writer: Writer, fills: str) -> int:
    """Write the last withdrawal of each digest that has one in an unfilled partition; how many there are. Raises Unavailable.

    Any number of indexers may do so at once; one that was killed midway does it again, as nothing of these partitions is committed before.
    """
    if not fills:
        return 0
    group = await ask_group(kafka, topics.index_group, topics.enriched.name)
    async with Scanner(kafka, fetch_bytes=FETCH_BYTES) as scanner:
        bounds = await scanner.bounds(topics.enriched.name)
        ends = {partition: bounds[partition][1] for partition in unfilled(group, bounds, fills)}
        if not ends:
            return 0
        log.info("filling the index from the topic's beginning: withdrawals first", partitions=sorted(ends))
        last: dict[str, Documents] = {}
        async for scanned in scanner.read(topics.enriched.name, until=ends):
            documents = withdrawal(scanned.record)
            if documents is not None and (documents.digest_id not in last or last[documents.digest_id].version <= documents.version):
                last[documents.digest_id] = documents
    for some in _some(list(last.values())):
        await writer.write(some)
    log.info("withdrawals are written", digests=len(last))
    return len(last)


def withdrawal(record: SourceRecord) -> Documents | None:
    """Return what a record says if it is a withdrawal. Pure."""
    if not _WITHDRAWN.search(record.value or b""):
        return None
    try:
        documents = of_record(record)
    except Rejected:
        return None
    return documents if documents.withdrawn else None


def _some(all_: list[Documents]) -> Iterable[list[Documents]]:
    return (all_[start : start + AT_ONCE] for start in range(0, len(all_), AT_ONCE))
