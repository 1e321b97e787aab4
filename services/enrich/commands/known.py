"""What is known of sources, read from `sources.v1`, and changes to it: acknowledged, and no change of another person's lost."""

from collections.abc import Callable
from dataclasses import dataclass

from shared import operations, sources
from shared.errors import Rejected
from shared.kafka.clients import as_unavailable, ensure_topics
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.operations import Action, Operation, operator
from shared.settings import CommonSettings, KafkaSettings
from shared.sources import Source

Change = Callable[[Source | None], Source]
"""What was known → what is known then."""


@dataclass(frozen=True)
class Register:
    """The topic of what is known."""

    common: CommonSettings
    kafka: KafkaSettings

    async def all(self) -> dict[str, Source]:
        """By source, forgotten ones too; raises Unavailable."""
        async with Scanner(self.kafka) as scanner:
            return (await self._read(scanner))[0]

    async def change(self, source: str, action: Action, change: Change) -> Source:
        """Publish what `change` makes of what is known, on record; raises Unavailable, and Rejected as `change` does.

        Of two records with one number the first holds: where somebody else was first, it is done again on what they left.
        """
        topic = self.common.topics.sources
        await ensure_topics(self.kafka, [topic, self.common.topics.operations])
        async with Scanner(self.kafka) as scanner, Sender(self.kafka) as sender:
            while True:
                known, end = await self._read(scanner)
                found = change(known.get(source))
                async with as_unavailable(self.kafka, advice="Nothing was changed"):
                    (place,) = await sender.deliver([Message(topic.name, source.encode(), found.to_json())])
                if not await self._between(scanner, source, end, place.offset):
                    break
            done = f"knowledge {found.knowledge}, {len(found.examples)} examples"
            await operations.keep(
                self.kafka, self.common.topics.operations.name, [Operation(action=action, subject=source, by=operator(), detail=done)]
            )
        return found

    async def _read(self, scanner: Scanner) -> tuple[dict[str, Source], int]:
        """The newest record of each source, and the offset behind the last."""
        name = self.common.topics.sources.name
        bounds = await scanner.bounds(name)
        end = max((last for _, last in bounds.values()), default=0)
        found: dict[str, Source] = {}
        async for scanned in scanner.read(name, until={place: last for place, (_, last) in bounds.items()}):
            try:
                one = sources.read(scanned.record.value)
            except Rejected:
                continue  # of another form: services say so in their logs
            if one.knowledge > (found[one.source].knowledge if one.source in found else 0):
                found[one.source] = one
        return found, end

    async def _between(self, scanner: Scanner, source: str, first: int, own: int) -> bool:
        """Whether another record of the source lies between what was read and our own."""
        if own <= first:
            return False
        name = self.common.topics.sources.name
        return any([scanned.record.key == source.encode() async for scanned in scanner.read(name, since={0: first}, until={0: own})])
