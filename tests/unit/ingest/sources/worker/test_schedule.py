"""What is known of sources → turns, with a clock that is turned by hand."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.ingest.sources.worker.plan import AWAY_SECONDS
from services.ingest.sources.worker.schedule import Schedule
from shared.errors import Unavailable
from shared.registry.entry import Entry, Feed, FetchState
from shared.registry.listing import Listing

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)


def entry(source: str, *, site: str | None = None, edition: int = 1, on: bool = True) -> Entry:
    """A source with a feed, at a site of its own unless one is named."""
    return Entry(
        source=source,
        edition=edition,
        fetch=Feed(url=f"https://{site or source}.org/"),
        on=on,
        changed_at=NOW,
        by="a@b",
    )


def listing(entries: Iterable[Entry]) -> Listing:
    """All that is known."""
    return Listing(entries={one.source: one for one in entries})


@dataclass
class Turns:
    """Turns that last until they are let go."""

    now: datetime = NOW
    began: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)

    async def take(self, entry: Entry, state: FetchState | None) -> FetchState:
        """Wait for the gate of the source."""
        self.began.append(entry.source)
        try:
            await self.gates.setdefault(entry.source, asyncio.Event()).wait()
        except asyncio.CancelledError:
            self.cancelled.append(entry.source)
            raise
        if entry.source in self.errors:
            raise self.errors[entry.source]
        return FetchState(source=entry.source, edition=entry.edition, next_at=self.now + timedelta(hours=1))

    def schedule(self, *, at_once: int = 9) -> Schedule:
        """A schedule of these turns."""
        return Schedule(self.take, at_once=at_once, now=lambda: self.now)

    async def let_go(self, source: str) -> None:
        """End its turn."""
        self.gates[source].set()
        await settled()


async def settled() -> None:
    """Let tasks run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_slow_sites_hold_up_no_others() -> None:
    """Each has its own turn."""
    turns, known = Turns(), listing([entry("slow"), entry("quick")])
    schedule = turns.schedule()
    schedule.look(known)
    await settled()
    await turns.let_go("quick")
    turns.now += timedelta(hours=2)
    schedule.look(known)
    await settled()
    schedule.look(known)
    await settled()
    assert turns.began == ["quick", "slow", "quick"]
    await turns.let_go("slow")


async def test_one_turn_of_a_site_at_a_time() -> None:
    """The next source of it begins when the first has ended."""
    turns, known = Turns(), listing([entry("a", site="same"), entry("b", site="same"), entry("c")])
    schedule = turns.schedule()
    schedule.look(known)
    await settled()
    assert turns.began == ["a", "c"]
    await turns.let_go("a")
    schedule.look(known)
    await settled()
    assert turns.began == ["a", "c", "b"]
    for source in ("b", "c"):
        await turns.let_go(source)


async def test_so_many_turns_at_once() -> None:
    """And who has waited longest is next."""
    turns, known = Turns(), listing(entry(source) for source in "abc")
    known.entries["c"] = known.entries["c"].model_copy(update={"changed_at": NOW - timedelta(minutes=1)})
    schedule = turns.schedule(at_once=2)
    schedule.look(known)
    await settled()
    assert turns.began == ["c", "a"]
    await turns.let_go("c")
    schedule.look(known)
    await settled()
    assert turns.began == ["c", "a", "b"]
    for source in "ab":
        await turns.let_go(source)


async def test_a_source_that_is_turned_off_stops_at_once() -> None:
    """And begins again when it is on."""
    turns, known = Turns(), listing([entry("a")])
    schedule = turns.schedule()
    schedule.look(known)
    await settled()
    known.entries["a"] = entry("a", edition=2, on=False)
    schedule.look(known)
    await settled()
    assert turns.cancelled == ["a"]
    known.entries["a"] = entry("a", edition=3)
    schedule.look(known)
    await settled()
    assert turns.began == ["a", "a"]
    await turns.let_go("a")


async def test_a_changed_source_is_fetched_at_once() -> None:
    """Whatever its next turn was."""
    turns, known = Turns(), listing([entry("a")])
    schedule = turns.schedule()
    schedule.look(known)
    await settled()
    await turns.let_go("a")
    schedule.look(known)
    await settled()
    assert turns.began == ["a"]
    known.entries["a"] = entry("a", edition=2)
    schedule.look(known)
    await settled()
    assert turns.began == ["a", "a"]


async def test_a_turn_that_kept_nothing_is_not_repeated_without_pause() -> None:
    """Kafka being away may not turn into asking a site over and over."""
    turns, known = Turns(errors={"a": Unavailable("Kafka is away")}), listing([entry("a")])
    schedule = turns.schedule()
    schedule.look(known)
    await settled()
    await turns.let_go("a")
    for _ in range(3):
        schedule.look(known)
        await settled()
    assert turns.began == ["a"]
    turns.now += timedelta(seconds=AWAY_SECONDS)
    schedule.look(known)
    await settled()
    assert turns.began == ["a", "a"]


async def test_a_fault_of_ours_is_repeated_less_and_less() -> None:
    """Unlike Kafka it does not pass by itself; an edit of the source is tried at once."""
    turns, known = Turns(errors={"a": ValueError("x")}), listing([entry("a")])
    schedule = turns.schedule()

    async def turns_within(minutes: int) -> int:
        before = len(turns.began)
        for _ in range(minutes):
            for _ in range(2):
                schedule.look(known)
                await settled()
            turns.now += timedelta(minutes=1)
        return len(turns.began) - before

    schedule.look(known)
    await settled()
    await turns.let_go("a")
    assert [await turns_within(minutes) for minutes in (5, 15, 20, 40)] == [0, 2, 1, 1]
    known.entries["a"] = entry("a", edition=2)
    assert await turns_within(1) == 1


async def test_turns_end_when_another_worker_leads() -> None:
    """Before `run` does."""
    turns, known = Turns(), listing([entry("a"), entry("b")])
    running = asyncio.create_task(turns.schedule().run(known))
    await settled()
    running.cancel()
    await asyncio.wait([running])
    assert sorted(turns.cancelled) == ["a", "b"]
