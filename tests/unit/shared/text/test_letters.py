"""Radicals, and what is printed above the line."""

import pytest

from shared.text.letters import ideographs, levelled, raised


@pytest.mark.parametrize(
    ("text", "read"),
    [("⼭东省⼈⺠政府", "山东省人民政府"), ("⻓春⻋站", "长春车站"), ("2⽉3⽇", "2月3日"), ("昆山", "昆山"), ("⺀⺄", "⺀⺄")],
)
def test_radicals_are_read_as_their_ideographs(text: str, read: str) -> None:
    """One for one, so that offsets stay; strokes that are no words stay as they are."""
    assert ideographs(text) == read
    assert len(ideographs(text)) == len(text)


@pytest.mark.parametrize(("text", "shown"), [("4", "⁴"), ("-3", "⁻³"), ("[2]", "⁽²⁾"), ("TM", "TM"), ("注1", "注1")])
def test_what_is_printed_above_the_line(text: str, shown: str) -> None:
    """Figures and their signs; words stay words."""
    assert raised(text) == shown
    assert levelled(shown) == levelled(text)
