"""The ledger, offsets and what comparing found → the balance of all stages, and since when what is missed. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest

from services.monitor.completeness.ledger import Ledger, parts_of
from services.monitor.completeness.topics import Progress
from services.monitor.conservation.settle import Settling, enriching, indexing
from shared.health.conservation import UNKNOWN, Conservation, Lost, Stage, StageBalance, State

IDS = 100
"""Of lost digests that are listed for a stage: what a person reads at most, and repairing finds them all."""


@dataclass
class Balance:
    """Balances round after round; `latest` is the last one that could be made."""

    ledger: Ledger
    lost_after: float
    """Seconds for which a digest may be missed before it counts as lost"""
    fresh_seconds: float
    latest: Conservation = UNKNOWN
    absent: Collection[str] = ()
    """Digests that the index never took, as comparing found for certain"""
    _enrich: Settling = field(init=False)
    _index: Settling = field(init=False)
    _since: dict[tuple[Stage, str], datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._enrich = enriching(self.ledger)
        self._index = indexing(self.ledger, lambda digest_id: digest_id in self.absent)

    def forget(self) -> None:
        """Begin anew: a topic was made anew, and the ledger was cleared."""
        self._since.clear()
        self.latest = UNKNOWN
        self._begin()

    @property
    def in_flight(self) -> int:
        """Digests that a stage has not answered for yet."""
        enrich, index = self._enrich.in_flight, self._index.in_flight
        return len(enrich) + sum(key not in enrich for key in index)

    def look(self, progress: Progress) -> set[int]:
        """Take what was read up to now; return the slices of digests that index has answered for since the last."""
        if progress.anew:
            self.forget()
        self._enrich.look(self.ledger, progress.enrich)
        return self._index.look(self.ledger, progress.index)

    def balance(self, at: datetime, progress: Progress, absent: Collection[str]) -> Conservation:
        """Return the balance once comparing is done.

        Topics that are not read to their ends say nothing, so the last balance stays.
        """
        if progress.unread:
            return self.latest
        self.absent = absent
        self._index.doubt(self.ledger, map(bytes.fromhex, absent))
        lost: list[tuple[Stage, str]] = [
            *(("enrich", one) for one in _missed(self._enrich, "raw")),
            *(("index", one) for one in _missed(self._index, "enriched")),
        ]
        self._since = {each: self._since.get(each, at) for each in lost}
        raw = self.ledger.raw
        fresh = raw.fresh + len(raw.unreadable)
        again = raw.records - fresh
        # Ingest answers 202 only once Kafka has acknowledged, so that what it received is what is in its topic.
        ingest = StageBalance(stage="ingest", received=raw.records, done=fresh, replaced=again, dead=0, in_flight=0, lost=0)
        made = Conservation(
            state="green",
            at=at,
            fresh_seconds=self.fresh_seconds,
            lost_after=self.lost_after,
            stages=(ingest, self._stage("enrich", self._enrich, at), self._stage("index", self._index, at)),
        )
        state: State = "red" if made.lost() else "green" if all(one.balanced for one in made.stages) else "yellow"
        self.latest = made.model_copy(update={"state": state})
        return self.latest

    def _stage(self, name: Stage, stage: Settling, at: datetime) -> StageBalance:
        read = stage.read()
        dead, in_flight, lost = stage.count("dead"), stage.count("in_flight"), stage.count("lost")
        missed = [(since, one) for (where, one), since in self._since.items() if where == name]
        limit = at - timedelta(seconds=self.lost_after)
        return StageBalance(
            stage=name,
            received=read.records,
            done=read.digests + len(read.unreadable) - dead - in_flight - lost,
            replaced=read.records - read.digests - len(read.unreadable),
            dead=dead,
            in_flight=in_flight,
            lost=lost,
            overdue=sum(since <= limit for since, _ in missed),
            ids=tuple(Lost(id=one, since=since) for since, one in nsmallest(IDS, missed)),
        )


def _missed(stage: Settling, topic: str) -> Iterator[str]:
    yield from (key.hex() for key in stage.lost)
    for partition, offset in map(parts_of, stage.places.get("lost", ())):
        yield f"{topic}/{partition}/{offset}"
