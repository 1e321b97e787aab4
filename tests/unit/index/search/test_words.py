"""What somebody typed → words and phrases."""

import pytest

from services.index.search.words import MAX_LOOSE, MAX_WORDS, paired, parse


@pytest.mark.parametrize(
    ("q", "words", "phrases"),
    [
        ("", (), ()),
        ("零碳工厂", ("零碳工厂",), ()),
        ("昆山 零碳　工厂", ("昆山", "零碳", "工厂"), ()),
        ('零碳 "昆山:将新增" GB/T', ("零碳", "GB/T"), ("昆山:将新增",)),
        ("“甲 乙”「丙」『丁』＂戊＂", (), ("甲 乙", "丙", "丁", "戊")),
        ('"没有关上', ("没有关上",), ()),
        ('""', (), ()),
        ("甲 甲 乙", ("甲", "乙"), ()),
        ("零\u200b碳\x00", ("零碳",), ()),
        ("\u200b \u3000", (), ()),
        ("𠮷野家", ("𠮷野家",), ()),
    ],
)
def test_words_and_phrases(q: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    """White space parts words, quotation marks of any kind hold phrases, what nobody sees drops out."""
    found = parse(q)
    assert (found.words, found.phrases, found.shortened) == (words, phrases, False)


@pytest.mark.parametrize("q", ["碳" * (MAX_LOOSE + 1), " ".join(f"词{n}" for n in range(MAX_WORDS + 1)), " ".join(f'"词{n}"' for n in range(40))])
def test_long_queries_are_bounded_and_say_so(q: str) -> None:
    """Characters and words alike."""
    found = parse(q)
    assert found.shortened
    assert sum(map(len, found.words)) <= MAX_LOOSE
    assert len(found.words) + len(found.phrases) <= MAX_WORDS


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
