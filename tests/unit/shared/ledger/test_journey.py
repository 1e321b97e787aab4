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
        offset=max(0, second),
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
TAKEN = event("withdrawn", "ingest", 9, revision=2)
HELD = event("quarantined", "enrich", 1)


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
        ([RECEIVED, ENRICHED, event("withdrawn", "ingest", 9, revision=2)], held(), "withdrawing"),
        ([RECEIVED, ENRICHED, TAKEN, event("taken_out", "enrich", 10, revision=2)], held(), "withdrawing"),
        ([RECEIVED, ENRICHED, TAKEN, event("dead", "enrich", 10, revision=2)], held(), "dead"),
        ([RECEIVED, DEAD, TAKEN], None, "withdrawing"),
        ([RECEIVED, DEAD, TAKEN, event("taken_out", "enrich", 10, revision=2)], held(2, withdrawn=True), "withdrawn"),
        ([event("erased", "ingest", 9, revision=2)], held(2, withdrawn=True, erased=True), "erased"),
        ([RECEIVED, DEAD, event("received", "ingest", 9, revision=2)], None, "received"),
        ([RECEIVED, DEAD, event("received", "ingest", 9, revision=2), event("enriched", "enrich", 10, revision=2)], held(2), "searchable"),
        ([RECEIVED, DEAD, event("received", "ingest", 9, revision=2), event("enriched", "enrich", 10, revision=2), AGAIN], held(2), "searchable"),
        ([RECEIVED, HELD], held(quarantined=True), "quarantined"),
        ([RECEIVED, HELD, event("released", "ingest", 9, revision=2)], held(quarantined=True), "received"),
        ([RECEIVED, ENRICHED, event("enriched", "enrich", 9, build=8)], held(), "enriched"),
        ([RECEIVED, ENRICHED, event("enriched", "enrich", 9, build=8)], held(build=8), "searchable"),
        ([RECEIVED, DEAD, event("discarded", "operator", 5, letter="0/1")], None, "dead"),
        ([RECEIVED, event("skipped", "enrich", 1)], None, "dead"),
        ([RECEIVED], held(), "searchable"),
        ([event("received", "ingest", 9, revision=2)], held(), "received"),
        ([DEAD], None, "dead"),
        ([DEAD], held(), "searchable"),
        ([event("dead", "enrich", 9, revision=2)], held(), "dead"),
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


def test_a_letter_of_a_clock_that_is_behind_is_known_by_what_it_names() -> None:
    """Its own time is before that of the record that died."""
    early = event("dead", "enrich", -3).model_copy(update={"origin": RECEIVED.place, "offset": 3})
    assert journey([early, RECEIVED], None).where == "dead"
    assert journey([early, RECEIVED, AGAIN], None).where == "received"


def test_a_letter_of_another_record_says_nothing_of_this_one() -> None:
    """The record that was sent again is on its way, though another machine's clock puts its letter before."""
    late = event("dead", "enrich", 3).model_copy(update={"origin": RECEIVED.place})
    assert journey([RECEIVED, late, AGAIN], None).where == "received"


def test_a_letter_of_a_topic_that_was_made_anew_is_not_of_the_record_in_its_place() -> None:
    """Offsets begin again."""
    old = event("dead", "enrich", -3600).model_copy(update={"origin": RECEIVED.place, "offset": 3})
    assert journey([old, RECEIVED], None).where == "received"


def test_records_that_an_erasure_copied_are_told_once() -> None:
    """They keep their times, and lie elsewhere; a letter may name either place."""
    copy = RECEIVED.model_copy(update={"offset": 90})
    died = DEAD.model_copy(update={"origin": RECEIVED.place})
    found = journey([copy, RECEIVED, died], None)
    assert (found.where, len(found.events)) == ("dead", 2)
    assert journey([copy, died], None).where == "dead"


def test_a_withdrawal_on_its_way_leaves_the_digest_searchable() -> None:
    """As it is while the withdrawal is a dead letter."""
    for further in ([], [event("dead", "enrich", 10, revision=2)]):
        found = journey([RECEIVED, ENRICHED, TAKEN, *further], held())
        assert (found.taken_back, found.replacing) == (True, True)


def test_a_searchable_digest_names_a_letter_that_asks_for_attention() -> None:
    """Of a replay that failed, until somebody deals with it; and of items that the index refused."""
    failed = event("dead", "enrich", 9).model_copy(update={"origin": RECEIVED.place})
    assert journey([RECEIVED, ENRICHED, failed], held()).dead == failed
    assert journey([RECEIVED, ENRICHED, failed, event("discarded", "operator", 10, letter="0/9")], held()).dead is None
    assert journey([RECEIVED, ENRICHED, DEAD_IN_INDEX], held(refused=True)).dead == DEAD_IN_INDEX
    assert journey([RECEIVED, ENRICHED, DEAD_IN_INDEX], held()).dead is None
