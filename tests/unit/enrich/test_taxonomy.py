"""Taxonomy files: what a domain person gets wrong is said in plain words."""

import pytest

from services.enrich import taxonomy
from services.enrich.taxonomy import check, compiled, lexicon, parse, taxonomies
from services.enrich.topics import topics
from shared.errors import Misconfigured

GOOD = 'sources = ["*"]\n[topics."碳市场"]\nwords = ["碳交易"]\n'


def test_the_files_are_right() -> None:
    """All load, fit together, and every source has one."""
    assert {"energy", "general", "news"} <= set(taxonomies())
    assert "碳市场" in lexicon("some-source").first


def test_topics_that_the_main_taxonomy_has() -> None:
    """Deep enough for carbon, energy, ESG."""
    wanted = [
        "绿电与绿证",
        "零碳园区与工厂",
        "碳市场",
        "碳足迹",
        "CCUS",
        "储能",
        "氢能",
        "节能与能效",
        "绿色金融",
        "ESG与信息披露",
        "标准与认证",
        "循环经济",
    ]
    assert set(wanted) | {"绿色交通", "绿色建筑", "农林碳汇"} <= set(taxonomies()["energy"].topics)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("topics = [", "x.toml is not TOML"),
        ("sources = []", "x.toml has no topics"),
        (GOOD + "synonyms = []\n", "topic 碳市场: unknown synonyms; there are entities, sections, weak, words"),
        ("source = []\n" + GOOD, "the file: unknown source"),
        ('[topics."碳市场"]\nwords = []\n', "topic 碳市场 has no words"),
        ('[topics."碳市场"]\nwords = ["碳交易", ""]\n', "'' is empty"),
        ('[topics."碳市场"]\nwords = [" 碳交易"]\n', "has spaces around it"),
        ('[topics."碳市场"]\nwords = ["碳"]\n', "shorter than 2 characters"),
        ('[topics."碳市场"]\nwords = ["碳交易…价"]\n', "shorter than 2 characters"),
        ('[topics."碳市场"]\nwords = ["碳交易", "碳交易"]\n', "碳交易 is there twice"),
        ('[topics."碳市场"]\nwords = "碳交易"\n', "must be a list of words in quotes"),
        ('[topics]\n"碳市场" = ["碳交易"]\n', r"write words = \[...\] below its heading"),
        ('[topics."碳市场"]\nwords = ["碳交易"]\nentities = ["standards"]\n', "there is no kind of entity standards"),
        ("otherwise = 1\n" + GOOD, "otherwise must be the name"),
        ("beside = 0\n" + GOOD, "beside must be a number above 0"),
        ('share = "half"\n' + GOOD, "share must be a number above 0"),
        ("types = []\n" + GOOD, "write types as"),
        (GOOD + '[types."融资"]\nwords = []\n', "type 融资 has no words"),
        (GOOD + '[types."融资"]\nentities = ["company"]\n', "type 融资: unknown entities; there are sections, weak, words"),
        (GOOD + '[types." "]\nwords = ["领投"]\n', "has a type without a name"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    """With file and topic."""
    with pytest.raises(Misconfigured, match=words):
        parse("x", text)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": GOOD.replace("*", "weekly"), "b": GOOD.replace("*", "weekly")}, "a.toml and b.toml both name source weekly"),
        ({"a": 'otherwise = "b"\n' + GOOD}, "there is no b.toml"),
        ({"a": GOOD.replace("*", "weekly")}, "no taxonomy is for every source"),
        ({"a": 'otherwise = "a"\n' + GOOD}, "asks itself otherwise"),
    ],
)
def test_files_that_do_not_fit_together_are_named(files: dict[str, str], words: str) -> None:
    """Each by its name."""
    with pytest.raises(Misconfigured, match=words):
        check({name: parse(name, text) for name, text in files.items()})


def test_a_source_has_its_own_taxonomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named in the file; any other source keeps the one for all."""
    found = {"a": parse("a", GOOD), "b": parse("b", 'sources = ["zoo-weekly"]\n[topics."动物"]\nwords = ["熊猫"]\n')}
    monkeypatch.setattr(taxonomy, "taxonomies", lambda: found)
    taxonomy.compiled_by_name.cache_clear()
    try:
        said = {source: [topic.name for topic in topics("熊猫与碳交易", "", [], lexicon(source))] for source in ("zoo-weekly", "other", None)}
    finally:
        taxonomy.compiled_by_name.cache_clear()
    assert said == {"zoo-weekly": ["动物"], "other": ["碳市场"], None: ["碳市场"]}


def given(text: str, title: str, body: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Topics with their evidence by a taxonomy of its own."""
    return [(topic.name, topic.evidence) for topic in topics(title, body, [], compiled(parse("x", text), None))]


def test_pairs_stand_near_each_other_in_one_sentence() -> None:
    """In their order, at most twelve characters apart."""
    pair = '[topics."光伏"]\nwords = ["屋顶…发电"]\n'
    assert given(pair, "屋顶可以发电") == [("光伏", ("屋顶…发电",))]
    for text in ("发电在屋顶", "屋顶漏水。发电正常", "屋顶上面晒着很多很多玉米和辣椒还有发电"):
        assert given(pair, text) == [("未分类", ())]


def test_a_longer_word_hides_what_lies_in_it() -> None:
    """And an ignored one says nothing itself."""
    text = 'ignore = ["生态环境部"]\n[topics."环保"]\nwords = ["生态环境"]\n'
    text += '[topics."林业碳汇"]\nwords = ["林业碳汇"]\n[topics."碳汇"]\nwords = ["碳汇"]\n'
    assert given(text, "生态环境部谈林业碳汇") == [("林业碳汇", ("林业碳汇",))]


def test_latin_words_stand_by_themselves() -> None:
    """No SAF in SAFE, but next to Chinese."""
    text = '[topics."交通"]\nwords = ["SAF"]\n'
    assert given(text, "SAFE") == [("未分类", ())]
    assert given(text, "掺混SAF飞行") == [("交通", ("SAF",))]


def test_weak_words_need_company_or_the_title() -> None:
    """One in the body says nothing."""
    text = '[topics."碳市场"]\nwords = ["碳交易"]\nweak = ["配额", "履约"]\n'
    assert given(text, "", "企业的配额") == [("未分类", ())]
    assert given(text, "企业的配额") == [("碳市场", ("配额",))]
    assert given(text, "", "配额、碳交易") == [("碳市场", ("配额", "碳交易"))]


def test_weak_words_of_the_taxonomy_asked_otherwise_say_nothing() -> None:
    """组件 is a part of software where solar panels are not what a digest is about; the strong words hold."""
    own = parse("x", '[topics."软件"]\nwords = ["编程"]\n')
    both = compiled(own, parse("y", '[topics."光伏"]\nwords = ["硅片"]\nweak = ["组件"]\n'))
    assert [[topic.name for topic in topics(title, "", [], both)] for title in ("组件", "硅片")] == [["未分类"], ["光伏"]]


@pytest.mark.parametrize(("beside", "found"), [(2.5, ["国际"]), (0.5, ["国际", "油气"])])
def test_topics_of_the_taxonomy_asked_otherwise_stand_beside_its_own(beside: float, found: list[str]) -> None:
    """From a share of their weight that the file sets."""
    own = parse("x", f'beside = {beside}\n[topics."国际"]\nwords = ["伊朗", "美国"]\n')
    both = compiled(own, parse("y", '[topics."油气"]\nwords = ["油价"]\n'))
    assert [topic.name for topic in topics("美国与伊朗谈判 油价下跌", "", [], both)] == found


@pytest.mark.parametrize(("share", "found"), [(0.3, ["安全", "数码"]), (0.5, ["安全"])])
def test_a_topic_in_passing_is_left_out_by_the_share_that_the_file_sets(share: float, found: list[str]) -> None:
    """Of the weightiest topic's weight."""
    text = f'share = {share}\n[topics."安全"]\nwords = ["漏洞"]\n[topics."数码"]\nwords = ["手机"]\n'
    assert [name for name, _ in given(text, "漏洞", "手机")] == found


def test_a_word_that_two_taxonomies_have_for_one_topic_counts_once() -> None:
    """As their topics of one name are one."""
    one, other = (parse(name, '[topics."智能"]\nwords = ["大模型"]\n') for name in "xy")
    assert compiled(one, other).says == {"大模型": (("智能", True),)}


def test_a_section_says_a_topic() -> None:
    """By a word in its name, where the item itself says nothing."""
    lexicon = compiled(parse("x", '[topics."股市"]\nsections = ["股市"]\n'), None)
    assert [(topic.name, topic.evidence) for topic in topics("多家机构看好", "", [], lexicon, "国内股市")] == [("股市", ("股市",))]
    assert [topic.name for topic in topics("多家机构看好", "", [], lexicon, "楼市")] == ["未分类"]
