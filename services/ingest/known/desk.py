"""Digest ids → the last that is known of each: by the index, and by what is on its way to it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.ingest.withdraw import Desk
from shared.errors import Unavailable
from shared.operations import Operation
from shared.records import RawDigest

AT_ONCE = 2
"""Looks at what is under way: each holds connections to Kafka and some MiB. Who finds no room and has the digest in the index goes without."""


class Index(Protocol):
    """What is in the index."""

    async def get(self, digest_id: str) -> RawDigest | None:
        """What the index knows of a digest; raises Unavailable."""


class UnderWay(Protocol):
    """What is not in the index yet, or could not get there."""

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """Those that are found; raises Unavailable."""


@dataclass(frozen=True)
class KnownDesk:
    """Knows digests without reading the archive; `archive` keeps the record, and with `whole` is read where nobody else can tell."""

    index: Index
    under_way: UnderWay
    archive: Desk
    whole: bool = False
    _looks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """The last of each digest that is known; raises Unavailable where that can't be told for sure."""
        known: dict[str, RawDigest] = {}
        unsure: list[str] = []
        for digest_id in digest_ids:
            try:
                found = await self._one(digest_id)
            except Unavailable:
                if not self.whole:
                    raise
                found = None
            if found is not None:
                known[digest_id] = found
            else:
                unsure.append(digest_id)
        if unsure and self.whole:
            known |= await self.archive.latest(unsure)
        return known

    async def keep(self, operations: Sequence[Operation]) -> None:
        """Put on record who did what; raises Unavailable."""
        await self.archive.keep(operations)

    async def _one(self, digest_id: str) -> RawDigest | None:
        away = None
        try:
            indexed = await self.index.get(digest_id)
        except Unavailable as error:
            indexed, away = None, error
        stands = indexed is not None and not indexed.withdrawn
        try:
            newer = await self._under_way(digest_id)
        except Unavailable:
            if stands:
                return indexed  # what is under way is older than the withdrawal, unless another machine's clock is ahead
            raise
        if away is not None:
            # What is under way and stands was received; anything else may be otherwise in the index.
            if newer is None or newer.withdrawn:
                raise away
            return newer
        indexed = await self.index.get(digest_id)  # another revision may have got there while we looked elsewhere
        return max((one for one in (indexed, newer) if one is not None), key=lambda one: one.revision, default=None)

    async def _under_way(self, digest_id: str) -> RawDigest | None:
        if self._looks.locked():
            raise Unavailable("others are being looked for in Kafka at the moment; try again soon", retry_after=2)
        async with self._looks:
            return (await self.under_way.latest([digest_id])).get(digest_id)
