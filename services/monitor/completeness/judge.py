"""What a round has measured → green, yellow, red or unknown, and the command that mends it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.monitor.completeness.ledger import SLICES
from services.monitor.completeness.looks import Looks
from shared.completeness import Completeness, Reason, State

REPAIR = "jianbao reconcile --repair"

START = "python -m services.index"

LOOK = "jianbao reconcile --verbose"
"""Where the topics know too little: reconcile deletes nothing then, and says what a person has to decide."""

FEW, SHARE = 10, 0.1
"""Digests that `jianbao reconcile --repair` takes away though no topic knows them; the numbers are its own."""

ROUNDS = 3
"""Rounds without news, after which the last says nothing of now."""

EXAMPLES = 5


@dataclass(frozen=True)
class Facts:
    """One round."""

    at: datetime
    every: float
    """Seconds between rounds"""
    unread: int
    """Records of the topics that were not read yet"""
    indices: tuple[str, ...]
    """Identities of both indices; fewer where one is missing"""
    filling: bool
    """An index was made anew, and not all of what the topic had then is answered for"""
    settled: bool
    """Nothing is in flight, and nothing was for long enough that all of it can be found"""
    digests: int
    manifests: int
    named: int
    items: int
    in_flight: int


def fresh_seconds(every: float) -> float:
    """Return how long an answer holds: some rounds, and what a round itself may take."""
    return ROUNDS * every + 30


def judge(facts: Facts, looks: Looks) -> Completeness:
    """Return what it comes to."""
    missing, extra = sorted((*looks.found("absent"), *looks.found("missing"))), looks.found("extra")
    state, reason, command = _verdict(facts, looks, missing=len(missing), extra=len(extra))
    return Completeness(
        state=state,
        reason=reason,
        detail=_detail(facts, looks, reason),
        command=command,
        at=facts.at,
        fresh_seconds=fresh_seconds(facts.every),
        digests=facts.digests,
        manifests=facts.manifests,
        named=facts.named,
        items=facts.items,
        in_flight=facts.in_flight,
        missing=len(missing),
        extra=len(extra),
        examples=tuple((*missing, *extra)[:EXAMPLES]),
        swept_seconds=SLICES * facts.every,
        indices=facts.indices,
    )


def _verdict(facts: Facts, looks: Looks, *, missing: int, extra: int) -> tuple[State, Reason, str | None]:
    """Return the first that holds, worst first; what can't be known is never green."""
    if len(facts.indices) < 2:
        return "red", "no_index", START
    if facts.unread:
        return "unknown", "starting", None
    if facts.filling:
        return "yellow", "filling", None
    if missing:
        return "red", "missing", REPAIR
    if extra:
        return "yellow", "extra", LOOK if extra > max(FEW, SHARE * facts.manifests) else REPAIR
    if facts.settled and facts.items != facts.named:
        return "yellow", "unlike", REPAIR
    # What differed in one look only may be right: the next look tells.
    if not looks.complete or (facts.settled and looks.suspects):
        return "unknown", "starting", None
    return "green", "equal", None


def _detail(facts: Facts, looks: Looks, reason: Reason) -> str:
    if reason == "filling":
        return f"{facts.in_flight:,} of {facts.digests:,} digests are still to come"
    if reason == "starting":
        if facts.unread:
            return f"{facts.unread:,} records to read"
        if looks.complete:
            return "what seems to differ is looked at again"
        return f"{len(looks.last)} of {SLICES} slices compared"
    if reason == "unlike":
        return f"{facts.items:,} items, the manifests name {facts.named:,}"
    return ""
