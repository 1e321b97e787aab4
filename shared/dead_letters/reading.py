"""The dead topic and the operations topic, from their beginnings to their ends → a Register; places → the letters' own records."""

from collections.abc import AsyncIterator, Callable, Sequence
from itertools import groupby

from shared import operations
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.letter import Place, read
from shared.dead_letters.register import Register
from shared.errors import Rejected
from shared.kafka.scan import Scanner
from shared.topics import Topics

LETTERS = 1_000_000
"""Of a command, which ends soon: some 1.3 GB at most."""

GAP = 50
"""Letters between two that are wanted, up to which reading on is quicker than asking Kafka anew (some 20 ms)."""

Progress = Callable[[int, int], None]
"""Told how many records are read, of how many."""


async def register(scanner: Scanner, topics: Topics, *, progress: Progress = lambda _done, _all: None) -> Register:
    """All letters with what was done about them; empty when the topics are not there yet. Raises Unavailable."""
    made = Register(limit=LETTERS)
    # Operations last: one that is read has its letter before it.
    for name in (topics.dead.name, topics.operations.name):
        total = sum(last - first for first, last in (await scanner.bounds(name)).values())
        done = 0
        async for scanned in scanner.read(name):
            done += 1
            progress(done, total)
            if name == topics.dead.name:
                made.add(read(scanned.record, scanned.at))
                continue
            try:
                made.note(operations.read(scanned.record.value))
            except Rejected:
                continue  # of a newer version, or nobody's: it says nothing that we understand
    return made


async def originals(scanner: Scanner, topic: str, places: Sequence[Place]) -> AsyncIterator[tuple[Place, SourceRecord]]:
    """The dead topic's records at these places, in the places' order by partition and offset; one that Kafka has deleted is left out."""
    for first, last in ranges(places):
        wanted = {place for place in places if place.partition == first.partition and first.offset <= place.offset <= last.offset}
        async for scanned in scanner.read(topic, since={first.partition: first.offset}, until={first.partition: last.offset + 1}):
            where = Place(scanned.record.partition, scanned.record.offset)
            if where in wanted:
                yield where, scanned.record


def ranges(places: Sequence[Place]) -> list[tuple[Place, Place]]:
    """First and last of each run of places that is read at once. Pure."""
    runs: list[tuple[Place, Place]] = []
    for _, partition in groupby(sorted(set(places)), key=lambda place: place.partition):
        for place in partition:
            if runs and runs[-1][1].partition == place.partition and place.offset - runs[-1][1].offset <= GAP:
                runs[-1] = runs[-1][0], place
            else:
                runs.append((place, place))
    return runs
