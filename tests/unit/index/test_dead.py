"""The limit of dead letters, and how they are sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from services.index.dead import DeadLimit, DeadTopic
from services.index.flow_control.blockers import Waits
from shared.dead_letters.headers import Failure, SourceRecord, from_record
from shared.settings import KafkaSettings

GOOD, DEAD = False, True

LIMITS: list[tuple[list[list[bool]], bool]] = [
    ([[]], False),
    ([[DEAD] * 19], False),
    ([[DEAD] * 20], True),
    ([[GOOD] * 100, [DEAD] * 10, [DEAD] * 10], True),
    ([[DEAD] * 19 + [GOOD]], True),  # nearly all
    ([[DEAD] * 18 + [GOOD] * 2], False),
    ([[GOOD, DEAD] * 500], False),
    ([[DEAD] * 20, [GOOD] * 2], False),
]


@pytest.mark.parametrize(("batches", "reached"), LIMITS)
def test_limit(batches: list[list[bool]], reached: bool) -> None:
    """Of the last 20 records nearly all refused, however they came."""
    limit = DeadLimit(20)
    assert [limit.reached(batch) for batch in batches][-1] is reached


class Producer:
    """Takes letters once `failures` are used up."""

    def __init__(self, failures: list[Exception]) -> None:
        self.failures = failures
        self.kept: list[dict[str, Any]] = []
        self.stopped = 0

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Counted."""
        self.stopped += 1

    async def send(self, topic: str, **record: Any) -> Any:
        """A future that fails or keeps."""

        async def acknowledged() -> None:
            if self.failures:
                raise self.failures.pop(0)
            self.kept.append(record)

        return acknowledged()


WHEN = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)
RECORD = SourceRecord("digests.enriched.v1", 2, 40, b"key", b"\xff original", (("trace", b"t"),))
FAILURE = Failure("index", "undecodable", "not JSON", 1, WHEN, WHEN, "0.1.0")


@pytest.mark.parametrize("failures", [0, 2])
async def test_letters_are_sent_until_they_are_kept(failures: int) -> None:
    """With the original bytes; after an error by a fresh producer."""
    producer = Producer([KafkaConnectionError("away") for _ in range(failures)])
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    topic = DeadTopic(KafkaSettings(), "digests.dead.v1", Waits(), sleep, lambda _options: producer)
    await topic.send([(RECORD, FAILURE)])
    await topic.stop()
    (kept,) = producer.kept
    letter = from_record(kept["key"], kept["value"], kept["headers"])
    assert (letter.record, letter.failure) == (RECORD, FAILURE)
    assert (len(delays), producer.stopped) == (failures, failures + 1)


async def test_a_letter_too_large_for_the_topic_calls_a_person() -> None:
    """It waits like all else and loses nothing, but says who has to do what."""
    producer = Producer([MessageSizeTooLargeError("too large")])
    waits = Waits()
    said: list[str] = []

    async def sleep(_seconds: float) -> None:
        said.append(waits.for_operator)

    topic = DeadTopic(KafkaSettings(), "digests.dead.v1", waits, sleep, lambda _options: producer)
    await topic.send([(RECORD, FAILURE)])
    await topic.stop()
    (reason,) = said
    assert "raise max.message.bytes of topic digests.dead.v1" in reason
    assert (len(producer.kept), waits.for_operator) == (1, "")
