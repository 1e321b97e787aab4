"""The registry as a service follows it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.errors import Unavailable
from shared.registry import follow
from shared.registry.follow import Registry
from shared.settings import KafkaSettings
from shared.topics import Topics


class Kafka:
    """An empty topic, once it is there."""

    def __init__(self) -> None:
        self.there = False
        self.asked = asyncio.Event()

    @asynccontextmanager
    async def scanner(self, _settings: KafkaSettings) -> AsyncIterator["Kafka"]:
        """Raises Unavailable before."""
        self.asked.set()
        if not self.there:
            raise Unavailable("Kafka does not answer (fake)")
        yield self

    async def bounds(self, _topic: str) -> dict[int, tuple[int, int]]:
        """Nothing in it."""
        return {0: (0, 0)}


async def test_what_is_known_is_complete_once_all_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while Kafka is away: then nothing is known of any source."""
    kafka = Kafka()
    monkeypatch.setattr(follow, "Scanner", kafka.scanner)
    monkeypatch.setattr(follow, "LOOK_SECONDS", 0.001)
    registry = Registry(KafkaSettings(), Topics().sources)

    async with registry.following():
        await kafka.asked.wait()
        assert not registry.listing.complete
        kafka.there = True
        assert await registry.ready(seconds=10)
        assert registry.listing.complete
