"""Words → pairs of characters."""

import pytest

from shared.text.bigrams import paired


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("碳", False),
        ("碳市", True),
        ("零碳工厂", True),
        ("25万千瓦", False),
        ("GB/T", False),
        ("A级", False),
        ("碳、市", False),
        ("昆山:将新增(近)零碳工厂10家", True),
        ("ニュース", True),
    ],
)
def test_where_pairs_say_something(word: str, expected: bool) -> None:
    """Not for one character, codes and short mixtures."""
    assert paired(word) is expected
