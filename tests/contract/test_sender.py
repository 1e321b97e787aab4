"""One body of tests for a sender to the fake Kafka and to a real one: what it delivers can be read back as it was."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from shared.kafka.clients import ensure_topics
from shared.kafka.scan import Scanner
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.fakes.producer import FakeKafka

AT = datetime(2026, 2, 6, 1, 2, 3, 4000, tzinfo=UTC)
TOO_LARGE = 21 * 2**20
"""More than a producer of ours sends"""


@dataclass(frozen=True)
class Subject:
    """A sender and what can be read of what it sent."""

    sender: Sender
    topic: str
    read: Callable[[], Awaitable[list[Message]]]


@pytest.fixture(params=["fake", pytest.param("kafka", marks=pytest.mark.connected)])
async def subject(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Subject]:
    """To the fake, or to Kafka on the run's engines."""
    topic = Topics(namespace).dead
    if request.param == "fake":
        fake = FakeKafka(refuses_at_once=lambda message: MessageSizeTooLargeError() if len(message.value or b"") > 20 * 2**20 else None)

        async def kept() -> list[Message]:
            return fake.kept

        async with Sender(KafkaSettings(), make=fake.producer) as sender:
            yield Subject(sender, topic.name, kept)
        return
    engines: RunningEngines = request.getfixturevalue("engines")
    settings = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=2)
    await ensure_topics(settings, [topic])

    async def scanned() -> list[Message]:
        async with Scanner(settings) as scanner:
            return [
                Message(topic.name, found.record.key, found.record.value, found.record.headers, found.at, found.record.partition)
                async for found in scanner.read(topic.name)
            ]

    async with Sender(settings, linger_ms=5) as sender:
        yield Subject(sender, topic.name, scanned)


@pytest.fixture(params=["fake", "kafka"])
def away(request: pytest.FixtureRequest, unused_tcp_port: int) -> Sender:
    """The same two with nothing to connect to; a closed port needs no engine."""
    if request.param == "fake":
        return Sender(KafkaSettings(), make=FakeKafka(away=True).producer)
    return Sender(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}"))


async def test_what_is_delivered_is_there_as_it_was(subject: Subject) -> None:
    """Key, bytes, headers, time and partition, in order; each acknowledgement says where."""
    messages = [
        Message(subject.topic, b"k", "昆山".encode("gb18030"), (("digest", "头".encode()), ("trace", b"")), AT, 1),
        Message(subject.topic, None, b"second", (), AT, 1),
        Message(subject.topic, b"gone", None, (), AT, 1),
    ]
    places = await subject.sender.deliver(messages)
    assert [place.partition for place in places] == [1, 1, 1]
    assert [place.offset - places[0].offset for place in places] == [0, 1, 2]
    assert await subject.read() == messages


async def test_what_is_too_large_is_refused_alone(subject: Subject) -> None:
    """Before it is sent; the next goes through by the same producer."""
    with pytest.raises(MessageSizeTooLargeError):
        await subject.sender.send(Message(subject.topic, b"k", bytes(TOO_LARGE)))
    await subject.sender.deliver([Message(subject.topic, b"k", b"next", (), AT, 0)])
    assert [message.value for message in await subject.read()] == [b"next"]


async def test_nobody_there_is_an_error_each_time(away: Sender) -> None:
    """With nothing left open."""
    for _ in range(2):
        with pytest.raises(KafkaConnectionError):
            await away.deliver([Message("t", b"k", b"v")])
