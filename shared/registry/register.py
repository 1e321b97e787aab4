"""What is known of sources, read from `sources.v1`, and changes to it: acknowledged, and no change of another person's lost.

Of two records with one number, which two people wrote at once, the first holds. As the topic is compacted, the later
one must not stay the newest of its key: whoever wrote it writes what holds once more.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from shared import operations, sources
from shared.errors import Rejected
from shared.kafka.clients import as_unavailable, ensure_topics
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.operations import Action, Operation, operator
from shared.registry import edit as edits
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
    topics_made: bool = False
    """Whether the topics are there for sure, as for a service, which may not make or examine them"""

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
        """Publish what `change` makes of what was taught; raises Unavailable, and Rejected as `change` does.

        Sources that are split as this one follow it. Raises Rejected (`has_profile`) where it is split as another.
        """

        def made(listing: Listing) -> Source:
            entry = listing.entries.get(source)
            if entry is not None and entry.profile is not None:
                why = f"digests of {source} are split by the examples of {entry.profile}: teach that one"
                raise Rejected("has_profile", f"{why}, or take the profile off {source} (jianbao source set)")
            return change(listing.taught.get(source))

        known = await self._publish(source, made)
        await self._record(action, source, by, f"knowledge {known.knowledge}, {len(known.examples)} examples")
        await self._apply(lambda listing: [one.source for one in listing.entries.values() if one.profile == source])
        return known

    async def edit(
        self,
        source: str,
        edit: Callable[[Entry | None], Entry],
        *,
        action: Action | None = "edit",
        by: str | None = None,
    ) -> Entry:
        """Publish what `edit` makes of a source's entry, and of it what changes how its digests are enriched.

        Raises Unavailable, Rejected as `edit` does, and BadField for a profile that leads nowhere. Without an action
        it is not put on record.
        """

        def made(listing: Listing) -> Entry:
            entry = edit(listing.entries.get(source))
            edits.check_profile(entry, listing)
            return entry

        entry = await self._publish(ENTRY + source, made)
        if action is not None:
            await self._record(action, source, by, f"edition {entry.edition}")
        await self._apply(lambda _: [source])
        return entry

    async def found(self, names: Mapping[str, str], *, at: datetime | None = None) -> list[Entry]:
        """Make entries of those of the sources that have none, by whoever fed them first; the new ones.

        Raises Unavailable.
        """
        at = at or datetime.now(UTC)
        await self._ensure()
        async with Scanner(self.kafka) as scanner, Sender(self.kafka) as sender:
            listing, _ = await self._read(scanner)
            new = {name: edits.found(name, at, by) for name, by in names.items() if name not in listing.entries}
            written = new
            while written:
                await self._deliver(sender, written.values())
                listing, _ = await self._read(scanner)
                # Whoever edited one of them meanwhile was perhaps first: what holds is then written last.
                held = {name: listing.entries.get(name, entry) for name, entry in written.items()}
                written = {name: entry for name, entry in held.items() if entry != written[name]}
        return [entry for name, entry in new.items() if listing.entries.get(name) == entry]

    async def keep(self, *states: FetchState) -> None:
        """Publish what fetching found; returns once it is acknowledged. Raises Unavailable."""
        topic = self.common.topics.sources.name
        async with as_unavailable(self.kafka, advice="Nothing was kept"), Sender(self.kafka) as sender:
            await sender.deliver([Message(topic, (FETCH + state.source).encode(), state.to_json()) for state in states])

    async def _apply(self, chosen: Callable[[Listing], list[str]]) -> None:
        """Publish what the entries of some sources say of how their digests are enriched, where it is news."""
        listing = await self.listing()
        for name in chosen(listing):
            if derived(listing, name) is not None:
                with suppress(_NothingNew):
                    await self._publish(name, partial(_news, name))

    async def _publish(self, key: str, made: Callable[[Listing], M]) -> M:
        """Publish; where somebody else was first it is made again of theirs."""
        topic = self.common.topics.sources
        await self._ensure()
        late = False
        async with Scanner(self.kafka) as scanner, Sender(self.kafka) as sender:
            while True:
                listing, end = await self._read(scanner)
                refused: Rejected | None = None
                record: M | None = None
                try:
                    record = made(listing)
                except Rejected as error:
                    if not late:
                        raise
                    refused = error
                value = (record or _held(listing, key)).to_json()
                async with as_unavailable(self.kafka, advice="Nothing was changed"):
                    (place,) = await sender.deliver([Message(topic.name, key.encode(), value)])
                if not await self._between(scanner, key, end, place.offset):
                    if record is None:
                        assert refused is not None
                        raise refused
                    return record
                # What came between may be older ones that somebody wrote once more, and ours holds all the same.
                if record is not None and _holds(record, (await self._read(scanner, until=place.offset + 1))[0], key):
                    return record
                late = True

    async def _ensure(self) -> None:
        if not self.topics_made:
            await ensure_topics(self.kafka, [self.common.topics.sources, self.common.topics.operations])

    async def _deliver(self, sender: Sender, entries: Collection[Entry]) -> None:
        topic = self.common.topics.sources.name
        async with as_unavailable(self.kafka, advice="Nothing was changed"):
            await sender.deliver([Message(topic, (ENTRY + one.source).encode(), one.to_json()) for one in entries])

    async def _record(self, action: Action, source: str, by: str | None, detail: str) -> None:
        done = Operation(action=action, subject=source, by=by or operator(), detail=detail)
        await operations.keep(self.kafka, self.common.topics.operations.name, [done])

    async def _read(self, scanner: Scanner, *, until: int | None = None) -> tuple[Listing, int]:
        """What is known (`until`: what was before that offset), and the offset behind the last record."""
        name = self.common.topics.sources.name
        bounds = await scanner.bounds(name)
        end = max((last for _, last in bounds.values()), default=0) if until is None else until
        listing = Listing()
        async for scanned in scanner.read(name, until=dict.fromkeys(bounds, end)):
            # Services say in their logs what is of another form.
            listing.learn(scanned.record.key, scanned.record.value)
        return listing, end

    async def _between(self, scanner: Scanner, key: str, first: int, own: int) -> bool:
        """Whether another record of that key lies between what was read and our own."""
        if own <= first:
            return False
        name = self.common.topics.sources.name
        between = scanner.read(name, since={0: first}, until={0: own})
        return any([scanned.record.key == key.encode() async for scanned in between])


def derived(listing: Listing, source: str) -> Source | None:
    """What a source's entry says of how its digests are enriched, None where that is known already. Pure.

    Raises Rejected (`knowledge_full`).
    """
    entry, known = listing.entries.get(source), listing.taught.get(source)
    if entry is None:
        return None
    profile = listing.taught.get(entry.profile) if entry.profile else None
    if entry.profile and profile is None:
        profile = Source(source=entry.profile, knowledge=1)  # nothing was taught of it yet
    return sources.said(
        known,
        source,
        taxonomy=entry.taxonomy,
        region=entry.region,
        base_url=entry.base_url,
        profile=profile,
    )


class _NothingNew(Rejected):
    """Somebody else has just written the same."""


def _news(source: str, listing: Listing) -> Source:
    if (found := derived(listing, source)) is None:
        raise _NothingNew("nothing_new", f"what is known of {source} is as its entry says")
    return found


def _holds(record: Source | Entry, listing: Listing, key: str) -> bool:
    known = listing.entries.get(key.removeprefix(ENTRY)) if key.startswith(ENTRY) else listing.taught.get(key)
    return known == record


def _held(listing: Listing, key: str) -> Source | Entry:
    return listing.entries[key.removeprefix(ENTRY)] if key.startswith(ENTRY) else listing.taught[key]
