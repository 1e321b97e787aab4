"""How much is asked of Elasticsearch at once."""

import asyncio
from types import SimpleNamespace
from typing import Any

from elastic_transport import ConnectionTimeout

from services.index.batch import WITNESS, Operation, indexing
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.flow_control.congestion import Congestion
from services.index.verdicts import Verdict
from shared.retry import Backoff
from tests.fakes.elastic import api_error


def test_all_of_it_at_first() -> None:
    """As the settings say."""
    congestion = Congestion(4096, 4)
    assert (congestion.bytes, congestion.places) == (4096, 4)


def test_half_after_a_refusal_and_back_step_by_step() -> None:
    """Size and number together; never nothing, never more than the settings say."""
    congestion = Congestion(4096, 4)
    congestion.ease(0)
    assert (congestion.bytes, congestion.places) == (2048, 2)
    for since in range(1, 20):
        congestion.ease(since)
    assert (congestion.bytes, congestion.places) == (64, 1)
    for _ in range(100):
        congestion.press()
    assert (congestion.bytes, congestion.places) == (4096, 4)


def test_refusals_of_requests_that_were_under_way_together_count_once() -> None:
    """They tell of the same moment."""
    congestion = Congestion(4096, 4)
    for _ in range(4):
        congestion.ease(0)
    assert congestion.bytes == 2048


async def test_places_are_held_and_given_on() -> None:
    """No more at once than there are; who waits goes on when one is free."""
    congestion, under_way, most = Congestion(4096, 2), 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with congestion.place():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    async with asyncio.timeout(5):
        await asyncio.gather(*(one() for _ in range(20)))
    assert most == 2


class Slow:
    """Takes so many bytes a second, all requests together; who takes longer than the limit is told nothing, though the work is done."""

    def __init__(self, bytes_per_second: float, limit: float) -> None:
        self.rate, self.limit = bytes_per_second, limit
        self.now = self.busy_until = 0.0
        self.taken: set[bytes] = set()
        self.bytes = 0
        self.sizes: list[int] = []

    async def bulk(self, *, operations: list[bytes], **_options: Any) -> SimpleNamespace:
        """Queued behind what is being worked on."""
        size = sum(map(len, operations))
        self.sizes.append(size)
        self.busy_until = max(self.now, self.busy_until) + size / self.rate
        self.bytes += size
        took = self.busy_until - self.now
        await asyncio.sleep(0)
        if took > self.limit:
            self.now += self.limit
            raise ConnectionTimeout("too long")
        self.taken |= {lines for lines in operations if WITNESS.encode() not in lines}
        return SimpleNamespace(body={"errors": False})

    async def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds


async def test_a_slow_elasticsearch_is_given_what_it_can_take_in_time() -> None:
    """4 MiB take it twice as long as a request may: smaller ones get through, and finding the size costs a few times the bytes, not for ever."""
    slow = Slow(bytes_per_second=2**20 / 30, limit=60.0)
    bulk = Bulk(slow, 4 * 2**20, 4, Blockers(), Backoff(first=0.5, longest=15.0, uniform=lambda _low, high: high), slow.sleep)  # type: ignore[arg-type]
    operations: list[Operation] = [indexing(0, str(number), 1, {"body": "x" * 1000}) for number in range(8000)]
    judged = await asyncio.wait_for(bulk.run("items", operations), 30)
    assert {each.verdict for each in judged} == {Verdict.DONE}
    assert slow.taken == {operation.lines for operation in operations}
    assert slow.bytes < 4 * sum(len(operation.lines) for operation in operations)
    assert max(slow.sizes) > 2 * min(slow.sizes)


async def test_a_refusal_for_overload_halves_what_is_asked() -> None:
    """429 for the request as a whole."""
    answers: list[Any] = [api_error(429, "circuit_breaking_exception")]
    shares: list[float] = []

    class Full:
        async def bulk(self, **_options: Any) -> SimpleNamespace:
            shares.append(bulk.congestion.share)
            if answers:
                raise answers.pop()
            return SimpleNamespace(body={"errors": False})

    async def sleep(_seconds: float) -> None:
        return

    bulk = Bulk(Full(), 2**20, 4, Blockers(), sleep=sleep)  # type: ignore[arg-type]
    await bulk.run("items", [indexing(0, "a", 1, {})])
    assert shares == [1.0, 0.5]
    assert bulk.congestion.share > 0.5
