"""Poison is refused at once, and what workers died of is not tried without end."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

import pytest

from services.enrich.stream import tried as tried_module
from services.enrich.stream.pool import Began
from services.enrich.stream.process import Dead, Headers, Outcome
from services.enrich.stream.remembering import MOMENT, RememberingPool
from services.enrich.stream.tried import Mark, Tried, name_of, read
from shared.errors import Rejected

HEADERS = (("digest", b'{"digest_id": "1", "media_type": "text/plain", "charset": "utf-8"}'),)
NAME = partial(name_of, seconds=60.0, memory_mb=1024)
GOOD, SLOW = Dead("empty", "nothing in it"), Dead("too_slow", "it took longer than 60 s")


@dataclass
class Kept:
    """Marks as the topic would hold them."""

    marks: list[Mark] = field(default_factory=list)

    async def keep(self, mark: Mark) -> None:
        """Keep it, by way of bytes."""
        self.marks.append(read(mark.to_json()))


@dataclass
class Children:
    """Gives the outcome that it is told, after being asked to wait or not."""

    answer: Outcome = GOOD
    tries: int = 0
    waits: asyncio.Event | None = None

    async def outcome(self, headers: Headers, content: bytes, *, began: Began) -> Outcome:
        """The answer."""
        self.tries += 1
        began(lambda: True)
        if self.waits is not None:
            await self.waits.wait()
        return self.answer


class Worker:
    """One worker process: what it knows is what it is told of the topic."""

    def __init__(self, run: str, topic: Kept, answer: Outcome = GOOD) -> None:
        self.tried = Tried(run)
        for mark in topic.marks:
            self.tried.add(mark)
        self.children = Children(answer)
        self.moments: list[float] = []
        self.moment = asyncio.Event()
        self.pool = RememberingPool(self.children, self.tried, topic, NAME, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.moments.append(seconds)
        await self.moment.wait()

    async def die_with(self, content: bytes, headers: Headers = HEADERS) -> bool:
        """Be killed when content has been in work for a moment; whether it was tried at all."""
        self.children.waits = asyncio.Event()
        self.moment.set()
        working = asyncio.create_task(self.pool.outcome(headers, content))
        for _ in range(10):
            await asyncio.sleep(0)
        working.cancel()
        await asyncio.wait([working])
        return self.children.tries > 0


async def test_poison_is_tried_once() -> None:
    """The same bytes under another id, by the same worker and by another: refused at once, with the reason."""
    topic = Kept()
    worker = Worker("1", topic, SLOW)
    assert await worker.pool.outcome(HEADERS, b"poison") == SLOW
    other = (("digest", b'{"digest_id": "2", "media_type": "text/plain", "charset": "utf-8"}'),)
    for again in (worker, Worker("2", topic)):
        tries = again.children.tries
        refused = await again.pool.outcome(other, b"poison")
        assert isinstance(refused, Dead)
        assert (refused.error, again.children.tries) == ("too_slow", tries)
        assert "it took longer than 60 s; the same bytes are not tried again" in refused.message


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        (HEADERS, b"POISON"),
        ((("digest", b'{"media_type": "text/html", "charset": "utf-8"}'),), b"poison"),
        ((*HEADERS, ("retry.letter", b"0/7")), b"poison"),
    ],
    ids=["other bytes", "another kind of file", "a letter that is retried"],
)
async def test_what_is_tried_all_the_same(headers: Headers, content: bytes) -> None:
    """Other work, and what somebody asks for."""
    topic = Kept()
    await Worker("1", topic, SLOW).pool.outcome(HEADERS, b"poison")
    assert await Worker("2", topic).pool.outcome(headers, content) == GOOD


async def test_another_build_and_other_limits_try_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was too slow may not be so for them."""
    name = NAME(HEADERS, b"poison")
    assert name != name_of(HEADERS, b"poison", seconds=120.0, memory_mb=1024)
    assert name != name_of(HEADERS, b"poison", seconds=60.0, memory_mb=0)
    monkeypatch.setattr(tried_module, "BUILD", 10_000)
    assert name != NAME(HEADERS, b"poison")


async def test_a_digest_under_which_three_workers_died_is_a_dead_letter() -> None:
    """Not the first and the second time: those may be chance."""
    topic = Kept()
    assert [await Worker(str(run), topic).die_with(b"deadly") for run in range(3)] == [True, True, True]
    fourth = Worker("4", topic)
    refused = await fourth.pool.outcome(HEADERS, b"deadly")
    assert isinstance(refused, Dead)
    assert (refused.error, refused.attempts, fourth.children.tries) == ("crashed", 3, 0)
    assert await fourth.pool.outcome(HEADERS, b"harmless") == GOOD


async def test_a_slow_digest_that_ends_well_is_no_suspect() -> None:
    """However often it is delivered."""
    topic = Kept()
    for run in range(5):
        worker = Worker(str(run), topic)
        worker.children.waits = asyncio.Event()
        worker.moment.set()
        working = asyncio.create_task(worker.pool.outcome(HEADERS, b"long"))
        for _ in range(10):
            await asyncio.sleep(0)
        worker.children.waits.set()
        assert await working == GOOD
    assert [mark.what for mark in topic.marks] == ["begun", "ended"] * 5
    assert not Worker("6", topic).tried.sizes


async def test_quick_digests_leave_no_mark() -> None:
    """Nearly all are."""
    topic = Kept()
    worker = Worker("1", topic)
    assert await worker.pool.outcome(HEADERS, b"quick") == GOOD
    assert topic.marks == []
    assert worker.moments in ([], [MOMENT])


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest stay."""
    monkeypatch.setattr(tried_module, "KEPT", 2)
    known = Tried("1")
    for name in ("甲", "乙", "丙"):
        known.add(Mark(name, "poison", "1", 5, "too_slow", "slow"))
    assert [known.verdict(name) is None for name in ("甲", "乙", "丙")] == [True, False, False]
    assert known.sizes == {5: 2}


@pytest.mark.parametrize("value", [None, b"{", b"[]", b"{}", b'{"name":"a","what":"other","run":"1","size":1,"error":"","message":""}'])
def test_records_of_another_form_are_no_marks(value: bytes | None) -> None:
    """They are passed over."""
    with pytest.raises(Rejected):
        read(value)
