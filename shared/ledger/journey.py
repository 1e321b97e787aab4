"""The events of a digest and what the index holds of it → where it is now, and how it came there. Pure.

What counts is the newest revision: an older one that is still on its way replaces nothing. A dead letter holds until the
record that died is written again, by a retry, a replay or a feeder.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from shared.ledger.event import Event, Stage

Where = Literal["unknown", "received", "enriched", "searchable", "dead", "quarantined", "withdrawn"]
"""`received`: enrich has not answered for it; `enriched`: index has not"""

_ORDER: dict[Stage, int] = {"ingest": 0, "enrich": 1, "index": 2}


class Indexed(NamedTuple):
    """What the index says of the digest, by its manifest."""

    version: int
    items: int
    withdrawn: bool = False
    quarantined: bool = False


class Journey(NamedTuple):
    """A digest's way."""

    where: Where
    events: tuple[Event, ...]
    """The oldest first"""
    dead: Event | None = None
    """The letter that it ended in, where it is dead"""
    replacing: bool = False
    """An earlier revision is searchable while this one is on its way, or dead"""


def journey(events: Sequence[Event], indexed: Indexed | None) -> Journey:
    """Return where a digest is."""
    told = tuple(sorted(events, key=lambda event: (event.at, _ORDER[event.stage], event.offset)))
    raws = [event for event in told if event.stage == "ingest" and event.kind != "dead"]
    shown = indexed is not None and not indexed.withdrawn and not indexed.quarantined
    if not raws:
        return Journey(_of_index(indexed) if indexed else "unknown", told)
    newest = max(event.revision or 0 for event in raws)
    made = [event for event in told if event.version is not None and event.stage == "enrich" and event.revision == newest]
    if not made:
        raw = max((event for event in raws if event.revision == newest), key=lambda event: event.at)
        dead = _letter(told, "enrich", raw, newest)
        return Journey("dead" if dead else "received", told, dead, replacing=shown)
    best = max(made, key=lambda event: (event.version or 0, event.at))
    if indexed is not None and indexed.version >= (best.version or 0):
        return Journey(_of_index(indexed), told)
    dead = _letter(told, "index", best, newest)
    return Journey("dead" if dead else "enriched", told, dead, replacing=shown)


def _of_index(indexed: Indexed) -> Where:
    if indexed.withdrawn:
        return "withdrawn"
    return "quarantined" if indexed.quarantined else "searchable"


def _letter(events: Sequence[Event], stage: Stage, record: Event, revision: int) -> Event | None:
    """The newest letter of that stage that is of the record: not older than it, and of its revision where that could be read."""
    letters = [
        event for event in events if event.kind == "dead" and event.stage == stage and event.at >= record.at and event.revision in (None, revision)
    ]
    return letters[-1] if letters else None
