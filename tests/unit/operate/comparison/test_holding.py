"""What is owed and what is there → how they differ, and in what words that is said."""

import pytest

from services.operate.comparison.holding import NOTHING, Holding, Kind, difference


def _holding(version: int, named: int, held: int | None = None) -> Holding:
    return Holding(version, named, named if held is None else held)


SAME = _holding(3, 9)


@pytest.mark.parametrize(
    ("owed", "there", "kind"),
    [
        (SAME, SAME, None),
        (_holding(3, 0), _holding(3, 0), None),  # withdrawn
        (SAME, NOTHING, "missing"),
        (SAME, _holding(2, 9), "behind"),
        (SAME, _holding(4, 1), "ahead"),
        (NOTHING, SAME, "added"),
        (SAME, _holding(3, 8), "changed"),
        (SAME, _holding(3, 9, held=8), "incomplete"),
        (SAME, _holding(-1, 0, held=1), "incomplete"),
        (_holding(3, 9, held=10), SAME, "repaired"),
        (_holding(-1, 0, held=1), NOTHING, "stray"),
        (_holding(-1, 0, held=1), SAME, "added"),
        (NOTHING, NOTHING, None),
        (Holding(3, 9, 9, 77), Holding(3, 9, 9, 78), "changed"),
    ],
)
def test_difference(owed: Holding, there: Holding, kind: Kind | None) -> None:
    """By version, counts and fingerprint."""
    assert difference(owed, there) == kind


@pytest.mark.parametrize(
    ("holding", "words"),
    [
        (NOTHING, "nothing"),
        (_holding(-1, 0, held=2), "2 items only"),
        (_holding(3, 9, held=8), "version 3 with 8 of 9 items"),
    ],
)
def test_words(holding: Holding, words: str) -> None:
    """As they stand in the lines of a comparison."""
    assert str(holding) == words
