"""Cells that reach over several columns and rows stand in their columns."""

from services.enrich.readers.spanned import REACH, Spanned, reach


def rows(*given: list[tuple[str, int, int]]) -> list[list[str]]:
    """The rows of one table."""
    table = Spanned("")
    return [table.row(row) for row in given]


def test_a_cell_that_reaches_down_is_said_in_each_row() -> None:
    """二期 has the 30 of its own column."""
    assert rows([("一期", 1, 1), ("10", 2, 1), ("20", 1, 1)], [("二期", 1, 1), ("30", 1, 1)], [("三期", 1, 1), ("5", 1, 1)]) == [
        ["一期", "10", "20"],
        ["二期", "10", "30"],
        ["三期", "5"],
    ]


def test_a_cell_that_reaches_down_last_is_added() -> None:
    """At the end of a row that is shorter."""
    assert rows([("甲", 1, 1), ("共用", 3, 1)], [("乙", 1, 1)], [("丙", 1, 1)], [("丁", 1, 1)]) == [
        ["甲", "共用"],
        ["乙", "共用"],
        ["丙", "共用"],
        ["丁"],
    ]


def test_a_cell_that_reaches_over_columns_moves_the_next() -> None:
    """But leaves nothing behind at the end of a row."""
    assert rows([("产能", 1, 2), ("投资", 1, 1)], [("合计", 1, 3)]) == [["产能", "", "投资"], ["合计"]]


def test_how_far_a_cell_reaches_is_bounded() -> None:
    """Whatever it says."""
    assert [reach(written) for written in (None, "", "2", "0", "-1", "x", "²", "99999999", "9" * 5000)] == [1, 1, 2, 1, 1, 1, 1, REACH, 1]


def test_a_row_of_wide_cells_stays_small() -> None:
    """A thousand cells that reach over a hundred columns each."""
    assert len(rows([("甲", 1, REACH)] * 1000)[0]) < 3000
