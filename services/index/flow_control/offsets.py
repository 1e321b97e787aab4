"""Records taken and records answered for, per partition → the offsets that may be committed. Pure.

Batches end in any order; an offset may be committed only when everything before it has been answered for.
"""

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


@dataclass(eq=False, slots=True)
class Ticket(Generic[P]):
    """A run of records of one partition that are answered for together."""

    partition: P
    next_offset: int
    """Offset after the last of them: what Kafka calls the committed offset"""
    done: bool = False


@dataclass
class Offsets(Generic[P]):
    """Open tickets in the order they were taken."""

    _open: dict[P, deque[Ticket[P]]] = field(default_factory=dict)

    def take(self, partition: P, next_offset: int) -> Ticket[P]:
        """Note a run of records as taken; runs of a partition are taken in order."""
        ticket = Ticket(partition, next_offset)
        self._open.setdefault(partition, deque()).append(ticket)
        return ticket

    def committable(self) -> dict[P, int]:
        """By partition the offset up to which all is answered for; its tickets are closed. Partitions without news are left out."""
        news = {}
        for partition, tickets in self._open.items():
            while tickets and tickets[0].done:
                news[partition] = tickets.popleft().next_offset
        return news

    def forget(self, partitions: Iterable[P]) -> None:
        """Drop what is open of these partitions: they belong to somebody else now, or start over."""
        for partition in partitions:
            self._open.pop(partition, None)
