"""The parts of a word that was typed without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.query.parts import parts
from shared.text.folding import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昆山光伏补贴", ("昆山", "光伏", "补贴")),
        ("国家发改委储能补贴政策", ("国家发改委", "储能", "补贴", "政策")),
        ("宁德时代新技术", ("宁德时代", "技术")),
        ("碳达峰碳中和", ("碳达峰", "碳中和")),
        ("昆山:将新增(近)零碳工厂10家", ("昆山", "新增", "零碳", "工厂", "10家")),
        ("2025年全国两会召开", ("2025年", "全国", "两会", "召开")),
        # One thing: four characters, a known name, a code.
        ("建设银行", ("建设银行",)),
        ("一带一路", ("一带一路",)),
        ("国家发展和改革委员会", ("国家发展和改革委员会",)),
        ("GB/T 32151.1", ("GB/T 32151.1",)),
        ("25万千瓦", ("25万千瓦",)),
    ],
)
def test_a_word_is_cut_at_known_names_and_words(text: str, expected: tuple[str, ...]) -> None:
    """What is four characters long, known, or a code is one part."""
    assert parts(text) == expected


@given(st.text(alphabet=st.sampled_from("昆山的将光伏补贴10家aZ、(）𠮷 \ud800"), max_size=30))
def test_every_part_stands_in_the_word(text: str) -> None:
    """So that what says the word as it stands has all its parts too."""
    assert parts(text) == (text,) or all(part in fold(text) for part in parts(text))
