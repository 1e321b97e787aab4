"""Messages in, sent to Kafka by an idempotent producer, and where each lies out, once all replicas have acknowledged it.

The producer connects with the first message. After a failure close it: idempotence errors (a sequence out of order after a failover, the gap that
a failed batch leaves) are for good for a producer, telling which are is guesswork, and a fresh one costs one round trip.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from aiokafka import AIOKafkaProducer

from shared.dead_letters.headers import Headers
from shared.kafka.clients import end_producer, producer_options
from shared.settings import KafkaSettings


@dataclass(frozen=True)
class Message:
    """A record to send."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    at: datetime | None = None
    """Its producer's time; None for now"""
    partition: int | None = None
    """None for the one that the key says"""


class Sender:
    """Used as it is, or as an async context manager that connects at once and closes; raises KafkaError and OSError as they come."""

    def __init__(self, settings: KafkaSettings, *, linger_ms: int = 0, make: Callable[..., Any] = AIOKafkaProducer) -> None:
        """Connects to nothing; `linger_ms` is as of `producer_options`, `make` what makes a producer of such options."""
        self._settings = settings
        self._linger_ms = linger_ms
        self._make = make
        self._producer: Any = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    @property
    def client(self) -> Any:
        """The connected producer's own client, for questions about topics."""
        return self._producer.client

    async def connect(self) -> None:
        """Return once connected; leaves nothing open where that fails. Not to be called by two at once."""
        if self._producer is not None:
            return
        producer = self._make(**producer_options(self._settings, linger_ms=self._linger_ms))
        try:
            await producer.start()
        except BaseException:
            await end_producer(producer)
            raise
        self._producer = producer

    async def send(self, message: Message) -> "asyncio.Future[Any]":
        """Put a message into the producer's buffer; return what will say where it lies, or raise why it does not."""
        await self.connect()
        sent: asyncio.Future[Any] = await self._producer.send(
            message.topic,
            message.value,
            key=message.key,
            headers=list(message.headers),
            timestamp_ms=None if message.at is None else round(message.at.timestamp() * 1000),
            partition=message.partition,
        )
        return sent

    async def deliver(self, messages: Iterable[Message]) -> list[Any]:
        """Send in order, and return partition and offset of each once all are acknowledged."""
        return await asyncio.gather(*[await self.send(message) for message in messages])

    async def close(self) -> None:
        """Close the connections in bounded time; the next message opens others."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await end_producer(producer)
