"""How far is read, and who is told."""

import asyncio

from aiokafka import TopicPartition

from services.ingest.again.positions import Positions

PLACE, OTHER = TopicPartition("raw", 0), TopicPartition("raw", 1)


async def test_each_is_told_once_its_record_is_read() -> None:
    """Not before, and not by what is read of another partition."""
    positions = Positions({PLACE: 3, OTHER: 0})
    waiting = [asyncio.create_task(positions.until(PLACE, offset)) for offset in (7, 5, 5, 3)]
    await asyncio.sleep(0)
    positions.move(OTHER, 9)
    told = []
    for offset in (4, 5, 7):
        positions.move(PLACE, offset)
        for _ in range(3):
            await asyncio.sleep(0)
        told.append([task.done() for task in waiting])
    assert told == [[False, False, False, True], [False, True, True, True], [True, True, True, True]]
    assert all([await task for task in waiting])


async def test_whoever_left_is_not_told() -> None:
    """A request that broke off disturbs none of the others."""
    positions = Positions({PLACE: 0})
    gone, other = (asyncio.create_task(positions.until(PLACE, 1)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    positions.move(PLACE, 1)
    assert await other


async def test_when_reading_ends_all_are_told_so() -> None:
    """Also when everything is forgotten."""
    positions = Positions({PLACE: 0})
    first = asyncio.create_task(positions.until(PLACE, 1))
    await asyncio.sleep(0)
    positions.give_up()
    assert not await first
    second = asyncio.create_task(positions.until(OTHER, 1))
    await asyncio.sleep(0)
    positions.clear()
    assert not await second
    assert len(positions) == 0
