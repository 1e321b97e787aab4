"""The limit of dead letters, and how they are sent."""

from datetime import UTC, datetime

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from services.index.dead import DeadLimit, DeadTopic
from services.index.flow_control.blockers import Blockers
from shared.dead_letters.headers import Failure, SourceRecord, from_record
from shared.kafka.sender import Sender
from shared.settings import KafkaSettings
from tests.fakes.producer import FakeKafka

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


WHEN = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)
RECORD = SourceRecord("digests.enriched.v1", 2, 40, b"key", b"\xff original", (("trace", b"t"),))
FAILURE = Failure("index", "undecodable", "not JSON", 1, WHEN, WHEN, "0.1.0")


@pytest.mark.parametrize("failures", [0, 2])
async def test_letters_are_sent_until_they_are_kept(failures: int) -> None:
    """With the original bytes; after an error by a fresh producer."""
    left = [KafkaConnectionError("away") for _ in range(failures)]
    kafka = FakeKafka(refuses=lambda _message: left.pop() if left else None)
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    topic = DeadTopic(Sender(KafkaSettings(), make=kafka.producer), "digests.dead.v1", Blockers(), sleep)
    await topic.send([(RECORD, FAILURE)])
    await topic.stop()
    (kept,) = kafka.kept
    letter = from_record(kept.key, kept.value, kept.headers)
    assert (letter.record, letter.failure) == (RECORD, FAILURE)
    assert (len(delays), kafka.stopped) == (failures, failures + 1)


async def test_a_letter_too_large_for_the_topic_calls_a_person() -> None:
    """It waits like all else and loses nothing, but says who has to do what."""
    left = [MessageSizeTooLargeError("too large")]
    kafka = FakeKafka(refuses=lambda _message: left.pop() if left else None)
    blockers = Blockers()
    said: list[str] = []

    async def sleep(_seconds: float) -> None:
        said.append(blockers.for_operator)

    topic = DeadTopic(Sender(KafkaSettings(), make=kafka.producer), "digests.dead.v1", blockers, sleep)
    await topic.send([(RECORD, FAILURE)])
    await topic.stop()
    (reason,) = said
    assert "raise max.message.bytes of topic digests.dead.v1" in reason
    assert (len(kafka.kept), blockers.for_operator) == (1, "")
