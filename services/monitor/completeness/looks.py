"""Looks at slices → which digests differ for certain, and which slices are to be looked at next. Pure.

One look may meet a digest while it is written; what differs in two looks that follow each other does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.monitor.completeness.ledger import SLICES, Kind


@dataclass
class Looks:
    """The last looks at each slice."""

    last: dict[int, dict[str, Kind]] = field(default_factory=dict)
    """What differed in the last look, by slice; a slice that was never looked at is left out"""
    confirmed: dict[int, dict[str, Kind]] = field(default_factory=dict)
    """Of these, what differed the same in the look before"""
    next: int = 0
    """The slice whose turn it is"""
    due: set[int] = field(default_factory=lambda: set(range(SLICES)))
    """Slices to be looked at as soon as there is time"""

    def plan(self) -> list[int]:
        """Return the slices of the coming round in order: those with differences, those that are due, and the one whose turn it is."""
        suspect = [number for number, differing in self.last.items() if differing]
        return list(dict.fromkeys((*suspect, *sorted(self.due), self.next)))

    def note(self, number: int, differing: Mapping[str, Kind]) -> None:
        """Take what a look found."""
        before = self.last.get(number, {})
        self.confirmed[number] = {digest_id: kind for digest_id, kind in differing.items() if before.get(digest_id) == kind}
        self.last[number] = dict(differing)
        self.due.discard(number)
        if number == self.next:
            self.next = (number + 1) % SLICES

    def sweep(self) -> None:
        """Have every slice looked at soon."""
        self.due |= set(range(SLICES))

    def forget(self) -> None:
        """Begin anew: there is another index, or the topics are others."""
        self.last.clear()
        self.confirmed.clear()
        self.sweep()

    @property
    def complete(self) -> bool:
        """Whether every slice has been looked at."""
        return len(self.last) == SLICES

    @property
    def suspects(self) -> bool:
        """Whether the last look at some slice found a difference."""
        return any(self.last.values())

    def found(self, kind: Kind) -> list[str]:
        """Return the digests that differ in this way for certain."""
        return sorted(digest_id for differing in self.confirmed.values() for digest_id, one in differing.items() if one == kind)
