"""Two documents → the fields in which they differ."""

import pytest

from services.operate.comparison.documents import differing, written


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"title": "甲", "level": "县"}, {"level": "县", "title": "甲"}, []),
        ({"title": "甲"}, {"title": "乙", "level": "县"}, ["level", "title"]),
        ({"title": None}, {}, ["title"]),  # without a value is not absent
    ],
)
def test_differing(one: dict[str, object], other: dict[str, object], expected: list[str]) -> None:
    """Whatever the order of the fields; written out they differ just then."""
    assert differing(one, other) == expected
    assert (written(one) != written(other)) == bool(expected)


def test_of_some_fields_alone() -> None:
    """The others are not looked at."""
    assert differing({"title": "甲", "level": "县"}, {"title": "乙"}, ["title", "topics"]) == ["title"]
