"""Where a digest is, by its events and its manifest."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.ids import version
from shared.ledger.event import Event, Kind, Stage, from_document
from shared.ledger.journey import Indexed, Where, journey

START = datetime(2026, 2, 6, tzinfo=UTC)


def event(kind: Kind, stage: Stage, second: int, *, revision: int = 1, build: int = 7, letter: str | None = None) -> Event:
    """One that happened so many seconds after the start."""
    number = version(revision, build, 0) if stage != "ingest" and not (kind == "dead" and stage == "enrich") else None
    return Event(
        digest_id="0" * 32,
        kind=kind,
        stage=stage,
        at=START + timedelta(seconds=second),
        topic=f"{stage}.v1",
        partition=0,
        offset=second,
        revision=revision,
        version=number,
        letter=letter,
    )


def held(revision: int = 1, build: int = 7, **facts: bool) -> Indexed:
    """What the index holds."""
    return Indexed(version(revision, build, 0), 3, **facts)


RECEIVED, ENRICHED = event("received", "ingest", 0), event("enriched", "enrich", 1)
DEAD = event("dead", "enrich", 1)
AGAIN = event("received", "ingest", 2, letter="0/5")
DEAD_AGAIN = event("dead", "enrich", 3, letter="0/5")
THIRD = event("received", "ingest", 4, letter="0/6")
DEAD_IN_INDEX = event("dead", "index", 2)


@pytest.mark.parametrize(
    ("events", "indexed", "where"),
    [
        ([], None, "unknown"),
        ([RECEIVED], None, "received"),
        ([RECEIVED, ENRICHED], None, "enriched"),
        ([RECEIVED, ENRICHED], held(), "searchable"),
        ([RECEIVED, ENRICHED], held(build=6), "enriched"),
        ([RECEIVED, DEAD], None, "dead"),
        ([RECEIVED, DEAD, AGAIN], None, "received"),
        ([RECEIVED, DEAD, AGAIN, DEAD_AGAIN], None, "dead"),
        ([RECEIVED, DEAD, AGAIN, DEAD_AGAIN, THIRD, event("enriched", "enrich", 5)], held(), "searchable"),
        ([RECEIVED, ENRICHED, DEAD_IN_INDEX], None, "dead"),
        ([RECEIVED, ENRICHED, DEAD_IN_INDEX, event("enriched", "enrich", 3)], None, "enriched"),
        ([RECEIVED, ENRICHED, event("received", "ingest", 9, revision=2)], held(), "received"),
        ([RECEIVED, event("received", "ingest", 9, revision=2), event("enriched", "enrich", 10)], None, "received"),
        ([RECEIVED, ENRICHED, event("withdrawn", "ingest", 9, revision=2)], held(), "received"),
        ([event("withdrawn", "ingest", 9, revision=2), event("taken_out", "enrich", 10, revision=2)], held(2, withdrawn=True), "withdrawn"),
        ([RECEIVED, event("quarantined", "enrich", 1)], held(quarantined=True), "quarantined"),
        ([], held(), "searchable"),
    ],
)
def test_where_a_digest_is(events: list[Event], indexed: Indexed | None, where: Where) -> None:
    """Whatever order the events are found in."""
    assert journey(events, indexed).where == where
    assert journey(events[::-1], indexed).where == where


def test_a_dead_digest_names_its_last_letter() -> None:
    """And the steps stand in their order."""
    found = journey([DEAD_AGAIN, AGAIN, DEAD, RECEIVED], None)
    assert found.dead == DEAD_AGAIN
    assert found.events == (RECEIVED, DEAD, AGAIN, DEAD_AGAIN)


def test_an_earlier_revision_stays_searchable_meanwhile() -> None:
    """What analysts find is said too."""
    assert journey([RECEIVED, ENRICHED, event("received", "ingest", 9, revision=2)], held()).replacing
    assert not journey([RECEIVED, ENRICHED], None).replacing


def test_an_event_is_read_as_it_was_written() -> None:
    """A newer monitor's fields are dropped."""
    assert from_document(DEAD_AGAIN.to_document() | {"new": 1}) == DEAD_AGAIN
