"""A digest's id, revision and time → its record in the raw topic, for a few at once."""

import asyncio
from typing import Protocol

from services.search.errors import KafkaAway
from shared.errors import Unavailable
from shared.kafka.originals import FETCH_BYTES, Original, find
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings

__all__ = ["KafkaOriginals", "Original", "Originals"]

SECONDS = 20.0
"""For all of it."""

AT_ONCE = 2
"""Looks: each holds connections and up to 8 MiB of a record."""


class Originals(Protocol):
    """Where raw records are read from."""

    async def find(self, digest_id: str, revision: int, *, at_ms: int, everywhere: bool) -> Original | None:
        """The record of that revision, which was received about `at_ms` (since 1970); None where there is none.

        Unless `everywhere`, it is looked for in the partition of its key alone. Raises KafkaAway.
        """


class KafkaOriginals:
    """The raw topic, by a client for each question: they are rare."""

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._places = asyncio.Semaphore(AT_ONCE)

    async def find(self, digest_id: str, revision: int, *, at_ms: int, everywhere: bool) -> Original | None:
        """As Originals says."""
        try:
            async with asyncio.timeout(SECONDS), self._places, Scanner(self._settings, fetch_bytes=FETCH_BYTES) as scanner:
                return await find(scanner, self._topic, digest_id, revision, at_ms=at_ms, everywhere=everywhere)
        except TimeoutError as error:
            raise KafkaAway(f"the original was not found in Kafka within {SECONDS:.0f} s; try again") from error
        except Unavailable as error:
            raise KafkaAway(str(error)) from error
