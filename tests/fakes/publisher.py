"""A Publisher that keeps what it is given in a list; held to the same tests as Kafka's (tests/contract/test_publisher.py)."""

import asyncio

from shared.dead_letters.headers import Headers
from shared.errors import Unavailable
from shared.records import DIGEST_HEADER, RawDigest


class FakePublisher:
    """`away` says that Kafka is not there; `gate`, where set, is waited for before a record counts as acknowledged."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.gate: asyncio.Event | None = None
        self.arrived: asyncio.Queue[RawDigest] = asyncio.Queue()
        """What came to the gate"""
        self.published: list[tuple[RawDigest, bytes]] = []
        self.records: list[tuple[bytes, bytes, dict[str, bytes]]] = []

    async def publish(self, raw: RawDigest, content: bytes, further: Headers = ()) -> RawDigest:
        """Keep the record."""
        await self.check()
        if self.gate is not None:
            await self.arrived.put(raw)
            await self.gate.wait()
        self.published.append((raw, content))
        self.records.append((raw.digest_id.encode(), content, {DIGEST_HEADER: raw.to_json(), **dict(further)}))
        return raw

    async def check(self) -> None:
        """Raise Unavailable while away."""
        if self.away:
            raise Unavailable("Kafka does not answer (fake)", retry_after=7)
