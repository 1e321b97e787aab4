"""The raw topic and the index → a digest's bytes, and whether it is held."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from services.ingest.known.manifests import Manifests
from services.ingest.release.release import Indexed
from shared.errors import Unavailable
from shared.kafka.originals import FETCH_BYTES, Original, find
from shared.kafka.scan import Scanner
from shared.records import RawDigest
from shared.settings import KafkaSettings

SECONDS = 30.0
"""For finding a digest's bytes: some ms where its time tells its place, else a partition is read."""

AT_ONCE = 2
"""Looks: each holds connections and up to 8 MiB of a record."""


@dataclass(frozen=True)
class KafkaShelf:
    """The raw topic and the manifests."""

    settings: KafkaSettings
    topic: str
    manifests: Manifests
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def original(self, digest: RawDigest) -> Original | None:
        """As Shelf says."""
        at_ms = min(digest.revision, round(digest.received_at.timestamp() * 1000))
        try:
            async with asyncio.timeout(SECONDS), self._places, Scanner(self.settings, fetch_bytes=FETCH_BYTES) as scanner:
                return await find(scanner, self.topic, digest.digest_id, digest.revision, at_ms=at_ms, everywhere=True)
        except TimeoutError:
            raise Unavailable(f"the digest's bytes were not found in Kafka within {SECONDS:g} s; try again") from None

    async def indexed(self, digest_id: str) -> Indexed | None:
        """As Shelf says."""
        with contextlib.suppress(Unavailable):
            found = await self.manifests.held(digest_id)
            return Indexed(*found) if found is not None else None
        return None
