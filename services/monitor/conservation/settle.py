"""What the ledger knows and how far a group is → which digests of a stage are in flight, dead or lost. Pure.

All others are done. Only digests of which something is new, and those that are not done, are looked at: a round costs what
has changed since the last.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from services.monitor.completeness.ledger import NONE, PER_SLICE, Committed, Entry, Ledger, Read, is_ahead

Standing = Literal["none", "done", "in_flight", "dead", "lost"]

Judge = Callable[[str, Entry, Committed], Standing]


@dataclass
class Settling:
    """One stage; `in_flight`, `dead` and `lost` are those of the last look."""

    judge: Judge
    read: Callable[[], Read]
    """Of the topic that the stage reads"""
    in_flight: set[bytes] = field(default_factory=set)
    dead: set[bytes] = field(default_factory=set)
    lost: set[bytes] = field(default_factory=set)
    places: dict[Standing, set[int]] = field(default_factory=dict)
    """Of records that name no digest"""
    _committed: Committed = field(default_factory=dict)

    def look(self, ledger: Ledger, committed: Committed) -> set[int]:
        """Judge anew what may have changed; return the slices of digests that came to rest since the last look."""
        read, before = self.read(), self.in_flight
        # A group that went back (a new index, a rewind) has all that lies behind it in flight once more.
        back = any(committed.get(partition, 0) < offset for partition, offset in self._committed.items())
        # No set is copied: while an index is filled anew all digests are in flight.
        watched = ledger.keys() if back else chain(read.touched, before, self.dead, self.lost)
        new = read.touched
        read.touched, self._committed = set(), dict(committed)
        found: dict[Standing, set[bytes]] = {"in_flight": set(), "dead": set(), "lost": set()}
        for key in watched:
            if (standing := self.judge(key.hex(), ledger.entry(key), committed)) in found:
                found[standing].add(key)
        self.in_flight, self.dead, self.lost = found["in_flight"], found["dead"], found["lost"]
        self.places = {"in_flight": set(), "dead": set(), "lost": set()}
        for at in read.unreadable:
            self.places[_nameless(read, at, committed)].add(at)
        return {key[0] // PER_SLICE for key in chain(before, new) if key not in self.in_flight}

    def doubt(self, ledger: Ledger, suspects: Iterable[bytes]) -> None:
        """Judge anew what comparing suspects now, and what it suspected before."""
        for key in {*self.lost, *suspects}:
            self.lost.discard(key)
            match self.judge(key.hex(), ledger.entry(key), self._committed):
                case "lost":
                    self.lost.add(key)
                case "dead":
                    self.dead.add(key)

    def count(self, standing: Standing) -> int:
        """Return how many records or digests stand so."""
        known = {"in_flight": self.in_flight, "dead": self.dead, "lost": self.lost}[standing]
        return len(known) + len(self.places.get(standing, ()))


def enriching(ledger: Ledger) -> Settling:
    """Return the stage from the raw topic to the enriched one."""

    def judge(digest_id: str, entry: Entry, committed: Committed) -> Standing:
        if entry.raw == NONE:
            return "none"
        if is_ahead(entry.raw, committed):
            return "in_flight"
        if not entry.unenriched:
            return "done"
        died = ledger.raw.died(digest_id, entry.revision, entry.raw) or ledger.raw.may_have_died(entry.raw)
        return "dead" if died else "lost"

    return Settling(judge, lambda: ledger.raw)


def indexing(ledger: Ledger, absent: Callable[[str], bool]) -> Settling:
    """Return the stage from the enriched topic to the index; `absent` says whether the index never took a digest."""

    def judge(digest_id: str, entry: Entry, committed: Committed) -> Standing:
        if entry.enriched == NONE:
            return "none"
        if is_ahead(entry.enriched, committed):
            return "in_flight"
        if ledger.enriched.died(digest_id, entry.version, entry.enriched):
            return "dead"
        # Where enrich has lost a newer version, that is what comparing means.
        if not absent(digest_id) or entry.unenriched:
            return "done"
        return "dead" if ledger.enriched.may_have_died(entry.enriched) else "lost"

    return Settling(judge, lambda: ledger.enriched)


def _nameless(read: Read, at: int, committed: Committed) -> Standing:
    if is_ahead(at, committed):
        return "in_flight"
    return "dead" if at in read.dead_places or read.may_have_died(at) else "lost"
