"""Rounds between a made-up Kafka and a made-up index: what they come to, and that what can't be known is never green."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from services.monitor.completeness.compare import SETTLE_SECONDS, Comparer
from services.monitor.completeness.index import Totals
from services.monitor.completeness.ledger import Ledger, Manifest, place, slice_of
from services.monitor.completeness.topics import Progress
from shared.completeness import Completeness
from shared.errors import Unavailable
from shared.ids import version

V1 = version(1, 0)
IDS = [f"{number:02x}" * 16 for number in range(0, 256, 8)]
END = len(IDS)
CAUGHT_UP = Progress(enrich={0: END}, index={0: END}, ends={0: END}, unread=0, anew=False)


@dataclass
class FakeTopics:
    """All of `IDS` accepted and enriched."""

    ledger: Ledger = field(default_factory=Ledger)
    progress: Progress = CAUGHT_UP
    error: Exception | None = None

    def __post_init__(self) -> None:
        for at, digest_id in enumerate(IDS):
            self.ledger.add_raw(digest_id, 1, place(0, at))
            self.ledger.add_enriched(digest_id, V1, place(0, at))

    async def read(self, fills: str) -> Progress:
        """As a test says."""
        if self.error:
            raise self.error
        return self.progress

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class FakeIndex:
    """Manifests of three items each, and how many are there."""

    items: dict[str, int] = field(default_factory=lambda: dict.fromkeys(IDS, 3))
    indices: tuple[str, ...] = ("d1", "i1")
    fills: str = ""
    error: Exception | None = None
    looks: int = 0
    strays: int = 0
    """Items without a digest, which are in no slice"""
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(IDS, V1))

    async def totals(self) -> Totals:
        """Counted."""
        if self.error:
            raise self.error
        if len(self.indices) < 2:
            return Totals()
        return Totals(self.indices, self.fills, len(IDS), 3 * len(IDS), sum(self.items.values()) + self.strays)

    async def slice(self, number: int) -> tuple[Mapping[str, Manifest], Mapping[str, int]]:
        """Those of the slice."""
        self.looks += 1
        ids = [digest_id for digest_id in IDS if slice_of(digest_id) == number]
        return {digest_id: Manifest(self.versions[digest_id], 3) for digest_id in ids}, {
            digest_id: self.items[digest_id] for digest_id in ids if self.items[digest_id]
        }


class Bench:
    """A comparer whose clock goes on ten seconds a round."""

    def __init__(self) -> None:
        self.topics, self.index = FakeTopics(), FakeIndex()
        self.time = datetime(2026, 2, 6, tzinfo=UTC)
        self.comparer = Comparer(self.topics, self.index, 10.0, now=lambda: self.time, clock=lambda: self.time.timestamp())

    async def round(self, times: int = 1) -> Completeness:
        """So many rounds; what the last found."""
        for _ in range(times):
            self.time += timedelta(seconds=10)
            found = await self.comparer.round()
        return found


async def test_equal_is_green_after_every_digest_was_compared() -> None:
    """Then one slice a round is looked at."""
    bench = Bench()
    found = await bench.round()
    assert (found.state, found.items, found.named, found.digests) == ("green", 96, 96, END)
    before = bench.index.looks
    assert (await bench.round(3)).state == "green"
    assert bench.index.looks == before + 3


async def test_items_deleted_by_hand_are_seen_within_a_round() -> None:
    """Totals tell at once, the second look by which digests; put right, it is green again."""
    bench = Bench()
    await bench.round(2)
    bench.index.items[IDS[5]] = 1
    found = await bench.round()
    assert (found.state, found.reason, found.command) == ("yellow", "unlike", "jianbao reconcile --repair")
    found = await bench.round()
    assert (found.state, found.reason, found.command, found.examples) == ("red", "missing", "jianbao reconcile --repair", (IDS[5],))
    bench.index.items[IDS[5]] = 3
    assert (await bench.round()).state == "green"


async def test_one_surplus_item_in_the_place_of_another_is_found_at_once() -> None:
    """Though the sum of all stays as it was."""
    bench = Bench()
    await bench.round(2)
    bench.index.strays = 1
    assert (await bench.round(3)).reason == "unlike"
    bench.index.strays, bench.index.items[IDS[30]] = 0, 4
    found = await bench.round(2)
    assert (found.reason, found.examples) == ("extra", (IDS[30],))


async def test_one_too_few_and_one_too_many_are_found_within_a_sweep() -> None:
    """Though the totals are equal."""
    bench = Bench()
    await bench.round(2)
    bench.index.items |= {IDS[3]: 2, IDS[20]: 4}
    found = await bench.round(66)
    assert (found.state, found.missing, found.extra) == ("red", 1, 1)


async def test_a_version_that_the_index_never_took_is_lost_within_seconds() -> None:
    """Though all sums are as they were: what was committed last is compared first. Once it is there, all is well."""
    bench = Bench()
    await bench.round(2)
    bench.topics.ledger.add_raw(IDS[9], 2, place(0, END))
    bench.topics.ledger.add_enriched(IDS[9], version(2, 0), place(0, END))
    bench.topics.progress = replace(CAUGHT_UP, enrich={0: END + 1})
    assert (await bench.round()).in_flight == 1
    bench.topics.progress = Progress(enrich={0: END + 1}, index={0: END + 1}, ends={0: END + 1}, unread=0, anew=False)
    assert (await bench.round(3)).examples == (IDS[9],)
    await bench.round(3)
    assert [one.id for one in bench.comparer.conservation.lost()["index"]] == [IDS[9]]
    bench.index.versions[IDS[9]] = version(2, 0)
    await bench.round(2)
    assert bench.comparer.conservation.state == "green"


async def test_what_is_away_is_not_known() -> None:
    """At once; and what was found before is too old after some rounds without news."""
    bench = Bench()
    await bench.round()
    bench.topics.error = Unavailable("Kafka at k does not answer")
    assert (await bench.round()).reason == "away"
    bench.topics.error, bench.index.error = None, ZeroDivisionError()
    assert (await bench.round()).state == "unknown"
    bench.index.error = None
    assert (await bench.round()).state == "green"
    bench.time += timedelta(minutes=2)
    assert (bench.comparer.latest.state, bench.comparer.latest.reason) == ("unknown", "stale")


async def test_while_the_topics_are_read_nothing_is_known() -> None:
    """After a start, or when a topic was made anew."""
    bench = Bench()
    bench.topics.progress = replace(CAUGHT_UP, unread=7)
    assert (await bench.round()).reason == "starting"
    bench.topics.progress = CAUGHT_UP
    assert (await bench.round()).state == "green"


async def test_a_new_index_is_not_green_before_it_is_filled() -> None:
    """Missing, made anew, being filled, and whole."""
    bench = Bench()
    await bench.round(2)
    bench.index.indices = ()
    assert ((await bench.round()).state, (await bench.round()).reason) == ("red", "no_index")
    bench.index.indices, bench.index.fills, bench.index.items = ("d1", "i2"), "items:f", dict.fromkeys(IDS, 0)
    bench.topics.progress = replace(CAUGHT_UP, index={0: 0})
    found = await bench.round()
    assert (found.state, found.reason, found.in_flight) == ("yellow", "filling", END)
    bench.index.items |= dict.fromkeys(IDS[:10], 3)
    bench.topics.progress = replace(CAUGHT_UP, index={0: 10})
    assert (await bench.round()).reason == "filling"
    bench.index.items |= dict.fromkeys(IDS, 3)
    bench.topics.progress = CAUGHT_UP
    assert (await bench.round()).state == "green"


async def test_what_is_being_written_is_no_difference() -> None:
    """Totals are not taken at their word while something is in flight, nor until all of it can be found."""
    bench = Bench()
    await bench.round()
    bench.index.items[IDS[-1]] = 0
    bench.topics.progress = replace(CAUGHT_UP, index={0: END - 1})
    assert (await bench.round()).state == "green"
    bench.topics.progress = CAUGHT_UP
    bench.time += timedelta(seconds=SETTLE_SECONDS)
    assert (await bench.round()).state == "green"
    assert (await bench.round()).reason in ("unlike", "missing")
