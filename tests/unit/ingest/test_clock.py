"""This machine's clock beside Kafka's: how far it is ahead or behind, when it is asked again, when nothing
is taken.
"""

from typing import Any

import pytest

from services.ingest.clock import EVERY, LOG_APPEND_TIME, KafkaClock, Reading
from shared.errors import Unavailable
from shared.kafka.sender import Sender
from shared.settings import KafkaSettings
from tests.fakes.producer import FakeKafka, FakeProducer

NOON = 1_770_350_400.0
"""2026-02-06 04:00 UTC"""
DAY = 86_400.0


@pytest.mark.parametrize(
    ("ours", "ticks", "ahead"),
    [
        (
            NOON + 2,
            102.0,
            0.0,
        ),  # the answer took two seconds, so Kafka's clock is anything from noon to two seconds later
        (NOON, 102.0, 0.0),
        (NOON + 3, 102.0, 1.0),
        (NOON - 1, 102.0, -1.0),
        (NOON + 40, 140.0, 0.0),  # time goes on
        (NOON + 40 + DAY, 140.0, DAY),  # set wrong meanwhile
        (NOON + 40 - DAY, 140.0, -DAY + 2),
    ],
)
def test_how_far_ahead_for_certain(ours: float, ticks: float, ahead: float) -> None:
    """Within the time that the answer took nothing is certain."""
    assert Reading(NOON, asked=100.0, answered=102.0).ahead(ours, ticks) == pytest.approx(ahead)


class Watch:
    """A clock that can be set, beside one that can't."""

    def __init__(self) -> None:
        self.ours, self.ticks = NOON, 100.0
        self.clock = KafkaClock("clock", 120.0, lambda: self.ours, lambda: self.ticks)

    def passes(self, seconds: float) -> None:
        """On both."""
        self.ours += seconds
        self.ticks += seconds

    def keep(self, theirs: float = NOON) -> None:
        """Kafka has just said its time."""
        self.clock.keep(Reading(theirs, self.ticks, self.ticks))


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (
            NOON + 10 * DAY,
            "10 days ahead of Kafka's (2026-02-16 04:00:00+00:00 here, 2026-02-06 04:00:00+00:00 there)",
        ),
        (NOON + 300, "5 minutes ahead of Kafka's"),
        (NOON - 300, "5 minutes behind Kafka's"),
    ],
)
def test_a_clock_that_is_wrong_takes_nothing(ours: float, words: str) -> None:
    """And says by how much, in both directions."""
    watch = Watch()
    watch.ours = ours
    watch.keep()
    with pytest.raises(Unavailable) as refused:
        watch.clock.check()
    assert words in str(refused.value)
    assert "Set the clock right" in str(refused.value)


@pytest.mark.parametrize("ours", [NOON - 119, NOON, NOON + 119])
def test_seconds_are_no_matter(ours: float) -> None:
    """Machines differ, and Kafka's several too."""
    watch = Watch()
    watch.ours = ours
    watch.keep()
    watch.clock.check()


def test_a_clock_set_wrong_between_two_questions_is_known_at_once() -> None:
    """By the one that can't be set; set right, it takes again."""
    watch = Watch()
    watch.keep()
    watch.passes(10)
    watch.ours += 10 * DAY
    with pytest.raises(Unavailable, match="10 days ahead"):
        watch.clock.check()
    assert watch.clock.due
    watch.ours -= 10 * DAY
    watch.clock.check()


def test_kafka_is_asked_once_a_minute_while_the_clock_is_right() -> None:
    """And with every probe while it is wrong."""
    watch = Watch()
    watch.keep()
    watch.passes(EVERY)
    assert not watch.clock.due
    watch.passes(1)
    assert watch.clock.due
    watch.keep(NOON + EVERY + 1)
    assert not watch.clock.due
    watch.keep(NOON)
    watch.ours += 500
    assert watch.clock.due


class Timed(FakeProducer):
    """Its broker gives its own time where `kind` says so."""

    kind = LOG_APPEND_TIME

    async def send(self, *given: Any, **options: Any) -> Any:
        """As the fake's, with a time."""
        sent = await super().send(*given, **options)
        sent.result().timestamp, sent.result().timestamp_type = NOON * 1000, self.kind
        return sent


async def test_kafka_tells_its_time_with_the_acknowledgement() -> None:
    """A record without key and value."""
    kafka = FakeKafka()
    ticks = iter([100.0, 100.5])
    sender = Sender(KafkaSettings(), make=lambda **_: Timed(kafka))
    clock = KafkaClock("clock", 120.0, ticks=lambda: next(ticks))
    assert await clock.ask(sender) == Reading(NOON, 100.0, 100.5)
    [kept] = kafka.kept
    assert (kept.topic, kept.key, kept.value, kept.at) == ("clock", None, b"", None)


async def test_a_topic_with_producers_times_tells_nothing() -> None:
    """Somebody has changed it: the clock is not judged, and the log says so."""
    producer = Timed(FakeKafka())
    producer.kind = 0
    clock = KafkaClock("clock", 120.0)
    assert await clock.ask(Sender(KafkaSettings(), make=lambda **_: producer)) is None
    clock.keep(None)
    clock.check()
    assert not clock.due
