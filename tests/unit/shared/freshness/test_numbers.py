"""Printed issue numbers, and what is missing between them."""

import pytest

from shared.freshness.numbers import Gap, Number, gaps, read


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("第6期", Number(6, 6)),
        ("第 12 期", Number(12, 12)),
        ("第十二期", Number(12, 12)),
        ("第一百二十三期", Number(123, 123)),
        ("第二〇期", Number(20, 20)),
        ("2026年第3期", Number(3, 3, 2026)),
        ("2026年第3期(总第123期)", Number(123, 123)),
        ("总第88期", Number(88, 88)),
        ("第5-6期", Number(5, 6)),
        ("第5、6期合刊", Number(5, 6)),
        ("Vol.12", Number(12, 12)),
        ("VOL 7", Number(7, 7)),
        ("No. 15", Number(15, 15)),
        ("第３期", Number(3, 3)),
        ("2026年2月6日", None),
        ("", None),
        (None, None),
    ],
)
def test_numbers_as_printed(printed: str | None, number: Number | None) -> None:
    """Each way."""
    assert read(printed) == number


@pytest.mark.parametrize(
    ("printed", "missing"),
    [
        (["第6期", "第7期", "第8期"], []),
        (["第6期", "第8期"], [Gap((7,))]),
        (["第6期", "第10期"], [Gap((7, 8, 9))]),
        (["第6期", "第8期", "第7期"], []),  # one came late
        (["第6期", "第6期", "第7期"], []),  # a revision
        (["第4期", "第5-6期", "第7期"], []),
        (["Vol.11", "Vol.13"], [Gap((12,))]),
        (["第51期", "第52期", "第1期", "第2期"], []),
        (["第51期", "第52期", "第2期", "第3期"], [Gap((1,))]),
        (["2025年第51期", "2025年第52期", "2026年第1期"], []),
        (["2025年第52期", "2026年第2期"], [Gap((1,), 2026)]),
        (["2025年第49期", "2025年第51期", "2026年第1期"], [Gap((50,), 2025)]),
        (["2026年第5期", "2026年第6期"], []),  # the first that came
        (["第6期", "第120期", "第7期", "第121期"], []),  # two counts of one source
        (["2026年第3期(总第123期)", "2026年第5期(总第125期)"], [Gap((124,))]),
    ],
)
def test_what_is_missing(printed: list[str], missing: list[Gap]) -> None:
    """In the order in which they appeared."""
    assert gaps(number for one in printed if (number := read(one))) == missing
