"""Messages in, Kafka's answer for each out: every delivery is awaited and judged alone.

Faust's `topic.send` only warns of a delivery that failed, and commits the source record all the same.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared.errors import Misconfigured, Refused
from shared.kafka.refusals import advice
from shared.kafka.sender import Message, Sender

SECONDS = 90.0
"""A delivery fails after the producer's 30 s for metadata and 30 s for the batch; what takes longer than both hangs."""


class TooLarge(Exception):
    """Kafka refuses this message for its size and always will."""


class Publisher:
    """Sends messages; any failure but TooLarge closes the sender, so that it makes itself a fresh producer."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """Send in order and wait for all: None for each that Kafka has acknowledged, else the error.

        TooLarge is for good; any other error is worth another try. Never raises one of these.
        """
        results: list[Exception | None]
        try:
            async with asyncio.timeout(SECONDS):
                deliveries = [await self._send(message) for message in messages]
                results = [_judged(answer) for answer in await asyncio.gather(*deliveries, return_exceptions=True)]
        except (KafkaError, OSError, Misconfigured) as error:  # the last where a file of certificates is being replaced
            results = [_judged(error)] * len(messages)
        if any(result is not None and not isinstance(result, TooLarge) for result in results):
            await self.close()
        return results

    async def close(self) -> None:
        """Close the connections; the next message opens others."""
        await self._sender.close()

    async def _send(self, message: Message) -> "asyncio.Future[Any]":
        try:
            return await self._sender.send(message)
        except MessageSizeTooLargeError as error:
            delivery = asyncio.get_running_loop().create_future()
            delivery.set_exception(error)
            return delivery


def _judged(answer: object) -> Exception | None:
    if isinstance(answer, MessageSizeTooLargeError):
        return TooLarge(str(answer))
    if isinstance(answer, Exception):
        refused = advice(answer)
        return Refused(refused) if refused else answer
    if isinstance(answer, BaseException):
        raise answer
    return None
