"""What is known of sources, kept up to date, and changes to it: the desk's Protocol and its implementation on Kafka."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from services.ingest.registry.found import Found
from shared.errors import Rejected
from shared.registry.entry import Entry
from shared.registry.follow import Registry
from shared.registry.listing import Listing
from shared.registry.register import Register
from shared.settings import CommonSettings, KafkaSettings

KNOWN_SECONDS = 10.0
"""For reading the registry before digests are taken: it has some records a source. Feeding goes on without it, as a
digest of a source that is off does less harm than one that is not taken."""


class SourceDesk(Protocol):
    """What the routes ask."""

    @property
    def listing(self) -> Listing:
        """What is known now."""

    def fed(self, source: str, by: str) -> None:
        """Note that a digest was fed: an unknown source gets its entry soon."""

    async def edit(self, source: str, edit: Callable[[Entry | None], Entry], *, by: str) -> Entry:
        """Change an entry; returns once it is acknowledged. Raises Unavailable, and Rejected as `edit` does."""


def check_on(listing: Listing, source: str) -> None:
    """Raise Rejected (`source_off`) where digests of the source are not taken. Pure."""
    if not listing.on(source):
        entry = listing.entries[source]
        when = f"since {entry.changed_at:%Y-%m-%d %H:%M} UTC, by {entry.by}"
        raise Rejected("source_off", f"the source {source} is switched off ({when}): switch it on first (jianbao source on {source})")


class KafkaSources:
    """The topic `sources.v1`."""

    def __init__(self, common: CommonSettings, kafka: KafkaSettings) -> None:
        """Connects to nothing."""
        self._registry = Registry(kafka, common.topics.sources, light=True)
        self._register = Register(common, kafka, topics_made=True)
        self._found = Found(self._make)

    @property
    def listing(self) -> Listing:
        """What was read so far."""
        return self._registry.listing

    def fed(self, source: str, by: str) -> None:
        """See SourceDesk."""
        if source not in self.listing.entries:
            self._found.note(source, by)

    async def edit(self, source: str, edit: Callable[[Entry | None], Entry], *, by: str) -> Entry:
        """See SourceDesk; what was changed is known here at once."""
        entry = await self._register.edit(source, edit, by=by)
        self.listing.note(entry)
        return entry

    async def ready(self) -> None:
        """Return once the registry is known, or after some seconds without it."""
        await self._registry.ready(seconds=KNOWN_SECONDS)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["KafkaSources"]:
        """Follow the topic, and make entries of sources that are fed first, while the block runs."""
        async with self._registry.following(), self._found.running():
            yield self

    async def _make(self, names: Mapping[str, str]) -> None:
        for entry in await self._register.found(names):
            self.listing.note(entry)
