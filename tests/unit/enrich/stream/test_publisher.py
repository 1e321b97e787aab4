"""Every delivery is awaited and judged alone, and a producer that failed is not used again."""

import asyncio
from typing import Any

from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from services.enrich.stream.publisher import Message, Publisher, TooLarge


class FakeProducer:
    """Acknowledges what it is sent, but for values that `fails` names; counts what was made and stopped."""

    made = 0
    stopped = 0
    away = False

    def __init__(self, fails: dict[bytes, Exception]) -> None:
        self._fails = fails

    async def start(self) -> None:
        """Connect, unless the broker is away."""
        if FakeProducer.away:
            raise KafkaConnectionError("no broker")

    async def stop(self) -> None:
        """Close."""
        FakeProducer.stopped += 1

    async def send(self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> "asyncio.Future[Any]":
        """A future that is done; sizes are refused at once, as aiokafka does."""
        error = self._fails.pop(value, None)
        if isinstance(error, MessageSizeTooLargeError) and value == b"client":
            raise error
        delivery: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if error is None:
            delivery.set_result(topic)
        else:
            delivery.set_exception(error)
        return delivery


def publisher(fails: dict[bytes, Exception] | None = None, *, away: bool = False) -> Publisher:
    """A publisher on fake producers."""
    FakeProducer.made = FakeProducer.stopped = 0
    FakeProducer.away = away

    def make() -> FakeProducer:
        FakeProducer.made += 1
        return FakeProducer(fails or {})

    return Publisher({}, make=make)


def messages(*values: bytes) -> list[Message]:
    """Messages of these values."""
    return [Message("topic", b"key", value, (("digest_version", b"1"),)) for value in values]


async def test_all_acknowledged() -> None:
    """None for each, and the producer is kept."""
    found = publisher()
    assert await found.publish(messages(b"1", b"2")) == [None, None]
    assert await found.publish(messages(b"3")) == [None]
    assert FakeProducer.made == 1


async def test_sizes_are_refused_for_good_alone() -> None:
    """Whether the client or the broker says so; the producer is fine."""
    found = publisher({b"client": MessageSizeTooLargeError(), b"broker": MessageSizeTooLargeError()})
    results = await found.publish(messages(b"1", b"client", b"2", b"broker"))
    assert [type(result) for result in results] == [type(None), TooLarge, type(None), TooLarge]
    assert (FakeProducer.made, FakeProducer.stopped) == (1, 0)


async def test_a_fresh_producer_after_a_failure() -> None:
    """A sequence out of order is for good for this producer; the next call has another."""
    found = publisher({b"2": OutOfOrderSequenceNumber()})
    results = await found.publish(messages(b"1", b"2"))
    assert [type(result) for result in results] == [type(None), OutOfOrderSequenceNumber]
    assert FakeProducer.stopped == 1
    assert await found.publish(messages(b"2")) == [None]
    assert FakeProducer.made == 2


async def test_broker_away() -> None:
    """No connection is the answer for every message; nothing is raised and nothing left open."""
    found = publisher(away=True)
    results = await found.publish(messages(b"1", b"2"))
    assert [type(result) for result in results] == [KafkaConnectionError, KafkaConnectionError]
    assert FakeProducer.stopped == FakeProducer.made == 1
    FakeProducer.away = False
    assert await found.publish(messages(b"1")) == [None]
