"""How far each partition is read → whoever waits for a record is told once it is: each once, however many wait."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from aiokafka import TopicPartition


@dataclass
class Positions(Mapping[TopicPartition, int]):
    """The next offset of each partition; those before it are read."""

    _next: dict[TopicPartition, int] = field(default_factory=dict)
    _waiting: dict[TopicPartition, list[tuple[int, int, asyncio.Future[bool]]]] = field(default_factory=dict, init=False)
    """Heaps by offset; a number apart, as futures have no order"""
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def __getitem__(self, place: TopicPartition) -> int:
        return self._next[place]

    def __iter__(self) -> Iterator[TopicPartition]:
        return iter(self._next)

    def __len__(self) -> int:
        return len(self._next)

    def clear(self) -> None:
        """Know of no partition; who waits is told that nothing comes."""
        self._next.clear()
        self.give_up()

    def move(self, place: TopicPartition, offset: int) -> None:
        """Say that all before `offset` is read."""
        self._next[place] = offset
        heap = self._waiting.get(place)
        while heap and heap[0][0] <= offset:
            _tell(heappop(heap)[2], True)

    async def until(self, place: TopicPartition, offset: int) -> bool:
        """Return once all before `offset` is read: True, or False where reading ended."""
        if self._next.get(place, 0) >= offset:
            return True
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heappush(self._waiting.setdefault(place, []), (offset, next(self._numbers), told))
        return await told

    def give_up(self) -> None:
        """Tell all who wait that reading ended."""
        waiting, self._waiting = self._waiting, {}
        for heap in waiting.values():
            for _, _, told in heap:
                _tell(told, False)


def _tell(told: "asyncio.Future[bool]", value: bool) -> None:
    if not told.done():  # whoever waited may have gone
        told.set_result(value)
