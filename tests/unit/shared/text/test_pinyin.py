"""Readings of names that are read otherwise than character by character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.pinyin import cut, syllables, typed


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("昆山", "kun shan"),
        ("重庆市", "chong qing shi"),
        ("重点", "zhong dian"),
        ("长沙", "chang sha"),
        ("长三角", "chang san jiao"),
        ("增长", "zeng zhang"),
        ("市长", "shi zhang"),
        ("吕梁", "lu liang"),
        ("厦门", "xia men"),
        ("大厦", "da sha"),
        ("六安", "lu an"),
        ("六合区", "lu he qu"),
        ("朝阳区", "chao yang qu"),
        ("台州", "tai zhou"),
        ("成都", "cheng du"),
        ("丽水", "li shui"),
        ("闵行区", "min hang qu"),
        ("井陉", "jing xing"),
        ("银行业", "yin hang ye"),
        ("行动方案", "xing dong fang an"),
        ("国家发展和改革委员会", "guo jia fa zhan he gai ge wei yuan hui"),
        ("GB/T 32151", "g b t 3 2 1 5 1"),
        ("ＡＢ１２", "a b 1 2"),
        ("《》,。 ", ""),
    ],
)
def test_readings(text: str, read: str) -> None:
    """As those who live there say."""
    assert " ".join(filter(None, syllables(text))) == read


@pytest.mark.parametrize("letters", ["lvliang", "LVLIANG", "lüliang", "Lǚliáng", "lyuliang", "lu liang", "lu'liang", "lu’liang"])
def test_every_way_to_type_an_umlaut(letters: str) -> None:
    """Is one."""
    assert typed(letters) == "".join(syllables("吕梁")) == "luliang"


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("kunshan", {"KunShan"}),
        ("kuns", {"KunS"}),
        ("xian", {"Xian", "XiAn"}),
        ("k", {"K"}),
        ("ksx", set()),
        ("", set()),
    ],
)
def test_letters_are_cut_into_syllables(letters: str, ways: set[str]) -> None:
    """In every way that there is."""
    assert ways <= set(cut(letters))
    assert bool(ways) == bool(cut(letters))


@given(st.text())
def test_there_is_one_reading_for_each_character(text: str) -> None:
    """Whatever the text; places in it stay places."""
    assert len(syllables(text)) == len(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_cutting_ends(letters: str) -> None:
    """And gives the letters back."""
    assert all(way.lower() == letters for way in cut(letters))


def test_letters_that_are_no_pinyin_at_their_end_take_no_time() -> None:
    """However many ways there are to begin: with 60 letters this would not end otherwise."""
    assert cut("ana" * 20 + "v") == ()
    assert len(cut("ana" * 20)) == 8
