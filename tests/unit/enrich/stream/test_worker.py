"""A record's way: order kept within a digest, what passes tried again in place, dead letters whole, and a limit to them."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError
from prometheus_client import REGISTRY

from services.enrich.stream.progress import Progress
from services.enrich.stream.publisher import TooLarge
from services.enrich.stream.worker import AHEAD, Worker
from shared.dead_letters.headers import SourceRecord, from_record
from shared.kafka import canary
from shared.retry import Backoff
from shared.topics import Topics
from tests.fakes.enrich_parts import FakePool, FakePublisher

TOPICS = Topics("试")


def record(text: str, offset: int = 0, key: str = "") -> SourceRecord:
    """A raw record of that text, of a digest of its own unless told otherwise."""
    return SourceRecord("试.digests.raw.v1", 2, offset, (key or text).encode(), text.encode(), (("digest", b'{"\xff'), ("traceparent", b"00")))


class Loop:
    """A worker on fakes; its sleeps are only noted."""

    def __init__(self, *, dead_limit: int = 100) -> None:
        self.pool, self.publisher, self.progress = FakePool(), FakePublisher(), Progress()
        self.slept: list[float] = []
        self.wishes: dict[tuple[str, int, int], str] = {}
        self.worker = Worker(
            self.pool,
            self.publisher,
            TOPICS,
            self.progress,
            dead_limit=dead_limit,
            code="build 7",
            backoff=Backoff(uniform=lambda low, high: high),
            sleep=self._sleep,
            asked=lambda topic, partition, offset: self.wishes.get((topic, partition, offset)),
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def sent(self) -> list[tuple[str, str]]:
        """Topic and text of what was acknowledged."""
        return [(message.topic.removeprefix("试.digests."), (message.value or b"").decode()) for message in self.publisher.acknowledged]


async def test_order_is_kept_within_a_digest() -> None:
    """A slow revision does not let the ones behind it go first, over more of them than are in work at once."""
    loop = Loop()
    texts = [f"{'慢' if number % 3 == 0 else '快'}{number}" for number in range(3 * AHEAD)]
    await loop.worker.handle([record(text, key="甲") for text in texts])
    assert loop.sent() == [("enriched.v1", text) for text in texts]
    assert loop.progress.digests == len(texts)


async def test_a_slow_digest_holds_up_no_other() -> None:
    """While it hangs, many more than are in work at once are sent, and other revisions of it take no place from them."""
    loop, hanging = Loop(), asyncio.Event()
    loop.pool.hangs = hanging
    slow = asyncio.create_task(loop.worker.handle([record(f"挂{number}", key="甲") for number in range(2 * AHEAD)]))
    await asyncio.sleep(0)
    texts = [f"快{number}" for number in range(5 * AHEAD)]
    async with asyncio.timeout(5):
        await loop.worker.handle([record(text) for text in texts])
    assert loop.sent() == [("enriched.v1", text) for text in texts]
    hanging.set()
    await slow
    assert [text for _, text in loop.sent()[len(texts) :]] == [f"挂{number}" for number in range(2 * AHEAD)]


async def test_enriched_record() -> None:
    """Key, value and the version as a header."""
    loop = Loop()
    await loop.worker.handle([record("一")])
    (message,) = loop.publisher.acknowledged
    assert (message.topic, message.key, message.headers) == ("试.digests.enriched.v1", b"key-" + "一".encode(), (("digest_version", b"1"),))


async def test_dead_letter_is_the_original_with_reasons() -> None:
    """Key, value and headers as they were, the reasons beside them, in the place of the digest that died."""
    loop = Loop()
    dead = record("坏", offset=41)
    await loop.worker.handle([record("一"), dead, record("二")])
    assert loop.sent() == [("enriched.v1", "一"), ("dead.v1", "坏"), ("enriched.v1", "二")]
    message = loop.publisher.acknowledged[1]
    letter = from_record(message.key, message.value, message.headers)
    assert letter.record == dead
    assert (letter.failure.stage, letter.failure.error, letter.failure.attempts, letter.failure.code) == ("enrich", "unsupported", 1, "build 7")


async def test_broker_error_then_success() -> None:
    """From the first message without an acknowledgement on all are sent again, with growing delays, and none before it."""
    loop = Loop()
    away = KafkaConnectionError()
    loop.publisher.answers = [[None, away, None], [away, away], [None]]
    await loop.worker.handle([record(text) for text in "甲乙丙"])
    assert [text for _, text in loop.sent()] == ["甲", "丙", "乙", "丙"]
    assert loop.slept == [0.5, 1.0]
    assert loop.progress.waiting_for is None


async def test_no_child_processes_is_waited_for() -> None:
    """A pool that is broken for a while costs time, no digest."""
    loop = Loop()
    loop.pool.away = 3
    await loop.worker.handle([record("一")])
    assert loop.sent() == [("enriched.v1", "一")]
    assert loop.slept == [0.5, 1.0, 2.0]


async def test_a_result_that_kafka_finds_too_large_is_a_dead_letter() -> None:
    """The broker's limit may be lower than ours; what stands behind it is sent again, in order."""
    loop = Loop()
    loop.publisher.answers = [[None, TooLarge("limit")]]
    await loop.worker.handle([record(text) for text in "甲乙丙"])
    assert loop.sent() == [("enriched.v1", "甲"), ("enriched.v1", "丙"), ("dead.v1", "乙"), ("enriched.v1", "丙")]


async def test_limit_of_dead_letters_waits_for_ever() -> None:
    """At the limit the batch does not return, what came before is sent, nothing behind is; the progress says why."""
    loop = Loop(dead_limit=2)
    handling = asyncio.create_task(loop.worker.handle([record(text) for text in ["坏1", "好", "坏2", "坏3", "坏4", "好2"]]))
    await asyncio.wait([handling], timeout=0.1)
    assert [text for _, text in loop.sent()] == ["坏1", "好", "坏2", "坏3"]
    assert not handling.done()
    assert "2 dead letters in a row" in (loop.progress.red or "")
    handling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await handling


async def test_the_limit_counts_over_batches_and_a_success_starts_it_over() -> None:
    """Three batches of one dead letter each meet a limit of three, unless one went well between."""
    loop = Loop(dead_limit=3)
    for text in ["坏", "坏", "好", "坏", "坏", "坏"]:
        async with asyncio.timeout(5):
            await loop.worker.handle([record(text)])
    assert loop.progress.dead_in_a_row == 3
    assert loop.progress.red is None


@pytest.mark.parametrize("text", ["好", "坏"])
async def test_the_monitors_own_digest_is_in_no_figure_and_proves_nothing(text: str) -> None:
    """It neither starts the limit over nor brings it nearer, and is not counted."""
    loop, before = Loop(dead_limit=3), _received()
    await loop.worker.handle([record(text, key=canary.DIGEST_ID)])
    assert (loop.progress.dead_in_a_row, _received()) == (0, before)
    await loop.worker.handle([record("坏1"), record("坏2")])
    await loop.worker.handle([record(text, key=canary.DIGEST_ID)])
    assert (loop.progress.dead_in_a_row, _received()) == (2, before + 2)


def _received() -> float:
    return REGISTRY.get_sample_value("jianbao_received_total", {"stage": "enrich"}) or 0.0


async def test_what_must_not_happen_is_raised() -> None:
    """A fault in the pool itself is nobody's dead letter: the caller ends the process."""
    loop = Loop()

    async def broken(headers: object, content: bytes) -> None:
        raise ImportError("no module")

    loop.pool.outcome = broken  # type: ignore[method-assign,assignment]  # a fault that the fake has no words for
    with pytest.raises(ImportError):
        await loop.worker.handle([record("一"), record("二")])
    assert loop.sent() == []


async def test_a_record_that_kafka_does_not_take_is_skipped_when_somebody_asks() -> None:
    """With its bytes and who asked; what is behind it is enriched."""
    loop = Loop()
    loop.publisher.answers = [[None, KafkaConnectionError("no"), KafkaConnectionError("no")]]
    loop.wishes["试.digests.raw.v1", 2, 1] = "skipped by who@host: it hangs"
    await loop.worker.handle([record("一", 0), record("二", 1), record("三", 2)])
    assert loop.sent() == [("enriched.v1", "一"), ("dead.v1", "二"), ("enriched.v1", "三")]
    letter = from_record(None, None, loop.publisher.acknowledged[1].headers)
    assert (letter.failure.error, letter.failure.message.startswith("skipped by who@host: it hangs (Kafka: ")) == ("skipped", True)


async def test_a_record_under_which_no_child_lives_is_skipped_when_somebody_asks() -> None:
    """Also there."""
    loop = Loop()
    loop.pool.away = 1
    loop.wishes["试.digests.raw.v1", 2, 0] = "skipped by who@host"
    await loop.worker.handle([record("一", 0), record("二", 1)])
    assert loop.sent() == [("dead.v1", "一"), ("enriched.v1", "二")]


async def test_nothing_but_what_does_not_get_on_is_skipped() -> None:
    """What is asked for and comes through is no dead letter; what is not asked for is tried again."""
    loop = Loop()
    loop.publisher.answers = [[KafkaConnectionError("no")] * 2] * 3
    loop.wishes["试.digests.raw.v1", 2, 1] = "skipped by who@host"
    await loop.worker.handle([record("一", 0), record("二", 1)])
    assert loop.sent() == [("enriched.v1", "一"), ("enriched.v1", "二")]
