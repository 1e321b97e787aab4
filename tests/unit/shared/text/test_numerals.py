"""Chinese numerals ↔ numbers."""

import pytest

from shared.text.numerals import counted, number, numeral


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("7", 7), ("０７", 7), ("〇", 0), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("百", 100), ("一百零三", 103),
        ("一百一十", 110), ("三百六十五", 365), ("二〇二五", 2025), ("二零二五", 2025),
    ],
)  # fmt: skip
def test_what_is_written_is_read(written: str, expected: int) -> None:
    """Figures of any width, numerals, digits in a row."""
    assert number(written) == expected


@pytest.mark.parametrize("written", ["", "上", "二十十", "十百", "一二十", "12三"])
def test_what_is_no_number(written: str) -> None:
    """Nothing is made of it."""
    assert number(written) is None


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0, "〇"), (9, "九"), (10, "十"), (12, "十二"), (30, "三十"), (105, "一百零五"), (110, "一百一十"), (1000, "1000"), (-1, "-1")],
)
def test_numbers_in_chinese(value: int, printed: str) -> None:
    """As lists count; what can't be written so stands in figures."""
    assert numeral(value) == printed


def test_what_is_printed_is_read_as_it_was() -> None:
    """All of them."""
    assert [number(numeral(value)) for value in range(1000)] == list(range(1000))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("五", 5), ("十五", 15), ("三百二十", 320), ("一千零二十", 1020), ("二十万", 2e5), ("一亿五千万", 1.5e8), ("三点五万", 35000),
        ("一万二", 12000), ("一万零二", 10002), ("千亿", 1e11), ("百万", 1e6), ("两万亿", 2e12), ("三点一四", 3.14),
    ],
)  # fmt: skip
def test_amounts_with_scales(written: str, expected: float) -> None:
    """Up to 万亿, with decimals, and a scale that stands alone."""
    assert counted(written) == expected


@pytest.mark.parametrize("written", ["", "上", "二十十", "十百", "一二", "二〇二五", "三点", "点五"])
def test_what_is_no_amount(written: str) -> None:
    """Digits in a row are a year, and scales go down."""
    assert counted(written) is None
