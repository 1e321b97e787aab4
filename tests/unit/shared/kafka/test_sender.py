"""When a sender connects, what it sends, and what is left of it after a failure."""

from datetime import UTC, datetime

import pytest
from aiokafka.errors import KafkaConnectionError, OutOfOrderSequenceNumber

from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from tests.fakes.producer import FakeKafka

AT = datetime(2026, 2, 6, 1, 2, 3, 4000, tzinfo=UTC)
MESSAGES = [Message("t", b"k", "昆山".encode(), (("digest", b"{}"),), AT, 1), Message("t", b"k", None)]


async def test_it_connects_with_the_first_message_and_stays_connected() -> None:
    """By a producer that loses nothing; each message as it is, in order, and where it lies."""
    kafka = FakeKafka()
    sender = Sender(KafkaSettings(), linger_ms=5, make=kafka.producer)
    assert kafka.made == 0
    assert [(place.partition, place.offset) for place in await sender.deliver(MESSAGES)] == [(1, 1), (0, 2)]
    await sender.deliver([])
    assert (kafka.kept, kafka.made, kafka.stopped) == (MESSAGES, 1, 0)
    assert [kafka.options[name] for name in ("acks", "enable_idempotence", "linger_ms")] == ["all", True, 5]


async def test_as_a_context_manager_it_connects_at_once_and_closes() -> None:
    """Also where nothing is sent."""
    kafka = FakeKafka()
    async with Sender(KafkaSettings(), make=kafka.producer):
        assert kafka.made == 1
    assert kafka.stopped == 1


async def test_a_failure_is_raised_as_it_comes_and_a_closed_sender_goes_on_by_a_fresh_producer() -> None:
    """Until it is closed it keeps the producer: whether that can still be used is for who sends to say."""
    kafka = FakeKafka(refuses=lambda message: OutOfOrderSequenceNumber() if message.value is None else None)
    sender = Sender(KafkaSettings(), make=kafka.producer)
    with pytest.raises(OutOfOrderSequenceNumber):
        await sender.deliver(MESSAGES)
    await sender.close()
    await sender.close()
    await sender.deliver(MESSAGES[:1])
    assert (kafka.made, kafka.stopped) == (2, 1)


async def test_where_connecting_fails_nothing_is_left_open() -> None:
    """And the next message tries again."""
    kafka = FakeKafka(away=True)
    sender = Sender(KafkaSettings(), make=kafka.producer)
    with pytest.raises(KafkaConnectionError):
        await sender.deliver(MESSAGES)
    assert (kafka.made, kafka.stopped) == (1, 1)
    kafka.away = False
    await sender.deliver(MESSAGES)
    assert kafka.kept == MESSAGES
