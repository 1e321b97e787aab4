"""A seed in, a round's plan out: what is fed when, and what is killed or stopped when. Pure; the same seed always gives the same plan."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.chaos.editions import Edition, Editor

SLOTS = ("0", "1")
"""Two workers a stage: partitions move between them when one is away for longer than the group waits."""

SERVICES = ("ingest", *(f"enrich-{slot}" for slot in SLOTS), *(f"index-{slot}" for slot in SLOTS), "search", "monitor")
BESIDE = ("fetch",)
"""Runs too, so that the health report can be green, and is not hit"""

ENGINES = ("Kafka", "Elasticsearch")
CHILDREN = tuple(f"child-{slot}" for slot in SLOTS)
"""The process in which an enrich worker enriches"""

WEIGHTS = {"ingest": 3, "enrich": 3, "index": 5, "child": 2, "search": 1, "monitor": 1, "Kafka": 3, "Elasticsearch": 2}
"""Of a target at each draw."""

KILLED = 0.6
KILLED_ELASTICSEARCH = 0.4
"""Shares of kills among the faults, the rest are stops. Elasticsearch takes 15 s to start again, and most of a round is waiting for it then."""

WAITS_FOR = {"ingest": "Kafka", "enrich": "Kafka", "index": "Elasticsearch"}
HELD_UP = 0.6
"""Share of faults of a stage around which the engine that it writes to stands still for a moment: so much is under way in it when it is hit.
Without that, an indexer that commits before it writes came through four rounds unnoticed."""

LOAD_SECONDS = 8.0
"""Over which operations are spread; faults begin within it."""

SESSION_SECONDS = 15.0
"""After which the group gives a silent member's partitions away (session_timeout_ms): a stop beyond it makes two owners meet."""

CROWDED = ("ingest", "search")
"""Services that anybody may connect to"""

CROWDS = 0.5
"""Share of rounds in which one of them is crowded; for no longer than the load, so that a round stays brief."""

FaultKind = Literal["kill", "stop"]
PoisonKind = Literal["no_header", "unknown_header", "undecodable", "unknown_json", "not_json"]
GiantKind = Literal["line", "item"]
GIANTS: tuple[GiantKind, ...] = ("line", "item")
PLANTED = 0.2
"""Share of rounds in which a giant of a kind is planted: enriching and indexing one takes some seconds, more than all else of a round."""
POISON: tuple[PoisonKind, ...] = ("no_header", "unknown_header", "undecodable", "unknown_json", "not_json")


@dataclass(frozen=True)
class Fault:
    """kill -9, and started again after `seconds`; or SIGSTOP, and SIGCONT after `seconds`."""

    at: float
    target: str
    kind: FaultKind
    seconds: float


@dataclass(frozen=True)
class Crowd:
    """Clients that hardly move, for `seconds`: connections half open, and uploads that say they will be large."""

    at: float
    target: str
    seconds: float
    half_open: int
    uploads: int


@dataclass(frozen=True)
class Operation:
    """One thing that a feeder does with a digest: `edition` is sent, or None for a withdrawal."""

    at: float
    edition: Edition | None
    patient: bool
    """Sent until there is a 202; else once"""
    late: Edition | None = None
    """Beside it an edition that was sent long ago comes again with a revision before all others: it must change nothing"""


@dataclass(frozen=True)
class Poison:
    """A record that no stage can process; `n` tells it from all others."""

    at: float
    kind: PoisonKind
    n: int


@dataclass(frozen=True)
class Giant:
    """What is larger than Elasticsearch takes in one write: a line that is fed, or an item in the enriched topic that no enricher of ours made."""

    at: float
    kind: GiantKind


@dataclass(frozen=True)
class Plan:
    """All of one round. Times in seconds from its beginning."""

    seed: int
    chains: tuple[tuple[Operation, ...], ...]
    """For each digest its operations, one after the other"""
    poison: tuple[Poison, ...]
    faults: tuple[Fault, ...]
    crowds: tuple[Crowd, ...] = ()
    giants: tuple[Giant, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Of this round's digests and of no other round's."""
        return sources(self.seed)


def is_brief(plan_: Plan) -> bool:
    """Whether a round takes no longer than its load: no waiting for an engine's start, for a session to end, or for a giant."""
    over = max(fault.at + fault.seconds for fault in plan_.faults)
    return over < LOAD_SECONDS + 1 and not plan_.giants and not any(fault.target in ENGINES and fault.kind == "kill" for fault in plan_.faults)


def sources(seed: int) -> tuple[str, ...]:
    """Three publishers."""
    return tuple(f"chaos-{seed}-{name}" for name in "abc")


def plan(seed: int) -> Plan:
    """The plan of a seed."""
    random = Random(seed)
    editor = Editor(random, seed=seed)
    faults = sorted(_faults(random), key=lambda fault: fault.at)

    def moment() -> float:
        """Any, or one around a fault: what is under way when it comes is what it may hurt."""
        if random.random() < 0.3:
            return random.uniform(0, LOAD_SECONDS)
        return max(0.0, random.gauss(random.choice(faults).at - 0.1, 0.2))

    chains = tuple(_chain(random, editor, moment, random.choice(sources(seed)), f"第{number}期") for number in range(random.randint(24, 36)))
    poison = tuple(Poison(moment(), random.choice(POISON), n) for n in range(random.randint(2, 6)))
    return Plan(seed, chains, poison, tuple(faults), _crowds(Random(f"crowds {seed}")), _giants(Random(f"giants {seed}")))


def _crowds(random: Random) -> tuple[Crowd, ...]:
    """Drawn apart, so that all else of a seed is the same with and without them."""
    if random.random() >= CROWDS:
        return ()
    at = round(random.uniform(0.0, LOAD_SECONDS / 2), 2)
    seconds = round(random.uniform(1.0, LOAD_SECONDS / 2), 2)
    return (Crowd(at, random.choice(CROWDED), seconds, random.randint(100, 300), random.randint(2, 8)),)


def _giants(random: Random) -> tuple[Giant, ...]:
    """From a generator of their own, so that all else of a plan stays as it was before there were giants."""
    return tuple(Giant(round(random.uniform(0, LOAD_SECONDS), 2), kind) for kind in GIANTS if random.random() < PLANTED)


def _chain(random: Random, editor: Editor, moment: Callable[[], float], source: str, external_id: str) -> tuple[Operation, ...]:
    edition = editor.first(source, external_id)
    operations: list[Operation] = []
    for at in sorted(moment() for _ in range(random.choice((1, 1, 2, 3, 4)))):
        withdrawal = bool(operations) and random.random() < 0.2
        late = edition if operations and random.random() < 0.15 else None
        if operations:
            edition = editor.next(edition)
        operations.append(Operation(at, None if withdrawal else edition, random.random() < 0.8, late))
    return tuple(operations)


def _faults(random: Random) -> list[Fault]:
    stages: list[str] = []
    while len(stages) < random.choice((2, 3, 4)):
        (stage,) = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        # Each target once in a round: a child that is killed twice under one digest makes that a dead letter, as it should.
        target = f"{stage}-{random.choice(SLOTS)}" if stage in ("enrich", "index", "child") else stage
        if target not in stages:
            stages.append(target)
    faults = [_fault(random, target) for target in stages]
    for fault in list(faults):
        engine = WAITS_FOR.get(fault.target.partition("-")[0])
        if engine and engine not in {each.target for each in faults} and random.random() < HELD_UP:
            faults.append(Fault(max(0.0, round(fault.at - 0.8, 2)), engine, "stop", round(random.uniform(1.0, 1.8), 2)))
    return faults


def _fault(random: Random, target: str) -> Fault:
    kind: FaultKind = "kill" if random.random() < (KILLED_ELASTICSEARCH if target == "Elasticsearch" else KILLED) else "stop"
    beyond = target.startswith(("enrich", "index")) and random.random() < 0.2
    if beyond:
        seconds = random.uniform(SESSION_SECONDS + 1, SESSION_SECONDS + 5)
    else:
        seconds = random.uniform(0.1, 3.0) if kind == "kill" else random.uniform(1.0, 12.0)
    # In hundredths, so that a plan reads well in a log.
    return Fault(round(random.uniform(0.2, LOAD_SECONDS), 2), target, kind, round(seconds, 2))
