"""The events of a digest and what the index holds of it → where it is now, and how it came there. Pure.

What counts is the newest revision: an older one that is still on its way replaces nothing. A dead letter holds until the
record that died is written again, by a retry, a replay or a feeder. A letter names the record that died; times of
producers on several machines decide only where that record is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from shared.ids import version_parts
from shared.ledger.event import DIED, Event, Stage

Where = Literal["unknown", "received", "enriched", "searchable", "dead", "quarantined", "withdrawing", "withdrawn", "erased"]
"""`received`: enrich has not answered for it; `enriched`: index has not; `withdrawing`: it is taken back, and that is
on its way"""

_ORDER: dict[Stage, int] = {"ingest": 0, "enrich": 1, "index": 2, "operator": 3}

SKEW = timedelta(minutes=5)
"""Clocks may differ by that much. A letter so much older than a record of the place that it names is of a topic that has
been made anew since."""


class Indexed(NamedTuple):
    """What the index says of the digest, by its manifest."""

    version: int
    items: int
    withdrawn: bool = False
    quarantined: bool = False
    erased: bool = False
    refused: bool = False
    """Some of its items were refused: they are dead letters"""


class Journey(NamedTuple):
    """A digest's way."""

    where: Where
    events: tuple[Event, ...]
    """The oldest first"""
    dead: Event | None = None
    """The letter that it ended in; of one that is not dead, a letter that still asks for somebody's attention"""
    replacing: bool = False
    """An earlier revision is searchable while this one is on its way, or dead"""
    taken_back: bool = False
    """What happened last is that it was taken back, whether or not that has come through"""


class _Known(NamedTuple):
    """Events, each once, in their order."""

    events: tuple[Event, ...]
    places: Mapping[str, frozenset[str]]
    """By an event's id: where its record lies, and where copies of it do"""

    def of(self, *stages: Stage) -> list[Event]:
        """Those that these stages wrote, without letters."""
        return [event for event in self.events if event.stage in stages and event.kind not in DIED]


def journey(events: Iterable[Event], indexed: Indexed | None) -> Journey:
    """Return where a digest is."""
    known = _once(events)
    raws, made = known.of("ingest"), [event for event in known.of("enrich") if event.version is not None]
    revisions = [event.revision for event in known.events if event.stage != "operator" and event.revision is not None]
    newest = max(revisions, default=None)
    raw = max((event for event in raws if event.revision == newest), key=lambda event: event.at, default=None)
    best = max(
        (event for event in made if event.revision == newest),
        key=lambda event: (event.version or 0, event.at),
        default=None,
    )
    taken_back = any(event is not None and event.kind in ("withdrawn", "erased", "taken_out") for event in (raw, best))
    if indexed is not None and _has_come(indexed, newest, best):
        return Journey(_of_index(indexed), known.events, _left_over(known, indexed, raw, best), taken_back=taken_back)
    shown = indexed is not None and not indexed.withdrawn and not indexed.quarantined
    dead = _letter(known, "index" if best else "enrich", best or raw, newest)
    where: Where = "dead" if dead else "withdrawing" if taken_back else "enriched" if best else "received"
    if not known.events:
        where = "unknown"
    return Journey(where, known.events, dead, replacing=shown, taken_back=taken_back)


def _has_come(indexed: Indexed, newest: int | None, best: Event | None) -> bool:
    """Whether the index answers for the newest revision; where nothing says what was made of it, by the revision alone."""
    if best is None:
        return newest is None or version_parts(indexed.version)[0] >= newest
    return indexed.version >= (best.version or 0)


def _of_index(indexed: Indexed) -> Where:
    if indexed.erased:
        return "erased"
    if indexed.withdrawn:
        return "withdrawn"
    return "quarantined" if indexed.quarantined else "searchable"


def _left_over(known: _Known, indexed: Indexed, raw: Event | None, best: Event | None) -> Event | None:
    """The letter of a digest that came through nonetheless: of refused items, or of a replay that failed."""
    if indexed.withdrawn or best is None:
        return None
    refused = _letter(known, "index", best, best.revision) if indexed.refused else None
    failed = _letter(known, "enrich", raw, best.revision) if raw is not None else None
    found = refused or (failed if failed is not None and failed.at > best.at else None)
    return None if found is None or _is_dealt_with(known.events, found) else found


def _is_dealt_with(events: Sequence[Event], letter: Event) -> bool:
    name = f"{letter.partition}/{letter.offset}"
    return any(event.letter == name and event.at >= letter.at for event in events)


def _letter(known: _Known, stage: Stage, record: Event | None, revision: int | None) -> Event | None:
    """The newest letter of that stage that is of the record; where the record is not known, of the revision, of any stage."""
    everywhere = frozenset().union(*known.places.values())
    here = known.places[record.id] if record else frozenset()

    def is_of(letter: Event) -> bool:
        if record is None:
            return letter.revision in (None, revision)
        if letter.stage != stage:
            return False
        if letter.origin in everywhere:
            return letter.origin in here and letter.at >= record.at - SKEW
        return letter.at >= record.at and letter.revision in (None, revision)

    letters = [event for event in known.events if event.kind in DIED and is_of(event)]
    return letters[-1] if letters else None


def _once(events: Iterable[Event]) -> _Known:
    """An erasure copies the records of others to the end of their partition with their times: each is one event."""
    found: dict[tuple[Any, ...], Event] = {}
    places: dict[tuple[Any, ...], set[str]] = {}
    for event in sorted(events, key=lambda event: event.offset):
        # What an operator did to a letter is carried to the letter's copy, which lies elsewhere.
        sent = None if event.stage == "operator" else event.letter
        same = (event.topic, event.at, event.kind, event.stage, event.revision, event.version, event.error, event.attempt, sent)
        found[same] = event
        places.setdefault(same, set()).add(event.place)
    told = sorted(found.values(), key=lambda event: (event.at, _ORDER[event.stage], event.offset))
    return _Known(tuple(told), {event.id: frozenset(places[same]) for same, event in found.items()})
