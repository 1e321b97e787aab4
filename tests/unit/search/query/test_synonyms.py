"""Groups of equivalents → other ways to say a text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.query.synonym_file import packaged
from services.search.query.synonyms import MAX_ALTERNATIVES, MAX_GROUP, MAX_LINES, MAX_TERM, Synonyms, parse
from shared.text.folding import compact, fold

VARIANTS = parse("CO2 = 二氧化碳\n亿千瓦时 = 亿kWh = 亿度\n千瓦时 = kWh\nMW = 兆瓦\nⅡ = II")
SYNONYMS = parse("双碳 = 碳达峰碳中和\n发改委 = 发展改革委 = 发展和改革委员会\nCCER = 国家核证自愿减排量\nNEV => 新能源汽车\n能源汽车 => 新能源汽车")


@pytest.mark.parametrize(
    ("text", "exact", "loose"),
    [
        ("CO₂", {"二氧化碳"}, {"二氧化碳"}),
        ("二氧化碳排放", {"CO2排放"}, {"CO2排放"}),
        ("25亿千瓦时", {"25亿kWh", "25亿度"}, {"25亿kWh", "25亿度"}),
        ("25亿 kwh", {"25亿千瓦时", "25亿度"}, {"25亿千瓦时", "25亿度"}),
        ("660MW机组", {"660兆瓦机组"}, {"660兆瓦机组"}),
        ("双碳", set(), {"碳达峰碳中和"}),
        ("雙碳", set(), {"碳达峰碳中和"}),
        ("碳达峰 碳中和", set(), {"双碳"}),
        ("江苏省发改委", set(), {"江苏省发展改革委", "江苏省发展和改革委员会"}),
        ("ccer交易", set(), {"国家核证自愿减排量交易"}),
        ("NEV", set(), {"新能源汽车"}),
        ("新能源汽车", set(), set()),
        ("Ⅱ类", {"II类"}, {"II类"}),
        ("II类", {"Ⅱ类"}, {"Ⅱ类"}),
        ("昆山", set(), set()),
        ("", set(), set()),
    ],
)
def test_other_ways_to_say_it(text: str, exact: set[str], loose: set[str]) -> None:
    """By variants alone within quotation marks; however it is written."""
    synonyms = Synonyms(VARIANTS, SYNONYMS)
    assert set(synonyms.alternatives(text, exact=True)) == exact
    assert set(synonyms.alternatives(text, exact=False)) == loose


@pytest.mark.parametrize("text", ["CCERT", "ACCER", "CO25", "XCO2", "CO2b", "MWh", "III", "kWhs"])
def test_latin_words_are_whole(text: str) -> None:
    """Neither a part of a longer word nor of a longer number."""
    assert Synonyms(VARIANTS, SYNONYMS).alternatives(text) == ()


def test_several_terms() -> None:
    """Each by itself, then together; the text itself is not among them."""
    assert Synonyms(VARIANTS, SYNONYMS).alternatives("双碳CO2") == ("碳达峰碳中和CO2", "双碳二氧化碳", "碳达峰碳中和二氧化碳")


def test_there_are_only_so_many() -> None:
    """A text full of terms is no longer to answer."""
    found = Synonyms(VARIANTS, SYNONYMS).alternatives("发改委双碳" * 100)
    assert len(found) == MAX_ALTERNATIVES


def test_a_file_of_ones_own_adds() -> None:
    """To a packaged group, and groups of its own; never to what stands in quotation marks."""
    synonyms = Synonyms(VARIANTS, SYNONYMS, parse("双碳 = 3060目标\n零碳园区 => 近零碳园区"))
    assert synonyms.alternatives("双碳") == ("碳达峰碳中和", "3060目标")
    assert synonyms.alternatives("零碳园区") == ("近零碳园区",)
    # It stands there already.
    assert synonyms.alternatives("近零碳园区") == ()
    assert synonyms.alternatives("零碳园区", exact=True) == ()


def test_a_longer_term_of_ones_own_hides_no_packaged_one() -> None:
    """What was found before is found still."""
    text = "国家发改委"
    before = set(Synonyms(VARIANTS, SYNONYMS).alternatives(text))
    after = set(Synonyms(VARIANTS, SYNONYMS, parse("国家发改委 = 国务院宏观部门")).alternatives(text))
    assert after == before | {"国务院宏观部门"}


def test_a_file_of_ones_own_takes_away() -> None:
    """A packaged term, from either side; one that is not there is said."""
    synonyms = Synonyms(VARIANTS, SYNONYMS, parse("# 注释\n!发展改革委\n！没有这个\n!亿度"))
    assert synonyms.alternatives("发改委") == ("发展和改革委员会",)
    assert synonyms.alternatives("发展改革委") == ()
    assert synonyms.alternatives("1亿千瓦时", exact=True) == ("1亿kWh",)
    assert [str(problem) for problem in synonyms.problems] == ["第 3 行: 自带的词组里没有“没有这个”,不必去掉"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("双碳", "至少要有两个不同的词"),
        ("双碳 = 雙碳", "至少要有两个不同的词"),
        ("双碳 =", "= 或 => 的一边没有词"),
        ("=> 双碳", "= 或 => 的一边没有词"),
        ("a => b => c", "一行只能有一个 =>"),
        ("碳 = 碳元素", "“碳”只有一个字"),
        ("—— = 破折号", "“——”里没有字"),
        ("字" * (MAX_TERM + 1) + " = 词语", f"太长,最多 {MAX_TERM} 个字"),
        (" = ".join(f"词{number}" for number in range(MAX_GROUP + 1)), f"一行最多 {MAX_GROUP} 个词"),
        ("!", "= 或 => 的一边没有词"),
    ],
)
def test_a_bad_line_is_named_and_the_others_count(line: str, problem: str) -> None:
    """With its number."""
    read = parse(f"# 开头\n{line}\n双碳 = 3060目标 # 说明\n")
    (found,) = read.problems
    assert found.line == 2
    assert problem in found.message
    assert Synonyms(own=read).alternatives("双碳") == ("3060目标",)


def test_forms_of_a_file() -> None:
    """A byte order mark, full-width signs, comments, empty lines, Windows' line ends."""
    read = parse("\ufeff双碳＝3060目标\r\n\r\n＃注释\r\n甲方 =＞ 乙方\r\n")
    assert read.problems == ()
    assert [(rule.term, rule.said) for rule in read.rules] == [("双碳", ("3060目标",)), ("3060目标", ("双碳",)), ("甲方", ("乙方",))]


def test_a_file_too_long() -> None:
    """Its beginning counts."""
    read = parse("双碳 = 3060目标\n" * (MAX_LINES + 1))
    assert [problem.line for problem in read.problems] == [None]
    assert len(read.rules) == 2 * MAX_LINES


TERMS = st.text("碳达峰中和ab2", min_size=2, max_size=4)
LINES = st.builds(lambda terms, sign: sign.join(terms), st.lists(TERMS, min_size=2, max_size=2), st.sampled_from([" = ", " => "]))


@given(st.lists(LINES, max_size=2), st.lists(LINES, max_size=2), LINES, st.text("碳达峰中和ab2 ", max_size=5))
def test_a_further_line_takes_nothing_away(packaged_lines: list[str], own: list[str], line: str, text: str) -> None:
    """Wherever it stands; a query asks for the text or any of these, so no hit is lost. (Up to the bound, which so short texts don't reach.)"""
    synonyms = parse("\n".join(packaged_lines))
    before = Synonyms(synonyms=synonyms, own=parse("\n".join(own)))
    for place in range(len(own) + 1):
        after = Synonyms(synonyms=synonyms, own=parse("\n".join([*own[:place], line, *own[place:]])))
        for exact in (True, False):
            assert _keys(before.alternatives(text, exact=exact)) <= _keys(after.alternatives(text, exact=exact)) | {compact(fold(text))}


def _keys(texts: tuple[str, ...]) -> set[str]:
    return {compact(fold(text)) for text in texts}


@given(st.text(string.printable + "碳双发改委 =>!#\n", max_size=200), st.text(max_size=30))
def test_no_file_and_no_text_breaks_it(content: str, text: str) -> None:
    """And the alternatives are few, differ, and are not the text itself."""
    found = Synonyms(VARIANTS, SYNONYMS, parse(content)).alternatives(text)
    assert len(found) <= 2 * MAX_ALTERNATIVES
    assert len(_keys(found) | {compact(fold(text))}) == len(found) + 1


def test_the_packaged_groups() -> None:
    """Are read without a problem."""
    variants, synonyms = packaged()
    assert variants.problems == synonyms.problems == ()
    assert len(synonyms.rules) > 150
    ours = Synonyms(variants, synonyms)
    assert set(ours.alternatives("CO₂减排", exact=True)) == {"二氧化碳减排"}
    assert "发展改革委" in ours.alternatives("发改委")
    assert "碳排放权交易市场" in ours.alternatives("碳市场")
