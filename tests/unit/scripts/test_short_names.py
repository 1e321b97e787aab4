"""The verdicts on short names and their score."""

from collections import Counter

import pytest

from scripts.short_names.judged import KINDS, Verdict, digests, half, placed, verdicts
from scripts.short_names.score import Score, means, score

JUDGED = {"a": True, "b": True, "c": False}


@pytest.mark.parametrize(
    ("found", "judged", "expected"),
    [
        (["a", "b"], JUDGED, Score(1.0, 1.0, 0)),
        (["a", "c"], JUDGED, Score(0.5, 0.5, 0)),
        # Nobody judged it: it counts as wrong.
        (["a", "d"], JUDGED, Score(0.5, 0.5, 1)),
        # Recall is of all pages, precision of the first.
        (["c"] * 9 + ["a", "b"], JUDGED, Score(0.1, 1.0, 0)),
        ([], JUDGED, Score(0.0, 0.0, 0)),
        # Nothing tells of it, so that finding nothing is right.
        ([], {"c": False}, Score(1.0, None, 0)),
        (["c"], {"c": False}, Score(0.0, None, 0)),
    ],
)
def test_the_score(found: list[str], judged: dict[str, bool], expected: Score) -> None:
    """P@10 over what is on the first page, recall over all that is found."""
    assert score(found, judged) == expected


def test_every_name_weighs_the_same() -> None:
    """However many items tell of it; one that nothing tells of has no recall."""
    assert means([Score(1.0, 0.5, 0), Score(0.5, 1.0, 0), Score(0.0, None, 0)]) == (0.5, 0.75)


def test_an_item_is_the_one_that_was_judged_where_most_of_it_is() -> None:
    """What is parted otherwise since then is lost, and counted."""
    given = [
        Verdict("company", "甲", 1, 100, 200, True),
        Verdict("company", "甲", 1, 300, 400, False),
        Verdict("company", "甲", 2, 0, 10, True),
    ]
    items = {1: [("same", 100, 190), ("larger", 250, 900)]}
    assert placed(given, items) == ({"甲": {"same": True}}, 2)


def test_the_set_is_what_its_text_says() -> None:
    """150 names, 30 of each kind, in two halves; every verdict is of a digest of the corpus, given once."""
    given = verdicts()
    assert Counter(kind for kind, _ in {(one.kind, one.name) for one in given}) == dict.fromkeys(KINDS, 30)
    assert Counter(half(name) for name in {one.name for one in given}) == {"seen": 76, "held_out": 74}
    assert {one.digest for one in given} <= {one.number for one in digests()}
    assert len({(one.name, one.digest, one.start, one.end) for one in given}) == len(given)
