"""Records as they were, with key, value, headers and time → Kafka again, in order, with a bounded part of them under way."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.errors import Unavailable
from shared.kafka.clients import end_producer, producer_options
from shared.settings import KafkaSettings

UNDER_WAY_BYTES = 16 * 2**20
"""Sent and not acknowledged: two digests of the largest size, or some hundreds of usual ones; more is not faster."""


class Resender:
    """An async context manager around an idempotent producer; left without an error, everything that was sent is acknowledged."""

    def __init__(self, settings: KafkaSettings, *, rate: float = 0) -> None:
        """`rate` is in records a second; 0 sets no limit."""
        self._settings = settings
        self._rate = rate
        self._producer: Any = None
        self._under_way: deque[tuple[int, asyncio.Future[Any]]] = deque()
        self._bytes = 0
        self._sent = 0
        self._began = 0.0

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(**producer_options(self._settings, linger_ms=5))
        try:
            await self._producer.start()
        except (KafkaError, OSError) as error:
            await end_producer(self._producer)
            raise self._away(error) from error
        self._began = asyncio.get_running_loop().time()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                await self.settle()
        finally:
            for _, sent in self._under_way:  # nobody asks for these any more
                sent.add_done_callback(lambda done: done.cancelled() or done.exception())
            await end_producer(self._producer)

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        at: datetime,
        partition: int | None = None,
    ) -> "asyncio.Future[Any]":
        """Send one and return what will say where it lies, after waiting where too many are under way; raises Unavailable when one was not taken."""
        try:
            sent = await self._producer.send(
                topic, value, key=key, headers=list(headers), timestamp_ms=round(at.timestamp() * 1000), partition=partition
            )
        except (KafkaError, OSError) as error:
            raise self._away(error) from error
        size = len(key or b"") + len(value or b"") + sum(len(data or b"") for _, data in headers)
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
        acknowledged: asyncio.Future[Any] = sent
        return acknowledged

    async def settle(self) -> None:
        """Return once all are acknowledged; raises Unavailable."""
        while self._under_way:
            await self._first()

    async def _first(self) -> None:
        size, sent = self._under_way.popleft()
        try:
            await sent
        except (KafkaError, OSError) as error:
            raise self._away(error) from error
        self._bytes -= size

    def _away(self, error: BaseException) -> Unavailable:
        reason = str(error) or type(error).__name__
        return Unavailable(
            f"Kafka at {self._settings.bootstrap_servers} did not take a record: {reason}. Run the same again: it goes on where it was"
        )
