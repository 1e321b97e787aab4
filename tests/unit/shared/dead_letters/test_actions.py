"""Sending letters again and discarding them, with a Kafka and a scanner that remember."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import cast

import pytest
from aiokafka.errors import KafkaConnectionError

from shared import operations
from shared.dead_letters.actions import AT_ONCE, Operator
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.register import Register
from shared.errors import Unavailable
from shared.kafka.scan import Scanned, Scanner
from shared.kafka.sender import Message
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.fakes.producer import FakeKafka
from tests.letters import dead_record, letter

TOPICS = Topics()


class Reader:
    """A dead topic of one partition, of which Kafka has deleted some."""

    def __init__(self, count: int, *, deleted: int = 0) -> None:
        self.count, self.deleted = count, deleted

    async def read(self, topic: str, *, since: Mapping[int, int], until: Mapping[int, int]) -> AsyncIterator[Scanned]:
        """Records from there on."""
        for offset in range(max(since[0], self.deleted), min(until[0], self.count)):
            record = dead_record(value=b"v%d" % offset, headers=(("digest", b"{}"),))
            place = SourceRecord(topic, 0, offset, record.key, record.value, record.headers)
            yield Scanned(place, datetime(2026, 2, 6, tzinfo=UTC))


def outcomes(kafka: FakeKafka) -> list[tuple[str, str]]:
    """Subject and outcome of the recorded operations, in order."""
    read = [operations.read(message.value) for message in kafka.kept if message.topic == TOPICS.operations.name]
    return [(one.subject, one.outcome) for one in read]


def resent(kafka: FakeKafka) -> list[Message]:
    """What went out beside them."""
    return [message for message in kafka.kept if message.topic != TOPICS.operations.name]


def operator(kafka: FakeKafka) -> Operator:
    """Somebody."""
    return Operator(KafkaSettings(), TOPICS, "甲@here", "已修复", make=kafka.producer)


def filled(count: int) -> Register:
    """So many open letters, the second of which was tried once."""
    return Register().add_all(letter(n, tries=int(n == 1)) for n in range(count))


async def test_recorded_sent_recorded() -> None:
    """With the original bytes and headers, and headers that name the letter and the try; Kafka may have deleted one."""
    kafka, register = FakeKafka(), filled(3)
    done = await operator(kafka).retry(register, cast(Scanner, Reader(3, deleted=1)), list(register.letters.values()))
    assert [one.place.offset for one in done.letters] == [1, 2]
    assert [one.place.offset for one in done.missing] == [0]
    assert outcomes(kafka) == [("0/1", "begun"), ("0/2", "begun"), ("0/1", "done"), ("0/2", "done")]
    assert [(message.topic, message.value, dict(message.headers)) for message in resent(kafka)] == [
        ("digests.raw.v1", b"v1", {"digest": b"{}", "retry.letter": b"0/1", "retry.attempt": b"2"}),
        ("digests.raw.v1", b"v2", {"digest": b"{}", "retry.letter": b"0/2", "retry.attempt": b"1"}),
    ]


async def test_what_is_interrupted_stays_as_begun() -> None:
    """Kafka goes away in between: in plain words, and the next run sends it."""
    kafka = FakeKafka(refuses_at_once=lambda message: KafkaConnectionError("away") if message.topic == "digests.raw.v1" else None)
    register = filled(1)
    with pytest.raises(Unavailable, match="Run the same again"):
        await operator(kafka).retry(register, cast(Scanner, Reader(1)), list(register.letters.values()))
    assert outcomes(kafka) == [("0/0", "begun")]


async def test_stopping_finishes_what_is_in_hand() -> None:
    """Ctrl-C comes with the first letters: they are done, the others untouched."""
    kafka, register = FakeKafka(), filled(AT_ONCE + 5)
    made = operator(kafka)
    made.told = lambda _count: made.stop.set()
    done = await made.retry(register, cast(Scanner, Reader(AT_ONCE + 5)), list(register.letters.values()))
    assert (done.stopped, len(done.letters)) == (True, AT_ONCE)
    assert len(resent(kafka)) == AT_ONCE


async def test_the_rate_is_kept() -> None:
    """Ten letters at 5 a second go in two parts with a second between their beginnings."""
    kafka, register = FakeKafka(), filled(10)
    began = asyncio.get_running_loop().time()
    await operator(kafka).retry(register, cast(Scanner, Reader(10)), list(register.letters.values()), rate=5)
    assert asyncio.get_running_loop().time() - began >= 0.95


async def test_discarding_is_only_recorded() -> None:
    """By whom and why."""
    kafka, register = FakeKafka(), filled(2)
    done = await operator(kafka).discard(list(register.letters.values()))
    assert outcomes(kafka) == [("0/0", "done"), ("0/1", "done")]
    assert resent(kafka) == []
    assert {(one.by, one.reason, one.action) for one in done.operations} == {("甲@here", "已修复", "discard")}
