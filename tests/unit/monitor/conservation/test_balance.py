"""What the ledger knows, offsets and what comparing found → the balance of each stage."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from services.monitor.completeness.ledger import Ledger, place
from services.monitor.completeness.topics import Progress
from services.monitor.conservation.balance import IDS, Balance
from shared.health.conservation import Conservation, Stage, StageBalance
from shared.ids import version

ONE, TWO, THREE = ("00" * 16, "0a" * 16, "ff" * 16)
AT = datetime(2026, 2, 6, tzinfo=UTC)
LOST_AFTER = 30.0


@dataclass
class Flow:
    """Topics of one partition, written and committed by hand; a digest's version is its revision's with build 0."""

    ledger: Ledger = field(default_factory=Ledger)
    raw: int = 0
    enriched: int = 0
    enrich: int | None = None
    """Offset that was committed; None: the topic's end"""
    index: int | None = None
    absent: frozenset[str] = frozenset()
    at: datetime = AT
    unread: int = 0
    balance: Balance = field(init=False)

    def __post_init__(self) -> None:
        self.balance = Balance(self.ledger, LOST_AFTER, 60.0)

    def feed(self, digest_id: str, revision: int = 1, *, again: bool = False) -> int:
        """Write a raw record; its offset."""
        self.ledger.add_raw(digest_id, revision, place(0, self.raw), again=again)
        self.raw += 1
        return self.raw - 1

    def enrich_(self, digest_id: str, revision: int = 1, *, again: bool = False) -> int:
        """Write an enriched record; its offset."""
        self.ledger.add_enriched(digest_id, version(revision, 0), place(0, self.enriched), again=again)
        self.enriched += 1
        return self.enriched - 1

    def die(self, stage: str, digest_id: str, offset: int, revision: int = 1) -> None:
        """Write a dead letter."""
        self.ledger.add_letter(stage, digest_id, revision, version(revision, 0), place(0, offset))

    def look(self, seconds: float = 10.0, *, anew: bool = False) -> Conservation:
        """Balance so many seconds later."""
        self.at += timedelta(seconds=seconds)
        enrich, index = (end if at is None else at for at, end in ((self.enrich, self.raw), (self.index, self.enriched)))
        progress = Progress({0: enrich}, {0: index}, {0: self.enriched}, self.unread, anew)
        self.balance.look(progress)
        return self.balance.balance(self.at, progress, self.absent)

    def stage(self, name: Stage) -> tuple[int, int, int, int, int, int]:
        """Received, done, replaced, dead, in flight, lost, at this moment."""
        return figures(next(one for one in self.look(0.0).stages if one.stage == name))


def figures(one: StageBalance) -> tuple[int, int, int, int, int, int]:
    """In the order of the page."""
    return one.received, one.done, one.replaced, one.dead, one.in_flight, one.lost


def test_each_record_has_one_outcome() -> None:
    """Done, replaced by a newer version or delivered twice, dead, or in flight."""
    flow = Flow()
    for revision in (1, 2, 2):
        flow.feed(ONE, revision)
        flow.enrich_(ONE, revision)
    flow.die("enrich", TWO, flow.feed(TWO))
    flow.enrich = flow.raw
    flow.feed(THREE)
    assert flow.stage("ingest") == (5, 4, 1, 0, 0, 0)
    assert flow.stage("enrich") == (5, 1, 2, 1, 1, 0)
    assert flow.stage("index") == (3, 1, 2, 0, 0, 0)
    assert flow.look().state == "green"


def test_what_came_out_of_no_stage_is_lost_after_a_while_and_found_again() -> None:
    """Enrich committed past a record and wrote nothing; the id is told, until a replay writes it."""
    flow = Flow()
    flow.feed(ONE)
    flow.enrich_(ONE)
    flow.feed(TWO)
    found = flow.look()
    assert (found.state, found.lost(), flow.stage("enrich")) == ("yellow", {}, (2, 1, 0, 0, 0, 1))
    found = flow.look(LOST_AFTER)
    assert (found.state, [one.id for one in found.lost()["enrich"]]) == ("red", [TWO])
    assert found.lost()["enrich"][0].since == AT + timedelta(seconds=10)
    flow.enrich_(TWO)
    assert flow.look().state == "green"


def test_all_that_are_lost_are_counted_though_some_are_named() -> None:
    """A thousand are not told as a hundred."""
    flow = Flow()
    for number in range(IDS + 1):
        flow.feed(f"{number:032x}")
    flow.look()
    (_, enrich, _) = flow.look(LOST_AFTER).stages
    assert (enrich.lost, enrich.overdue, len(enrich.ids)) == (IDS + 1, IDS + 1, IDS)
    flow.feed(THREE)
    (_, enrich, _) = flow.look().stages
    assert (enrich.lost, enrich.overdue) == (IDS + 2, IDS + 1)


def test_what_the_index_never_took_is_lost() -> None:
    """As comparing says; an item that was deleted by hand is no loss of a stage."""
    flow = Flow()
    flow.feed(ONE)
    flow.enrich_(ONE)
    flow.absent = frozenset({ONE})
    assert flow.stage("index") == (1, 0, 0, 0, 0, 1)
    flow.absent = frozenset()
    assert flow.stage("index") == (1, 1, 0, 0, 0, 0)


def test_what_enrich_lost_is_no_loss_of_index() -> None:
    """Though the index lacks the newer version."""
    flow = Flow()
    flow.feed(ONE, 1)
    flow.enrich_(ONE, 1)
    flow.feed(ONE, 2)
    flow.absent = frozenset({ONE})
    assert flow.stage("enrich") == (2, 0, 1, 0, 0, 1)
    assert flow.stage("index") == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize("stage", ["enrich", "index"])
def test_a_dead_digest_that_is_sent_again_is_in_flight_and_then_done(stage: Stage) -> None:
    """And dead once more where it dies again."""
    flow = Flow()
    offset = flow.feed(ONE)
    if stage == "index":
        offset = flow.enrich_(ONE)
    flow.die(stage, ONE, offset)
    assert flow.stage(stage) == (1, 0, 0, 1, 0, 0)
    flow.enrich, flow.index = flow.raw, flow.enriched
    again = flow.feed(ONE, again=True) if stage == "enrich" else flow.enrich_(ONE, again=True)
    assert flow.stage(stage) == (2, 0, 1, 0, 1, 0)
    flow.enrich = flow.index = None
    flow.die(stage, ONE, again)
    assert flow.stage(stage) == (2, 0, 1, 1, 0, 0)
    (flow.feed if stage == "enrich" else flow.enrich_)(ONE, again=True)
    if stage == "enrich":
        flow.enrich_(ONE)
    assert flow.stage(stage)[1:] == (1, 2, 0, 0, 0)


def test_a_record_that_names_no_digest_is_accounted_for_by_its_letter() -> None:
    """Without one it is lost, and told by its place."""
    flow = Flow()
    flow.feed("毒-1")
    flow.enrich = 0
    assert flow.stage("enrich") == (1, 0, 0, 0, 1, 0)
    flow.enrich = 1
    flow.look()
    assert [one.id for one in flow.look(LOST_AFTER).lost()["enrich"]] == ["raw/0/0"]
    flow.die("enrich", "毒-1", 0)
    assert flow.stage("enrich") == (1, 0, 0, 1, 0, 0)
    assert flow.stage("ingest") == (1, 1, 0, 0, 0, 0)


def test_a_letter_that_may_have_been_deleted_is_no_loss() -> None:
    """Letters are kept for thirty days, records for ever."""
    flow = Flow()
    flow.feed(ONE)
    flow.ledger.raw.note_old(0, 0)
    flow.feed(TWO)
    assert flow.stage("enrich") == (2, 0, 0, 1, 0, 1)


def test_a_group_that_went_back_has_all_in_flight_again() -> None:
    """As with an index that was made anew."""
    flow = Flow()
    for digest_id in (ONE, TWO):
        flow.enrich_(digest_id)
    assert flow.stage("index") == (2, 2, 0, 0, 0, 0)
    flow.index = 0
    assert flow.stage("index") == (2, 0, 0, 0, 2, 0)
    flow.index = 1
    assert flow.stage("index") == (2, 1, 0, 0, 1, 0)


def test_while_topics_are_read_the_last_balance_stands() -> None:
    """What is written and not read yet would seem lost."""
    flow = Flow()
    flow.unread = 3
    flow.feed(ONE)
    assert flow.look().state == "unknown"
    flow.unread = 0
    flow.enrich_(ONE)
    assert flow.look().state == "green"
    flow.ledger.clear()
    flow.unread = 3
    assert flow.look(anew=True).state == "unknown"


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_counting_every_record_gives(seed: int) -> None:
    """Round by round, whatever is written, dies, is sent again, is committed or rewound meanwhile."""
    random, flow = Random(seed), Flow()
    ids = [f"{number:02x}" * 16 for number in range(8)]
    raw: list[tuple[str, int]] = []
    deaths: set[int] = set()
    flow.enrich = 0
    for _ in range(120):
        match random.choice(("feed", "feed", "enrich", "enrich", "die", "commit", "commit", "rewind")):
            case "feed":
                raw.append((random.choice(ids), random.randint(1, 3)))
                flow.feed(*raw[-1])
            case "enrich" if raw:
                flow.enrich_(*random.choice(raw))
            case "die" if raw:
                deaths.add(offset := random.randrange(len(raw)))
                flow.die("enrich", raw[offset][0], offset, raw[offset][1])
            case "commit":
                flow.enrich = random.randint(flow.enrich, flow.raw)
            case "rewind" if random.random() < 0.2:
                flow.enrich = random.randint(0, flow.enrich)
        one = next(one for one in flow.look().stages if one.stage == "enrich")
        assert one.received == sum(figures(one)[1:])
        assert figures(one) == counted(raw, flow, deaths)


def counted(raw: list[tuple[str, int]], flow: Flow, deaths: set[int]) -> tuple[int, int, int, int, int, int]:
    """The same, from scratch."""
    last = {digest_id: max(revision for one, revision in raw if one == digest_id) for digest_id, _ in raw}
    place_of = {pair: offset for offset, pair in enumerate(raw)}
    done = dead = flying = lost = 0
    for pair in last.items():
        entry = flow.ledger.entry(bytes.fromhex(pair[0]))
        if place_of[pair] >= (flow.enrich or 0):
            flying += 1
        elif entry.version >= version(pair[1], 0):
            done += 1
        elif any(raw[offset] == pair for offset in deaths):
            dead += 1
        else:
            lost += 1
    return len(raw), done, len(raw) - len(last), dead, flying, lost
