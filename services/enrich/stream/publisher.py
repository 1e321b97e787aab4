"""Messages in, Kafka's answer for each out: an idempotent producer of our own, in which every delivery is awaited.

Faust's `topic.send` only warns of a delivery that failed, and commits the source record all the same.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared import log
from shared.kafka.clients import end_producer

logger = log.get(__name__)

SECONDS = 90.0
"""A delivery fails after the producer's 30 s for metadata and 30 s for the batch; what takes longer than both hangs."""


@dataclass(frozen=True)
class Message:
    """A record to send."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class TooLarge(Exception):
    """Kafka refuses this message for its size and always will."""


class Publisher:
    """Sends messages; makes itself a fresh producer after any failure."""

    def __init__(self, options: Mapping[str, Any], *, make: Callable[..., Any] = AIOKafkaProducer) -> None:
        """`options` as of shared.kafka.clients.producer_options; nothing is connected before the first message."""
        self._options = options
        self._make = make
        self._producer: Any = None

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send in order and wait for all: None for each that Kafka has acknowledged, else the error.

        TooLarge is for good; any other error is worth another try. Never raises one of these.
        """
        results: list[Exception | None] = [TimeoutError(f"no answer from Kafka within {SECONDS:g} s")] * len(messages)
        try:
            async with asyncio.timeout(SECONDS):
                if self._producer is None:
                    self._producer = await self._connected()
                deliveries: list[asyncio.Future[Any]] = []
                for message in messages:
                    deliveries.append(await self._send(message))
                answers = await asyncio.gather(*deliveries, return_exceptions=True)
                results = [_judged(answer) for answer in answers]
        except (KafkaError, OSError, TimeoutError) as error:
            results = [result and error for result in results]
        if any(result is not None and not isinstance(result, TooLarge) for result in results):
            # Idempotence errors (a sequence out of order after a failover) are for good for this producer, and telling which
            # are is guesswork; another costs one round trip.
            await self.close()
        return results

    async def close(self) -> None:
        """Close the connections; the next message opens others."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await end_producer(producer)

    async def _connected(self) -> Any:
        producer = self._make(**self._options)
        try:
            await producer.start()
        except BaseException:
            await end_producer(producer)
            raise
        return producer

    async def _send(self, message: Message) -> asyncio.Future[Any]:
        try:
            delivery: asyncio.Future[Any] = await self._producer.send(
                message.topic, key=message.key, value=message.value, headers=list(message.headers)
            )
        except MessageSizeTooLargeError as error:
            delivery = asyncio.get_running_loop().create_future()
            delivery.set_exception(error)
        return delivery


def _judged(answer: object) -> Exception | None:
    if isinstance(answer, MessageSizeTooLargeError):
        return TooLarge(str(answer))
    if isinstance(answer, Exception):
        return answer
    if isinstance(answer, BaseException):
        raise answer
    return None
