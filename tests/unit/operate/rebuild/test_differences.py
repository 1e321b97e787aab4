"""What two pairs hold → how they differ, and what forbids the swap."""

import pytest

from services.operate.comparison.holding import Holding, Kind
from services.operate.rebuild.differences import Comparison, Difference, of_digest, other_words, owed


def _holding(version: int, named: int, held: int | None = None) -> Holding:
    return Holding(version, named, named if held is None else held)


@pytest.mark.parametrize(
    ("then", "now", "new", "expected"),
    [
        (_holding(3, 9), _holding(3, 9), None, "missing"),
        (_holding(3, 9), _holding(3, 9), _holding(3, 9), None),
        (_holding(3, 9), _holding(4, 9), _holding(3, 9), None),  # the live one went on after the topic was read
        (_holding(3, 9), _holding(4, 9), _holding(2, 9), "behind"),
        (_holding(3, 9), _holding(4, 9), None, "missing"),
        (None, _holding(4, 9), None, None),  # came in while we looked
        (None, _holding(4, 9), _holding(3, 9), None),
        (_holding(-1, 0, held=9), _holding(3, 9), _holding(3, 9), None),  # its items were counted before its manifest was seen
        (_holding(-1, 0, held=9), _holding(-1, 0, held=9), None, "stray"),
        (_holding(3, 9), _holding(3, 9), _holding(4, 9), "ahead"),
        (_holding(3, 9), None, _holding(3, 9), "added"),
    ],
)
def test_what_came_in_meanwhile_is_no_difference(then: Holding | None, now: Holding | None, new: Holding | None, expected: Kind | None) -> None:
    """What the live pair had before the topic was read to its end is owed, and nothing more."""
    found = of_digest("a", owed(then, now, new), new)
    assert (found.kind if found else None) == expected


def test_what_forbids_the_swap() -> None:
    """What would be lost or changed, unless it is accepted; never what the new index refuses, nor what it holds wrongly."""
    found = Comparison()
    kinds: tuple[Kind, ...] = ("missing", "behind", "changed", "incomplete", "ahead", "added", "repaired", "stray")
    for kind in kinds:
        found.note(Difference(kind, kind))
    found.note(Difference("refused", "missing"))

    def forbidding(**accepted: bool) -> list[str]:
        return [one.digest_id for one in found.forbidding(refused=frozenset({"refused"}), **accepted)]

    assert forbidding() == ["missing", "behind", "changed", "incomplete", "refused"]
    assert forbidding(accept_missing=True) == ["changed", "incomplete", "refused"]
    assert forbidding(accept_missing=True, accept_changed=True) == ["incomplete", "refused"]


@pytest.mark.parametrize(
    ("live", "new", "expected"),
    [
        ({"title": "甲"}, {"title": "甲"}, []),
        ({"title": "甲"}, {"title": "乙"}, ["title"]),
        ({"title": "甲"}, {}, ["title"]),
        ({}, {"level": "县"}, []),  # a field that came later
        ({"level": None, "topics": []}, {"level": "县", "topics": ["电力"]}, []),
        ({"enriched_at": "2026-02-06", "revisions": [1]}, {"enriched_at": "2026-02-07"}, []),
        ({"only_live": 1}, {}, []),  # a field that one of the mappings does not know
        ({"withdrawn": False}, {"withdrawn": True}, ["withdrawn"]),
    ],
)
def test_other_words(live: dict[str, object], new: dict[str, object], expected: list[str]) -> None:
    """What the live document says must be said by the new one too."""
    fields = frozenset({"title", "level", "topics", "withdrawn", "enriched_at", "revisions"})
    assert other_words(live, new, fields) == expected
