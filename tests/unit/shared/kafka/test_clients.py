"""Ending a producer: at once where it can, in bounded time where the broker is away."""

import asyncio
from types import SimpleNamespace
from typing import Any

from shared.kafka import clients as kafka


class Producer:
    """As aiokafka's: a sender that goes on trying, and a stop that waits for what is not delivered."""

    def __init__(self, *, away: bool) -> None:
        self.ended = False
        self._away = away
        self._sender = SimpleNamespace(sender_task=asyncio.create_task(asyncio.Event().wait()))
        self.client = SimpleNamespace(close=self._close)

    async def stop(self) -> None:
        """For ever while the broker is away."""
        if self._away:
            await asyncio.Event().wait()
        self._sender.sender_task.cancel()
        self.ended = True

    async def _close(self) -> None:
        self.ended = True

    @property
    def sender(self) -> "asyncio.Task[Any]":
        """The task that must not stay behind."""
        task: asyncio.Task[Any] = self._sender.sender_task
        return task


async def test_a_producer_is_ended() -> None:
    """By its own stop."""
    producer = Producer(away=False)
    await kafka.end_producer(producer)
    await asyncio.wait([producer.sender], timeout=10)
    assert (producer.ended, producer.sender.cancelled()) == (True, True)


async def test_a_producer_whose_broker_is_away_is_ended_too(monkeypatch: Any) -> None:
    """Neither its sender nor its connections stay behind, and nobody waits for the broker."""
    monkeypatch.setattr(kafka, "END_SECONDS", 0.01)
    producer = Producer(away=True)
    async with asyncio.timeout(10):
        await kafka.end_producer(producer)
    assert (producer.ended, producer.sender.done()) == (True, True)
