"""Words that count bodies."""

import pytest

from services.search.query.joint import condition, notice


@pytest.mark.parametrize(
    ("word", "bounds"),
    [
        ("两部门", {"gte": 2, "lte": 2}),
        ("2部门", {"gte": 2, "lte": 2}),
        ("三部委", {"gte": 3, "lte": 3}),
        ("等十二部门", {"gte": 12, "lte": 12}),
        ("五个部门", {"gte": 5, "lte": 5}),
        ("多部门", {"gte": 3}),
    ],
)
def test_a_count_of_bodies(word: str, bounds: dict[str, int]) -> None:
    """In figures, numerals, or several."""
    assert condition(word) == {"range": {"joint_issuers": bounds}}
    assert notice(word)


@pytest.mark.parametrize("word", ["部门", "一部门", "有关部门", "两部门会议", "双碳", ""])
def test_other_words(word: str) -> None:
    """Say nothing of it."""
    assert condition(word) is None
    assert notice(word) is None
