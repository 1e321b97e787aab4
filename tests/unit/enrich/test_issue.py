"""Titles → issue number."""

import pytest

from services.enrich.issue import issue_number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("某地周报第6期", "第6期"),
        ("某地周报 2026年第3期(总第128期)", "2026年第3期"),
        ("周刊（第 395 期）：标题", "第395期"),
        ("总第十二期", "总第十二期"),
        ("Weekly Vol.12", "Vol.12"),
        ("Weekly No. 7", "No.7"),
        ("晨报 #128", "#128"),
        ("三期工程开工", None),
        ("第三期工程开工", None),
        ("2026年2月6日", None),
        ("版本 1.12", None),
    ],
)
def test_issue_numbers_are_read_as_printed(line: str, number: str | None) -> None:
    """Without white space; phases of works are none."""
    assert issue_number(line) == number


def test_the_first_line_that_has_one_wins() -> None:
    """A given title before the printed one; words before a mere number sign."""
    assert issue_number(None, "#6", "第7期", "第8期") == "第7期"
