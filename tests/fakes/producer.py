"""Kafka as producers see it, held in a list; a Sender takes `producer` for what makes its producers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from aiokafka.errors import KafkaConnectionError

from shared.dead_letters.headers import Headers
from shared.kafka.sender import Message

Refusal = Callable[[Message], Exception | None]


def _none(_message: Message) -> Exception | None:
    return None


@dataclass
class FakeKafka:
    """Keeps the messages that it acknowledges, and counts producers."""

    away: bool = False
    refuses: Refusal = _none
    """What it says instead of an acknowledgement"""
    refuses_at_once: Refusal = _none
    """What a producer says before it sends"""
    kept: list[Message] = field(default_factory=list)
    made: int = 0
    stopped: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    """Of the last producer"""

    def producer(self, **options: Any) -> "FakeProducer":
        """As AIOKafkaProducer is called."""
        self.made += 1
        self.options = options
        return FakeProducer(self)


class FakeProducer:
    """As much of AIOKafkaProducer as a Sender uses."""

    def __init__(self, kafka: FakeKafka) -> None:
        self.client = self._sender = SimpleNamespace(sender_task=None)
        self._kafka = kafka

    async def start(self) -> None:
        """Connect, unless Kafka is away."""
        if self._kafka.away:
            raise KafkaConnectionError("away")

    async def stop(self) -> None:
        """Counted."""
        self._kafka.stopped += 1

    async def send(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Headers, timestamp_ms: int | None, partition: int | None
    ) -> "asyncio.Future[Any]":
        """A future that has failed or says where the message lies."""
        at = None if timestamp_ms is None else datetime.fromtimestamp(timestamp_ms / 1000, UTC)
        message = Message(topic, key, value, tuple(headers), at, partition)
        if error := self._kafka.refuses_at_once(message):
            raise error
        delivery: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if error := self._kafka.refuses(message):
            delivery.set_exception(error)
        else:
            self._kafka.kept.append(message)
            delivery.set_result(SimpleNamespace(partition=partition or 0, offset=len(self._kafka.kept)))
        return delivery
