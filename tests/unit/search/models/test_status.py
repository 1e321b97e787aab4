"""Manifest, found items and dead letter → state."""

from typing import Any

import pytest

from services.search.models.status import Dead, status

TWO = {"revision": 5, "item_ids": ["a", "b"], "withdrawn": False}
GONE = {"revision": 5, "item_ids": [], "withdrawn": True}
HELD = {"revision": 5, "item_ids": [], "withdrawn": False, "quarantine": {"code": "log", "message": "its lines are records of a log"}}
DEAD = Dead(7, "enrich", "undecodable", "why")


@pytest.mark.parametrize(
    ("revision", "manifest", "found", "dead", "expected"),
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
        (6, TWO, 2, DEAD, "waiting"),
        (6, TWO, 2, Dead(None, "enrich", "unknown_form", "why"), "dead"),
        # Sent again and through: what is found counts.
        (7, {**TWO, "revision": 7}, 2, DEAD, "searchable"),
        (5, {**TWO, "item_ids": [], "quarantine": {"code": "log"}}, 0, None, "quarantined"),
        (4, {**TWO, "item_ids": [], "quarantine": {"code": "log"}}, 0, None, "superseded"),
        (5, {**GONE, "quarantine": {"code": "log"}}, 0, None, "withdrawn"),
    ],
)
def test_states(revision: int | None, manifest: dict[str, Any] | None, found: int, dead: Dead | None, expected: str) -> None:
    """Of one revision, or of whatever is there."""
    assert status("d" * 32, revision, manifest=manifest, found=found, dead=dead).state == expected


@pytest.mark.parametrize(("manifest", "found"), [(TWO, 2), (GONE, 0), (HELD, 0)])
def test_a_manifest_that_no_search_sees_yet_is_waited_for(manifest: dict[str, Any], found: int) -> None:
    """The digest's text outside its items comes and goes with it."""
    assert status("d" * 32, 5, manifest=manifest, found=found, seen=False, dead=None).state == "waiting"


def test_how_many_items_are_searchable() -> None:
    """Once they are."""
    assert [status("d" * 32, 5, manifest=TWO, found=found, dead=None).items for found in (2, 1)] == [2, None]


def test_an_unknown_digest_says_so() -> None:
    """Waiting may last for ever where the id is wrong."""
    assert status("d" * 32, 1, manifest=None, found=0, dead=None).message.startswith("not seen yet")


def test_a_dead_one_says_why() -> None:
    """With the command that shows more."""
    message = status("d" * 32, 7, manifest=None, found=0, dead=DEAD).message
    assert message == "enrich gave up (undecodable): why. See it with `jianbao dead list`"


@pytest.mark.parametrize(
    ("withdrawn", "ahead_ms", "says"),
    [(False, 600_000, True), (False, 60_000, False), (True, 600_000, True), (True, 60_000, False)],
)
def test_what_stands_in_the_way_from_the_future_is_named(withdrawn: bool, ahead_ms: int, says: bool) -> None:
    """With the command that goes above it; a revision that is merely later is none of that kind."""
    now = 1_770_343_200_000
    manifest = {"revision": now + ahead_ms, "item_ids": [], "withdrawn": withdrawn}
    message = status("d" * 32, now, manifest=manifest, found=0, dead=None, now_ms=now).message
    advice = "(2026-02-06 02:10:00+00:00): feed it again with `jianbao feed --kafka --above-last`"
    assert (advice in message) is says
