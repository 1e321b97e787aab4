"""Messages as they were, with their own time → Kafka again, in order, with a bounded part of them under way.

A time that is yet to come, from a clock that was ahead, is given as now: Kafka takes nothing that is more
than an hour ahead of its own clock (`message.timestamp.after.max.ms`), and one such record would keep all
others from being copied.
"""

import asyncio
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from shared.kafka.clients import as_unavailable
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings

UNDER_WAY_BYTES = 16 * 2**20
"""Sent and not acknowledged: two digests of the largest size, or some hundreds of usual ones; more is not faster."""


class Resender:
    """An async context manager around a Sender; left without an error, everything that was sent is acknowledged."""

    def __init__(self, settings: KafkaSettings, *, rate: float = 0) -> None:
        """`rate` is in records a second; 0 sets no limit."""
        self._sender = Sender(settings, linger_ms=5)
        self._sending = partial(as_unavailable, settings, failing="did not take a record", advice="Run the same again: it goes on where it was")
        self._rate = rate
        self._under_way: deque[tuple[int, asyncio.Future[Any]]] = deque()
        self._bytes = 0
        self._sent = 0
        self._began = 0.0

    async def __aenter__(self) -> Self:
        async with self._sending():
            await self._sender.connect()
        self._began = asyncio.get_running_loop().time()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                await self.settle()
        finally:
            for _, sent in self._under_way:  # nobody asks for these any more
                sent.add_done_callback(lambda done: done.cancelled() or done.exception())
            await self._sender.close()

    async def send(self, message: Message) -> "asyncio.Future[Any]":
        """Send one and return what will say where it lies, after waiting where too many are under way; raises Unavailable when one was not taken."""
        if message.at is not None and message.at > datetime.now(UTC):
            message = replace(message, at=None)
        async with self._sending():
            sent = await self._sender.send(message)
        size = len(message.key or b"") + len(message.value or b"") + sum(len(data or b"") for _, data in message.headers)
        self._under_way.append((size, sent))
        self._bytes += size
        self._sent += 1
        await asyncio.sleep(0)  # putting a record into a buffer waits for nothing: the sender would have no turn
        while self._under_way and (self._bytes > UNDER_WAY_BYTES or self._under_way[0][1].done()):
            await self._first()
        if self._rate:
            ahead = self._sent / self._rate - (asyncio.get_running_loop().time() - self._began)
            if ahead > 0:
                await asyncio.sleep(ahead)
        return sent

    async def settle(self) -> None:
        """Return once all are acknowledged; raises Unavailable."""
        while self._under_way:
            await self._first()

    async def _first(self) -> None:
        size, sent = self._under_way.popleft()
        async with self._sending():
            await sent
        self._bytes -= size
