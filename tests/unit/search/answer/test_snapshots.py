"""Points in time: shared within a moment, freed when nobody can come back to them."""

from typing import Any, cast

from elasticsearch import AsyncElasticsearch

from services.search.answer.snapshots import MOMENT, Snapshots


class _Elastic:
    """Opens and closes; says what it did."""

    def __init__(self) -> None:
        self.opened, self.closed = 0, list[str]()

    async def open_point_in_time(self, **_: Any) -> dict[str, str]:
        self.opened += 1
        return {"id": f"pit{self.opened}"}

    async def close_point_in_time(self, *, id: str) -> None:
        self.closed.append(id)


class _World:
    def __init__(self) -> None:
        self.elastic, self.time = _Elastic(), 100.0
        self.snapshots = Snapshots(cast(AsyncElasticsearch, self.elastic), "items", clock=lambda: self.time)


async def test_searches_of_one_moment_share_one() -> None:
    """Nothing is asked of Elasticsearch for the second."""
    world = _World()
    async with world.snapshots.now() as one, world.snapshots.now() as two:
        assert one is two
    assert world.elastic.opened == 1


async def test_a_later_search_sees_a_newer_index() -> None:
    """Once the moment is over."""
    world = _World()
    async with world.snapshots.now() as one:
        world.time += MOMENT * 1.1
        async with world.snapshots.now() as two:
            assert two.pit_id != one.pit_id


async def test_one_that_nobody_can_come_back_to_is_freed_when_the_next_is_opened() -> None:
    """Until then it may serve another search."""
    world = _World()
    async with world.snapshots.now():
        pass
    assert world.elastic.closed == []
    world.time += 1
    async with world.snapshots.now():
        assert world.elastic.closed == ["pit1"]


async def test_one_that_is_still_read_is_freed_by_its_last_reader() -> None:
    """Not under it."""
    world = _World()
    async with world.snapshots.now():
        world.time += 1
        async with world.snapshots.now():
            assert world.elastic.closed == []
    assert world.elastic.closed == ["pit1"]


async def test_one_that_a_cursor_leads_to_is_left_to_run_out() -> None:
    """Its next page may be asked for."""
    world = _World()
    async with world.snapshots.now() as one:
        one.kept = True
    world.time += 1
    async with world.snapshots.now():
        pass
    assert world.elastic.closed == []
