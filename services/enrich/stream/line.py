"""Records from Faust in, each worked on beside the others; each acknowledged once all before it in its partition are done.

Faust commits up to the highest record that is acknowledged, whatever stands unfinished before it, and acknowledges a batch when the
next one is asked for, when the agent raises and when it is cancelled. So every record is held by a reference of our own (`incref`): what Faust
does of itself commits nothing, and what is given back here is given back in order. Hence a slow digest holds up commits and no other digest.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from faust.types import EventT

from services.enrich.stream.buffer import MAX_BYTES
from shared.dead_letters.headers import SourceRecord

IN_HAND = 256
"""Records that are not done: those in work, and those that wait for a child or for an earlier revision of their digest."""

UNCOMMITTED = 10_000
"""Records that are done or in hand behind one that isn't: what the quickest children do in a minute, and what a kill -9 makes us do again."""


@dataclass(slots=True)
class _Held:
    event: EventT[bytes]
    done: bool = False


class Line:
    """The records in hand."""

    def __init__(self, handle: Callable[[SourceRecord], Awaitable[None]], failed: Callable[[BaseException], object]) -> None:
        """`handle` returns when a record is done; `failed` is told what it raises, and then nothing more is acknowledged."""
        self._handle = handle
        self._failed = failed
        self._partitions: dict[tuple[str, int], deque[_Held]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._bytes = 0
        self._changed = asyncio.Event()

    async def add(self, event: EventT[bytes], record: SourceRecord) -> None:
        """Begin with a record, once there is room for it; one that is larger than the room gets it alone."""
        event.message.incref()
        held = _Held(event)
        self._partitions.setdefault((record.topic, record.partition), deque()).append(held)
        while len(self._tasks) >= IN_HAND or self._bytes >= MAX_BYTES or self.uncommitted > UNCOMMITTED:
            self._changed.clear()
            await self._changed.wait()
        self._bytes += len(record.value or b"")
        task = asyncio.create_task(self._run(held, record))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @property
    def uncommitted(self) -> int:
        """Records that are not acknowledged."""
        return sum(map(len, self._partitions.values()))

    async def empty(self) -> None:
        """Wait until all that were added are done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, held: _Held, record: SourceRecord) -> None:
        size = len(record.value or b"")
        try:
            await self._handle(record)
        except BaseException as error:  # CancelledError too: what is not done must not look like it
            self._failed(error)
            return
        self._bytes -= size
        held.done = True
        # Only its place is needed while it waits for those before it: ten thousand digests would be a gigabyte.
        message: Any = held.event.message
        message.value = held.event.value = None
        queue = self._partitions[record.topic, record.partition]
        while queue and queue[0].done:
            _acknowledge(queue.popleft().event)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._changed.set()


def _acknowledge(event: EventT[bytes]) -> None:
    """Give back our reference, but not for a record of before a rebalance: its partition may be another's now, or be read anew."""
    generation = event.message.generation_id
    if generation is None or generation == event.app.consumer_generation_id:
        event.ack()
