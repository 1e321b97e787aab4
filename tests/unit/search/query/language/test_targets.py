"""A target's text → its parts."""

from services.search.query.language.target import target


def test_blanks_in_a_row_are_one() -> None:
    """However many: a pattern that tried each way to part them would take minutes for a line of them."""
    found = target("新能源" + " " * 3000 + "装机 >= 10GW", 0, 1)
    assert found is not None
    assert (found.metric, found.number, found.unit) == ("新能源 装机", 10, "GW")
    assert target("a" + " " * 3000 + "@", 0, 1) is None
