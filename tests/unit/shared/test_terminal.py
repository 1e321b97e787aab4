"""What people see of what was found."""

import io

from rich.console import Console

from shared.terminal import file_name, marked, printable


def test_what_was_found_is_highlighted() -> None:
    """The API escapes for HTML; a terminal needs the characters themselves."""
    text = marked("昆山:将新增(近)<em>零碳工厂</em>10家 &lt;b&gt;", console=Console(file=io.StringIO(), force_terminal=True, color_system="standard"))
    assert text.plain == "昆山:将新增(近)零碳工厂10家 <b>"
    assert [text.plain[span.start : span.end] for span in text.spans] == ["零碳工厂"]


def test_what_was_found_is_quoted_without_colours() -> None:
    """In a pipe a highlight would be lost."""
    assert marked("推动<em>零碳</em>园区", console=Console(file=io.StringIO())).plain == "推动«零碳»园区"


def test_what_was_found_is_quoted_where_colours_are_not_wanted() -> None:
    """NO_COLOR on a terminal."""
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", no_color=True)
    assert marked("<em>零碳</em>园区", console=console).plain == "«零碳»园区"


def test_terminals_are_not_steered() -> None:
    """Control characters from digests are dropped."""
    assert printable("甲\x1b[31m乙\x07\n丙") == "甲[31m乙 丙"
    assert marked("<em>甲</em>乙&amp;\x1b", console=Console(file=io.StringIO())).plain == "«甲»乙&"


def test_names_are_shown_as_given() -> None:
    """Quoted, so that an empty one is seen; replacement characters for what is no UTF-8."""
    assert [file_name(name) for name in ("", "周报.txt", b"\xb1\xa8.txt".decode("utf-8", "surrogateescape"))] == ["“”", "“周报.txt”", "“��.txt”"]
