"""Ending a producer, at once where it can, in bounded time where the broker is away; and what is said of a Kafka that does not answer."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import InvalidTimestampError, KafkaConnectionError

from shared.errors import Unavailable
from shared.kafka import clients as kafka
from shared.settings import KafkaSettings
from shared.topics import Topics


class Producer:
    """As aiokafka's: a sender that goes on trying, and a stop that waits for what is not delivered."""

    def __init__(self, *, away: bool) -> None:
        self.ended = False
        self._away = away
        self._sender = SimpleNamespace(sender_task=asyncio.create_task(asyncio.Event().wait()))
        self.client = SimpleNamespace(close=self._close)

    async def stop(self) -> None:
        """For ever while the broker is away."""
        if self._away:
            await asyncio.Event().wait()
        self._sender.sender_task.cancel()
        self.ended = True

    async def _close(self) -> None:
        self.ended = True

    @property
    def sender(self) -> "asyncio.Task[Any]":
        """The task that must not stay behind."""
        task: asyncio.Task[Any] = self._sender.sender_task
        return task


async def test_a_producer_is_ended() -> None:
    """By its own stop."""
    producer = Producer(away=False)
    await kafka.end_producer(producer)
    await asyncio.wait([producer.sender], timeout=10)
    assert (producer.ended, producer.sender.cancelled()) == (True, True)


async def test_a_producer_whose_broker_is_away_is_ended_too(monkeypatch: Any) -> None:
    """Neither its sender nor its connections stay behind, and nobody waits for the broker."""
    monkeypatch.setattr(kafka, "END_SECONDS", 0.01)
    producer = Producer(away=True)
    async with asyncio.timeout(10):
        await kafka.end_producer(producer)
    assert (producer.ended, producer.sender.done()) == (True, True)


@pytest.mark.parametrize(
    ("error", "said", "message"),
    [
        (KafkaConnectionError("no broker"), {}, "Kafka at k:1 does not answer: KafkaConnectionError: no broker"),
        (TimeoutError(), {"advice": "Try again"}, "Kafka at k:1 does not answer: TimeoutError. Try again"),
        (OSError("闭"), {"failing": "did not take it"}, "Kafka at k:1 did not take it: 闭"),
    ],
)
async def test_what_fails_is_said_in_plain_words(error: Exception, said: dict[str, str], message: str) -> None:
    """Where, what, why, and what to do."""
    with pytest.raises(Unavailable) as unavailable:
        async with kafka.as_unavailable(KafkaSettings(bootstrap_servers="k:1"), **said):
            raise error
    assert (str(unavailable.value), unavailable.value.__cause__) == (message, error)


async def test_an_admin_client_that_finds_no_broker_says_so(unused_tcp_port: int) -> None:
    """And is closed."""
    with pytest.raises(Unavailable, match="does not answer"):
        async with kafka.admin_client(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}")):
            pytest.fail("nobody is there")


def test_a_time_that_kafka_does_not_take_is_a_matter_of_the_clock() -> None:
    """Its own word for it says nothing to an operator."""
    assert "this machine's clock is far from Kafka's" in kafka.words(InvalidTimestampError())
    assert kafka.words(OSError("gone")) == "gone"


class Controller:
    """As an admin client that makes topics."""

    def __init__(self) -> None:
        self.made: list[NewTopic] = []

    async def create_topics(self, topics: list[NewTopic]) -> SimpleNamespace:
        """All of them, without an error."""
        self.made += topics
        return SimpleNamespace(topic_errors=[(topic.name, 0, None) for topic in topics])


@pytest.mark.parametrize(("replicas", "in_sync"), [(1, "1"), (2, "2"), (3, "2")])
async def test_every_topic_is_made_to_acknowledge_with_two_replicas(replicas: int, in_sync: str) -> None:
    """Whatever the cluster's own default is."""
    controller, settings = Controller(), KafkaSettings(replication_factor=replicas)
    for topic in Topics().all:
        assert await kafka.create_topic(controller, settings, topic)
    assert len(controller.made) == len(Topics().all)
    assert {made.replication_factor for made in controller.made} == {replicas}
    assert {made.topic_configs["min.insync.replicas"] for made in controller.made} == {in_sync}
