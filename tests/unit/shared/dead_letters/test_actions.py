"""Sending letters again and discarding them, with producer and scanner that remember."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaConnectionError

from shared import operations
from shared.dead_letters.actions import AT_ONCE, Operator
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.register import Book
from shared.errors import Unavailable
from shared.kafka.scan import Scanned, Scanner
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.letters import dead_record, letter

TOPICS = Topics()


class Producer:
    """Keeps what is sent, but takes nothing for the topic `failing`."""

    def __init__(self, *, failing: str = "") -> None:
        self.failing = failing
        self.sent: list[tuple[str, bytes | None, dict[str, bytes]]] = []

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to free."""

    async def send(self, topic: str, value: bytes | None, *, key: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> Any:
        """A future of its place."""
        if topic == self.failing:
            raise KafkaConnectionError("away")
        self.sent.append((topic, value, dict(headers or ())))
        made: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        made.set_result(SimpleNamespace(partition=0, offset=len(self.sent)))
        return made

    def outcomes(self) -> list[tuple[str, str]]:
        """Subject and outcome of the recorded operations, in order."""
        read = [operations.read(value) for topic, value, _ in self.sent if topic == TOPICS.operations.name]
        return [(one.subject, one.outcome) for one in read]

    def resent(self) -> list[tuple[str, bytes | None, dict[str, bytes]]]:
        """What went out beside them."""
        return [one for one in self.sent if one[0] != TOPICS.operations.name]


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


def operator(producer: Producer) -> Operator:
    """Somebody."""
    return Operator(KafkaSettings(), TOPICS, "甲@here", "已修复", make=lambda **_options: producer)


def filled(count: int) -> Book:
    """So many open letters, the second of which was tried once."""
    return Book().add_all(letter(n, tries=int(n == 1)) for n in range(count))


async def test_recorded_sent_recorded() -> None:
    """With the original bytes and headers, and headers that name the letter and the try; Kafka may have deleted one."""
    producer, book = Producer(), filled(3)
    done = await operator(producer).retry(book, cast(Scanner, Reader(3, deleted=1)), list(book.letters.values()))
    assert [one.place.offset for one in done.letters] == [1, 2]
    assert [one.place.offset for one in done.missing] == [0]
    assert producer.outcomes() == [("0/1", "begun"), ("0/2", "begun"), ("0/1", "done"), ("0/2", "done")]
    assert producer.resent() == [
        ("digests.raw.v1", b"v1", {"digest": b"{}", "retry.letter": b"0/1", "retry.attempt": b"2"}),
        ("digests.raw.v1", b"v2", {"digest": b"{}", "retry.letter": b"0/2", "retry.attempt": b"1"}),
    ]


async def test_what_is_interrupted_stays_as_begun() -> None:
    """Kafka goes away in between: in plain words, and the next run sends it."""
    producer, book = Producer(failing="digests.raw.v1"), filled(1)
    with pytest.raises(Unavailable, match="Run the same again"):
        await operator(producer).retry(book, cast(Scanner, Reader(1)), list(book.letters.values()))
    assert producer.outcomes() == [("0/0", "begun")]


async def test_stopping_finishes_what_is_in_hand() -> None:
    """Ctrl-C comes with the first letters: they are done, the others untouched."""
    producer, book = Producer(), filled(AT_ONCE + 5)
    made = operator(producer)
    made.told = lambda _count: made.stop.set()
    done = await made.retry(book, cast(Scanner, Reader(AT_ONCE + 5)), list(book.letters.values()))
    assert (done.stopped, len(done.letters)) == (True, AT_ONCE)
    assert len(producer.resent()) == AT_ONCE


async def test_the_rate_is_kept() -> None:
    """Ten letters at 5 a second go in two parts with a second between their beginnings."""
    producer, book = Producer(), filled(10)
    began = asyncio.get_running_loop().time()
    await operator(producer).retry(book, cast(Scanner, Reader(10)), list(book.letters.values()), rate=5)
    assert asyncio.get_running_loop().time() - began >= 0.95


async def test_discarding_is_only_recorded() -> None:
    """By whom and why."""
    producer, book = Producer(), filled(2)
    done = await operator(producer).discard(list(book.letters.values()))
    assert producer.outcomes() == [("0/0", "done"), ("0/1", "done")]
    assert producer.resent() == []
    assert {(one.by, one.reason, one.action) for one in done.operations} == {("甲@here", "已修复", "discard")}
