"""Digests that were fed, and a search service that knows more with each question → what became of each."""

from typing import Any

import httpx
import pytest

from services.ingest.feed import Outcome
from services.ingest.feed_wait import Ended, Waiting, with_status_url

SEARCH = "http://search.example:8402/jianbao"


class Search:
    """Answers each digest's status with what is next for it; the last stays. Its clock runs while somebody sleeps."""

    def __init__(self, **states: list[Any]) -> None:
        self.states = states
        self.now = 0.0
        self.asked = 0
        self.keys: set[str | None] = set()

    def client(self) -> httpx.AsyncClient:
        """One that asks it."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self.keys.add(request.headers.get("authorization"))
        left = self.states[request.url.path.split("/")[-2]]
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, Exception):
            raise said
        if isinstance(said, int):
            return httpx.Response(said, json={"error": {"code": "x", "message": "this key may not search", "status": said}})
        return httpx.Response(200, json={"state": said, "message": f"it is {said}", "items": 9 if said == "searchable" else None})

    async def sleep(self, seconds: float) -> None:
        """Until then."""
        self.now += seconds


async def ends(search: Search, *names: str, seconds: float = 60, key: str | None = None) -> list[Ended]:
    """What became of the digests of these ids."""
    fed = [with_status_url(Outcome(f"{name}.txt", name, 7), SEARCH) for name in names]
    async with search.client() as client:
        waiting = Waiting(client, seconds, key, sleep=search.sleep, clock=lambda: search.now)
        return [one async for one in waiting.ends(fed)]


async def test_it_waits_until_each_has_come_to_something() -> None:
    """In the order in which they were fed, with items and the page's address."""
    search = Search(a=["waiting", "waiting", "searchable"], b=["dead"], c=["waiting", "quarantined"])
    found = await ends(search, "a", "b", "c", key="secret")
    assert [(one.file, one.state, one.items, one.page, one.ok) for one in found] == [
        ("a.txt", "searchable", 9, f"{SEARCH}/digests/a", True),
        ("b.txt", "dead", None, None, False),
        ("c.txt", "quarantined", None, f"{SEARCH}/digests/c", True),
    ]
    assert search.keys == {"Bearer secret"}
    assert found[0].line() == f"a.txt  searchable  9 items  {SEARCH}/digests/a"
    assert found[1].line() == "b.txt  dead  it is dead"


async def test_the_time_is_bounded() -> None:
    """What is not done by then is told as it is."""
    search = Search(a=["waiting"], b=["searchable"])
    found = await ends(search, "a", "b", seconds=5)
    assert [(one.state, one.ok) for one in found] == [("waiting", False), ("searchable", True)]
    assert search.now == pytest.approx(5)


async def test_a_search_service_that_is_away_for_a_while() -> None:
    """It is asked again, as it is when it answers in another form."""
    search = Search(a=[httpx.ConnectError("refused"), 503, "searchable"])
    assert [one.state for one in await ends(search, "a")] == ["searchable"]


async def test_a_key_that_may_not_search() -> None:
    """It is told at once, not after the time."""
    search = Search(a=[403])
    (found,) = await ends(search, "a")
    assert (found.state, found.ok, found.message, search.asked) == ("unknown", False, "403: this key may not search", 1)


async def test_what_was_refused_is_not_asked_after() -> None:
    """It has no digest."""
    search = Search()
    async with search.client() as client:
        waiting = Waiting(client, 5, sleep=search.sleep, clock=lambda: search.now)
        assert [one async for one in waiting.ends([Outcome("a.txt", error={"code": "empty"})])] == []
