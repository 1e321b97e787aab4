"""Names found by characters, pinyin, initials."""

import random

import pytest

from services.search.suggest.names import RARE, Name, Names
from services.search.suggest.term import Term

NAMES = Names(
    [
        Name("region", "昆山市", "昆山市", 25, "江苏省苏州市", ("昆山",)),
        Name("region", "重庆市", "重庆市", 9, "", ("重庆",)),
        Name("region", "六安市", "六安市", 2),
        Name("region", "吕梁市", "吕梁市", 2),
        Name("agency", "国家发展和改革委员会", "国家发展和改革委员会", 90, "", ("发改委", "国家发展改革委")),
        Name("agency", "昆山市人民政府", "昆山市人民政府", 40),
        Name("topic", "长三角一体化", "长三角一体化", 4),
        Name("company", "阿里巴巴(昆山)科技有限公司", "阿里巴巴(昆山)科技有限公司", 50),
        Name("company", "GB标准技术公司", "GB标准技术公司", 1),
        Name("document", "碳達峰方案", "碳達峰方案", 3),
    ]
)


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("昆山", ["昆山市", "昆山市人民政府", "阿里巴巴(昆山)科技有限公司"]),
        ("kunshan", ["昆山市", "昆山市人民政府", "阿里巴巴(昆山)科技有限公司"]),
        ("kuns", ["昆山市人民政府", "昆山市", "阿里巴巴(昆山)科技有限公司"]),
        ("ks", ["昆山市人民政府", "昆山市", "阿里巴巴(昆山)科技有限公司"]),
        ("昆shan", ["阿里巴巴(昆山)科技有限公司", "昆山市人民政府", "昆山市"]),
        ("fgw", ["国家发展和改革委员会"]),
        ("发改委", ["国家发展和改革委员会"]),
        ("gjfzhggwyh", ["国家发展和改革委员会"]),
        ("cq", ["重庆市"]),
        ("lu'an", ["六安市"]),
        ("lvliang", ["吕梁市"]),
        ("csj", ["长三角一体化"]),
        ("yitihua", ["长三角一体化"]),
        ("gb", ["GB标准技术公司"]),
        ("ＧＢ", ["GB标准技术公司"]),
        ("碳达峰", ["碳達峰方案"]),
        ("zzz", []),
        ("", []),
    ],
)
def test_names_are_found(typed: str, labels: list[str]) -> None:
    """Whole before beginning before anywhere, then by count."""
    assert [one.name.label for one in NAMES.search(Term(typed), 10)] == labels


def test_only_of_the_kinds_asked_for() -> None:
    """And no more than asked for."""
    assert [one.name.kind for one in NAMES.search(Term("ks"), 10, ["agency"])] == ["agency"]
    assert len(NAMES.search(Term("ks"), 2)) == 2


@pytest.mark.parametrize("several", [100, RARE + 2_000])
def test_frequent_beginnings_give_the_most_frequent_names(several: int) -> None:
    """Whether they are few or many."""
    chance = random.Random(1)
    numbers = list(range(several))
    chance.shuffle(numbers)
    names = Names(Name("company", str(at), f"昆山{'甲乙丙丁'[at % 4]}公司{at}", at) for at in numbers)
    for typed in ("昆山", "kunshan", "ks", "公司", "gongsi", "gs"):
        assert [one.name.count for one in names.search(Term(typed), 3)] == [several - 1, several - 2, several - 3], typed
