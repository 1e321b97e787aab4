"""Events, record by record, and how far the groups are → whether what went in came out, stage by stage. Pure.

Of each stage it is counted by what goes through it: (digest, revision) for enrich, (digest, version) for index. What goes in
is open until its outcome is seen; redelivered and resent records are duplicates and open nothing again. So for each stage

    unique in = out + dead + in flight + lost

where *in flight* is open and not committed yet, and *lost* is open although the group is past it: that must never stay so.
Only what is open is kept, beside the counts; what was closed before it was opened (topics are read side by side) waits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.ledger.event import Event

Thing = tuple[str, int]
"""A digest, and a revision or version of it."""


class Balance(NamedTuple):
    """A stage at one moment."""

    unique_in: int
    duplicates: int
    out: int
    dead: int
    in_flight: int
    lost: tuple[str, ...]
    """Digests that went in, and nothing came of them although the stage is past them"""

    @property
    def balanced(self) -> bool:
        """Whether all that went in is accounted for."""
        return not self.lost and self.unique_in == self.out + self.dead + self.in_flight


@dataclass
class Gate:
    """One stage."""

    unique_in: int = 0
    duplicates: int = 0
    out: int = 0
    dead: int = 0
    _open: dict[Thing, tuple[int, int]] = field(default_factory=dict)
    """Where the record lies: partition and offset of its last copy"""
    _early: dict[Thing, bool] = field(default_factory=dict)
    """Outcomes whose record was not read yet; True for a dead letter"""
    _closed: dict[Thing, bool] = field(default_factory=dict)
    """The outcome that counts, so that a copy opens nothing again; some 200 bytes each"""

    def enter(self, thing: Thing, partition: int, offset: int) -> None:
        """Take a record that goes into the stage."""
        if thing in self._closed or thing in self._open:
            self.duplicates += 1
            if thing in self._open:
                self._open[thing] = (partition, offset)
            return
        self.unique_in += 1
        if thing in self._early:
            self._close(thing, dead=self._early.pop(thing))
        else:
            self._open[thing] = (partition, offset)

    def leave(self, thing: Thing, *, dead: bool) -> None:
        """Take an outcome; one that follows a dead letter of the same thing replaces it, as it was sent again."""
        if thing in self._closed:
            if self._closed[thing] and not dead:
                self.dead -= 1
                self._close(thing, dead=False)
        elif self._open.pop(thing, None) is not None:
            self._close(thing, dead=dead)
        else:
            self._early[thing] = dead and self._early.get(thing, True)

    def _close(self, thing: Thing, *, dead: bool) -> None:
        self._closed[thing] = dead
        self.dead += dead
        self.out += not dead

    def balance(self, committed: Mapping[int, int]) -> Balance:
        """Return how it stands where the group goes on at these offsets by partition."""
        lost = tuple(self._lost(committed))
        return Balance(self.unique_in, self.duplicates, self.out, self.dead, len(self._open) - len(lost), lost)

    def _lost(self, committed: Mapping[int, int]) -> Iterator[str]:
        for (digest_id, _), (partition, offset) in self._open.items():
            if offset < committed.get(partition, 0):
                yield digest_id


@dataclass
class Tally:
    """The stages that records go through."""

    enrich: Gate = field(default_factory=Gate)

    def take(self, event: Event) -> None:
        """Take an event of whatever topic."""
        if event.revision is None:
            return
        thing = (event.digest_id, event.revision)
        if event.stage == "ingest":
            self.enrich.enter(thing, event.partition, event.offset)
        elif event.stage == "enrich":
            self.enrich.leave(thing, dead=event.kind == "dead")
