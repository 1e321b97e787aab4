"""Every delivery is awaited and judged alone, and a producer that failed is not used again."""

from pathlib import Path

from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from services.enrich.stream.publisher import Publisher, TooLarge
from shared.errors import Misconfigured
from shared.kafka.sender import Message, Sender
from shared.settings import KafkaSettings
from tests.fakes.producer import FakeKafka


def publisher(kafka: FakeKafka) -> Publisher:
    """A publisher on fake producers."""
    return Publisher(Sender(KafkaSettings(), make=kafka.producer))


def messages(*values: bytes) -> list[Message]:
    """Messages of these values."""
    return [Message("topic", b"key", value, (("digest_version", b"1"),)) for value in values]


async def test_all_acknowledged() -> None:
    """None for each, and the producer is kept."""
    kafka = FakeKafka()
    found = publisher(kafka)
    assert await found.publish(messages(b"1", b"2")) == [None, None]
    assert await found.publish(messages(b"3")) == [None]
    assert (kafka.made, kafka.kept) == (1, messages(b"1", b"2", b"3"))


async def test_sizes_are_refused_for_good_alone() -> None:
    """Whether the client or the broker says so; the producer is fine."""
    kafka = FakeKafka(
        refuses=lambda message: MessageSizeTooLargeError() if message.value == b"broker" else None,
        refuses_at_once=lambda message: MessageSizeTooLargeError() if message.value == b"client" else None,
    )
    results = await publisher(kafka).publish(messages(b"1", b"client", b"2", b"broker"))
    assert [type(result) for result in results] == [type(None), TooLarge, type(None), TooLarge]
    assert (kafka.made, kafka.stopped) == (1, 0)


async def test_a_fresh_producer_after_a_failure() -> None:
    """A sequence out of order is for good for this producer; the next call has another."""
    kafka = FakeKafka(refuses=lambda message: OutOfOrderSequenceNumber() if message.value == b"2" and kafka.made == 1 else None)
    found = publisher(kafka)
    results = await found.publish(messages(b"1", b"2"))
    assert [type(result) for result in results] == [type(None), OutOfOrderSequenceNumber]
    assert kafka.stopped == 1
    assert await found.publish(messages(b"2")) == [None]
    assert kafka.made == 2


async def test_broker_away() -> None:
    """No connection is the answer for every message; nothing is raised and nothing left open."""
    kafka = FakeKafka(away=True)
    found = publisher(kafka)
    results = await found.publish(messages(b"1", b"2"))
    assert [type(result) for result in results] == [KafkaConnectionError, KafkaConnectionError]
    assert kafka.stopped == kafka.made == 1
    kafka.away = False
    assert await found.publish(messages(b"1")) == [None]


async def test_certificates_that_are_being_replaced_are_waited_for(tmp_path: Path) -> None:
    """The answer for every message, as a broker that is away; the next call reads the files again."""
    settings = KafkaSettings(security_protocol="SSL", ssl_cafile=tmp_path / "absent.pem")
    (result,) = await Publisher(Sender(settings, make=FakeKafka().producer)).publish(messages(b"1"))
    assert isinstance(result, Misconfigured)
