"""Records worked on beside each other and acknowledged in order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from services.enrich.stream import line as line_module
from services.enrich.stream.line import Line
from shared.dead_letters.headers import SourceRecord


@dataclass
class Message:
    """As much of Faust's message as is asked for."""

    value: bytes | None
    generation_id: int | None = 1
    references: int = 1

    def incref(self) -> None:
        """Hold it."""
        self.references += 1


class Event:
    """An event that notes when it is acknowledged."""

    app: Any = SimpleNamespace(consumer_generation_id=1)

    def __init__(self, name: str, done: list[str], *, generation: int | None = 1) -> None:
        self.name, self.done = name, done
        self.message = Message(name.encode(), generation)
        self.value: bytes | None = b""

    def ack(self) -> None:
        """Give one reference back."""
        self.done.append(self.name)


@dataclass
class Work:
    """A line whose digests are done when they are told."""

    acknowledged: list[str] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)
    ends: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = Line(self._handle, self.failed.append)

    async def _handle(self, record: SourceRecord) -> None:
        await self.ends.setdefault((record.value or b"").decode(), asyncio.get_running_loop().create_future())

    async def add(self, name: str, partition: int = 0, *, generation: int | None = 1) -> Event:
        """Add a record of that name."""
        event = Event(name, self.acknowledged, generation=generation)
        await self.line.add(event, SourceRecord("raw", partition, 0, None, name.encode(), ()))  # type: ignore[arg-type]  # a stand-in
        await asyncio.sleep(0)
        return event

    async def end(self, *names: str) -> list[str]:
        """These are done; what is acknowledged by then."""
        for name in names:
            self.ends[name].set_result(None)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        return self.acknowledged


async def test_acknowledged_in_order_of_each_partition() -> None:
    """A slow one holds back those behind it in its partition and no other."""
    work = Work()
    for name, partition in (("甲", 0), ("乙", 0), ("丙", 1), ("丁", 0)):
        await work.add(name, partition)
    assert await work.end("丁", "乙") == []
    assert await work.end("丙") == ["丙"]
    assert await work.end("甲") == ["丙", "甲", "乙", "丁"]
    assert work.line.uncommitted == 0


async def test_what_is_done_keeps_its_place_only() -> None:
    """Bytes of digests behind a slow one would fill the memory."""
    work = Work()
    slow, quick = await work.add("慢"), await work.add("快")
    await work.end("快")
    assert (slow.message.value, quick.message.value) == ("慢".encode(), None)
    assert quick.message.references == 2


async def test_nothing_of_before_a_rebalance_is_acknowledged() -> None:
    """Its partition may be another's by now."""
    work = Work()
    await work.add("旧", generation=0)
    assert await work.end("旧") == []
    assert work.line.uncommitted == 0


async def test_a_failure_is_told_and_nothing_behind_it_is_acknowledged() -> None:
    """Whoever is told ends the process."""
    work = Work()
    await work.add("坏")
    await work.add("好")
    work.ends["坏"].set_exception(ValueError("a bug"))
    assert await work.end("好") == []
    assert [str(error) for error in work.failed] == ["a bug"]


@pytest.mark.parametrize(("bound", "value"), [("IN_HAND", 1), ("MAX_BYTES", 3), ("UNCOMMITTED", 1)])
async def test_room(bound: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond any of the bounds the next record waits until one is done."""
    monkeypatch.setattr(line_module, bound, value)
    work = Work()
    await work.add("甲")
    waiting = asyncio.create_task(work.add("乙"))
    await _turns(5)
    assert not waiting.done()
    await work.end("甲")
    await waiting
    assert await _then(work.end, "乙") == ["甲", "乙"]


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def _then(end: Callable[..., Any], name: str) -> Any:
    return await end(name)
