"""Manifest, found items and the way by the ledger → state."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.search.models.status import status
from shared.ledger.event import Event
from shared.ledger.journey import Journey, Where

TWO = {"revision": 5, "item_ids": ["a", "b"], "withdrawn": False}
GONE = {"revision": 5, "item_ids": [], "withdrawn": True}
HELD = {"revision": 5, "item_ids": [], "withdrawn": False, "quarantine": {"code": "log", "message": "its lines are records of a log"}}
LETTER = Event(
    digest_id="d" * 32,
    kind="dead",
    stage="enrich",
    at=datetime(2026, 2, 6, tzinfo=UTC),
    topic="digests.dead.v1",
    partition=2,
    offset=17,
    revision=7,
    error="undecodable",
    message="why",
)
DEAD = Journey("dead", (LETTER,), LETTER)


@pytest.mark.parametrize(
    ("revision", "manifest", "found", "way", "expected"),
    [
        (5, TWO, 2, None, "searchable"),
        (None, TWO, 2, None, "searchable"),
        (5, TWO, 1, None, "waiting"),
        (4, TWO, 2, None, "superseded"),
        (6, TWO, 2, None, "waiting"),
        (5, GONE, 0, None, "withdrawn"),
        (5, GONE, 1, None, "waiting"),
        (4, GONE, 0, None, "withdrawn"),
        (5, HELD, 0, None, "quarantined"),
        (None, HELD, 0, None, "quarantined"),
        (5, HELD, 1, None, "waiting"),
        (4, HELD, 0, None, "superseded"),
        (5, None, 0, None, "waiting"),
        (None, None, 0, None, "waiting"),
        (7, TWO, 2, DEAD, "dead"),
        (7, None, 0, DEAD, "dead"),
        (6, TWO, 2, Journey("enriched", (), LETTER), "waiting"),
        # Sent again and through: what is found counts.
        (7, {**TWO, "revision": 7}, 2, DEAD, "searchable"),
        (5, {**TWO, "item_ids": [], "quarantine": {"code": "log"}}, 0, None, "quarantined"),
        (4, {**TWO, "item_ids": [], "quarantine": {"code": "log"}}, 0, None, "superseded"),
        (5, {**GONE, "quarantine": {"code": "log"}}, 0, None, "withdrawn"),
    ],
)
def test_states(revision: int | None, manifest: dict[str, Any] | None, found: int, way: Journey | None, expected: str) -> None:
    """Of one revision, or of whatever is there."""
    assert status("d" * 32, revision, manifest=manifest, found=found, way=way).state == expected


@pytest.mark.parametrize(("manifest", "found"), [(TWO, 2), (GONE, 0), (HELD, 0)])
def test_a_manifest_that_no_search_sees_yet_is_waited_for(manifest: dict[str, Any], found: int) -> None:
    """The digest's text outside its items comes and goes with it."""
    assert status("d" * 32, 5, manifest=manifest, found=found, seen=False).state == "waiting"


def test_how_many_items_are_searchable() -> None:
    """Once they are."""
    assert [status("d" * 32, 5, manifest=TWO, found=found).items for found in (2, 1)] == [2, None]


def test_an_unknown_digest_says_so() -> None:
    """Waiting may last for ever where the id is wrong."""
    assert status("d" * 32, 1, manifest=None, found=0).message.startswith("not seen yet")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("received", "received, on its way to enrich. See where it is with `jianbao where"),
        ("enriched", "enriched, on its way into the index. See"),
        ("withdrawing", "its withdrawal is on its way. See"),
    ],
)
def test_what_is_on_its_way_says_how_far_it_is(where: Where, says: str) -> None:
    """By the ledger."""
    assert status("d" * 32, 7, manifest=None, found=0, way=Journey(where, ())).message.startswith(says)


def test_a_dead_one_says_why() -> None:
    """With the command that shows more."""
    message = status("d" * 32, 7, manifest=None, found=0, way=DEAD).message
    assert message == "enrich gave up (undecodable): why. See it with `jianbao dead show 2/17`"


@pytest.mark.parametrize(
    ("withdrawn", "ahead_ms", "says"),
    [(False, 600_000, True), (False, 60_000, False), (True, 600_000, True), (True, 60_000, False)],
)
def test_what_stands_in_the_way_from_the_future_is_named(withdrawn: bool, ahead_ms: int, says: bool) -> None:
    """With the command that goes above it; a revision that is merely later is none of that kind."""
    now = 1_770_343_200_000
    manifest = {"revision": now + ahead_ms, "item_ids": [], "withdrawn": withdrawn}
    message = status("d" * 32, now, manifest=manifest, found=0, now_ms=now).message
    advice = "(2026-02-06 02:10:00+00:00): feed it again with `jianbao feed --kafka --above-last`"
    assert (advice in message) is says
