"""What is known of sources, read from `sources.v1`, and changes to it: acknowledged, and no change of another person's lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shared import operations
from shared.kafka.clients import as_unavailable, ensure_topics
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.operations import Action, Operation, operator
from shared.registry.entry import ENTRY, FETCH, Entry, FetchState
from shared.registry.listing import Listing
from shared.settings import CommonSettings, KafkaSettings
from shared.sources import Source

M = TypeVar("M", Source, Entry)


@dataclass(frozen=True)
class Register:
    """The topic of what is known."""

    common: CommonSettings
    kafka: KafkaSettings

    async def listing(self) -> Listing:
        """All that is known; raises Unavailable."""
        async with Scanner(self.kafka) as scanner:
            return (await self._read(scanner))[0]

    async def all(self) -> dict[str, Source]:
        """What was taught, by source, forgotten ones too; raises Unavailable."""
        return (await self.listing()).taught

    async def change(
        self,
        source: str,
        action: Action,
        change: Callable[[Source | None], Source],
        *,
        by: str | None = None,
    ) -> Source:
        """Publish what `change` makes of what was taught; raises Unavailable, and Rejected as `change` does."""

        def made(listing: Listing) -> Source:
            return change(listing.taught.get(source))

        found = await self._publish(source, made)
        await self._record(action, source, by, f"knowledge {found.knowledge}, {len(found.examples)} examples")
        return found

    async def edit(
        self,
        source: str,
        edit: Callable[[Entry | None], Entry],
        *,
        action: Action | None = "edit",
        by: str | None = None,
    ) -> Entry:
        """Publish what `edit` makes of a source's entry; raises Unavailable, and Rejected as `edit` does.

        Without an action it is not put on record: an entry that the first digest of a source makes.
        """
        entry = await self._publish(ENTRY + source, lambda listing: edit(listing.entries.get(source)))
        if action is not None:
            await self._record(action, source, by, f"edition {entry.edition}")
        return entry

    async def keep(self, *states: FetchState) -> None:
        """Publish what fetching found; returns once it is acknowledged. Raises Unavailable."""
        topic = self.common.topics.sources.name
        async with as_unavailable(self.kafka, advice="Nothing was kept"), Sender(self.kafka) as sender:
            await sender.deliver([Message(topic, (FETCH + state.source).encode(), state.to_json()) for state in states])

    async def _publish(self, key: str, made: Callable[[Listing], M]) -> M:
        """Publish; of two records with one number the first holds: where somebody else was first, it is made again of theirs."""
        topic = self.common.topics.sources
        await ensure_topics(self.kafka, [topic, self.common.topics.operations])
        async with Scanner(self.kafka) as scanner, Sender(self.kafka) as sender:
            while True:
                listing, end = await self._read(scanner)
                found = made(listing)
                async with as_unavailable(self.kafka, advice="Nothing was changed"):
                    (place,) = await sender.deliver([Message(topic.name, key.encode(), found.to_json())])
                if not await self._between(scanner, key, end, place.offset):
                    return found

    async def _record(self, action: Action, source: str, by: str | None, detail: str) -> None:
        done = Operation(action=action, subject=source, by=by or operator(), detail=detail)
        await operations.keep(self.kafka, self.common.topics.operations.name, [done])

    async def _read(self, scanner: Scanner) -> tuple[Listing, int]:
        """What is known, and the offset behind the last record."""
        name = self.common.topics.sources.name
        bounds = await scanner.bounds(name)
        end = max((last for _, last in bounds.values()), default=0)
        listing = Listing()
        async for scanned in scanner.read(name, until={place: last for place, (_, last) in bounds.items()}):
            listing.learn(scanned.record.key, scanned.record.value)  # services say in their logs what is of another form
        return listing, end

    async def _between(self, scanner: Scanner, key: str, first: int, own: int) -> bool:
        """Whether another record of that key lies between what was read and our own."""
        if own <= first:
            return False
        name = self.common.topics.sources.name
        between = scanner.read(name, since={0: first}, until={0: own})
        return any([scanned.record.key == key.encode() async for scanned in between])
