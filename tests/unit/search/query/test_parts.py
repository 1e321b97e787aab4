"""The parts of a word that was typed without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.query.parts import Part, parts
from shared.text.folding import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昆山光伏补贴", ("昆山", "光伏", "补贴")),
        ("国家发改委储能补贴政策", ("国家发改委", "储能", "补贴", "政策")),
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
    assert parts(text) == tuple((part,) for part in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("网络安全法", (("网络安全法",),)),
        ("江苏省能源局", (("江苏省",), ("能源局",))),
        ("黑神话悟空", (("黑神话",), ("悟空",))),
        ("欧盟碳关税", (("欧盟",), ("欧盟碳", "碳关税"), ("关税",))),
        ("宁德时代新技术", (("宁德时代",), ("宁德时代新", "新技术"), ("技术",))),
        # What only joins words says nothing.
        ("昆山的光伏补贴", (("昆山",), ("光伏",), ("补贴",))),
    ],
)
def test_a_single_character_stands_beside_one_of_its_neighbours(text: str, expected: tuple[Part, ...]) -> None:
    """It is no part that may be left out: 欧盟关税 is not 欧盟碳关税, 网络安全 is no law."""
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SK海力士扩产计划", ("sk海力士", "扩产", "计划")),
        ("关注SK海力士扩产", ("关注", "sk海力士", "扩产")),
        ("ＴＣＬ电视扩产计划", ("tcl", "电视", "扩产", "计划")),
        # The letters of a name are no name within a longer word of letters.
        ("Upstream电池扩产计划", ("upstream", "电池", "扩产", "计划")),
    ],
)
def test_names_with_capitals_are_known_within_more(text: str, expected: tuple[str, ...]) -> None:
    """In any case and width."""
    assert [part[0] for part in parts(text)] == list(expected)


def test_names_of_the_index_are_not_taken_apart() -> None:
    """Neither alone nor within more."""
    names = frozenset({"售电公司管理办法"})
    assert parts("售电公司管理办法", names) == (("售电公司管理办法",),)
    assert parts("售电公司管理办法解读", names) == (("售电公司管理办法",), ("解读",))
    assert len(parts("售电公司管理办法")) == 4


@given(st.text(alphabet=st.sampled_from("昆山的将光伏补贴10家aZ、(）𠮷 \ud800"), max_size=30))
def test_every_part_stands_in_the_word(text: str) -> None:
    """So that what says the word as it stands has all its parts too."""
    assert parts(text) == ((text,),) or all(way in fold(text) for part in parts(text) for way in part)
