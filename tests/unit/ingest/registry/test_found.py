"""Sources that were fed and are not known."""

import asyncio
from collections.abc import Mapping

from services.ingest.registry.found import MOST_WAITING, Found
from shared.errors import Unavailable


class Made:
    """Keeps what is to be made; fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.batches: asyncio.Queue[Mapping[str, str]] = asyncio.Queue()

    async def make(self, names: Mapping[str, str]) -> None:
        """One batch."""
        if self.failures:
            self.failures -= 1
            raise Unavailable("Kafka does not answer (fake)")
        await self.batches.put(names)


async def test_sources_are_noted_once_and_together() -> None:
    """By whoever fed each first."""
    made = Made()
    found = Found(made.make, gather=0)
    for source, by in (("周报", "key one"), ("日报", "key two"), ("周报", "key two")):
        found.note(source, by)
    async with found.running():
        assert await made.batches.get() == {"周报": "key one", "日报": "key two"}
        found.note("月报", "api")
        assert await made.batches.get() == {"月报": "api"}


async def test_what_fails_is_tried_again() -> None:
    """Nothing is fed meanwhile."""
    made = Made(failures=2)
    found = Found(made.make, gather=0, again=0)
    found.note("周报", "api")
    async with found.running():
        assert await made.batches.get() == {"周报": "api"}


async def test_not_more_wait_than_memory_is_meant_for() -> None:
    """Others come with their next digest."""
    made = Made()
    found = Found(made.make, gather=0)
    for number in range(MOST_WAITING + 5):
        found.note(f"s{number}", "api")
    async with found.running():
        assert len(await made.batches.get()) == MOST_WAITING
