"""The tree of a query → the characters that were found."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.answer.fragments import ranges
from services.search.answer.highlight import to_html
from services.search.answer.match_highlight import Needles, mark, minimum, needles
from services.search.query.language.nodes import And, Dates, Filter, Near, Node, Not, Or, Phrase, Target, TextField, Wildcard, Word
from shared.text.folding import compact, fold

SAID = {"发改委": ("发展改革委",), "双碳": ("碳达峰碳中和",)}
VARIANTS = {"CO2": ("二氧化碳",)}


def alternatives(text: str, exact: bool) -> Iterable[str]:
    """By whole texts."""
    return (*VARIANTS.get(text, ()), *(() if exact else SAID.get(text, ())))


def word(text: str, field: TextField | None = None) -> Word:
    """Somewhere in the query."""
    return Word(text, 0, len(text), field)


def phrase(text: str, field: TextField | None = None) -> Phrase:
    """Somewhere in the query."""
    return Phrase(text, 0, len(text), field)


def shown(node: Node | None, title: str, body: str) -> tuple[str, str]:
    """Title and body with marks."""
    marked = mark(title, body, needles(node, alternatives))
    return to_html(title, ranges(marked.title)), to_html(body, ranges(marked.body))


MARKED: list[tuple[Node | None, str, str]] = [
    (None, "昆山市", "昆山市"),
    (phrase("昆山"), "昆山市与昆山", "<em>昆山</em>市与<em>昆山</em>"),
    (phrase("昆山:将"), "昆山：将新增", "<em>昆山：将</em>新增"),
    (phrase("台灣"), "在臺湾、台灣", "在<em>臺湾</em>、<em>台灣</em>"),
    (phrase("co2"), "减排CO₂与ＣＯ２", "减排<em>CO₂</em>与<em>ＣＯ２</em>"),
    (phrase("CO2"), "减排二氧化碳", "减排<em>二氧化碳</em>"),
    (phrase("GB/T32151.1"), "依据GB/T\n 32151.1。", "依据<em>GB/T\n 32151.1</em>。"),
    (phrase("以上。 依据"), "以上。\n依据", "<em>以上。\n依据</em>"),
    (phrase("发改委"), "发展改革委", "发展改革委"),
    (phrase("零碳工厂"), "零碳园区、工厂", "零碳园区、工厂"),
    (phrase("碳碳"), "碳碳碳", "<em>碳碳碳</em>"),
    (phrase(" \u200b"), "昆 山", "昆 山"),
    (word("昆山"), "昆山市", "<em>昆山</em>市"),
    (word("发改委"), "发展改革委与发改委", "<em>发展改革委</em>与<em>发改委</em>"),
    (word("零碳工厂"), "零碳园区、工厂", "零碳园区、工厂"),
    (word("昆山光伏补贴"), "补贴昆山的光伏、补贴园区", "<em>补贴昆山</em>的<em>光伏</em>、<em>补贴</em>园区"),
    (word("昆山光伏补贴"), "补贴昆山的光电", "补贴昆山的光电"),
    # 碳 stands beside one of its neighbours, or the item was not found by it.
    (word("欧盟碳关税"), "碳关税由欧盟征收", "<em>碳关税</em>由<em>欧盟</em>征收"),
    (word("欧盟碳关税"), "关税由欧盟征收", "关税由欧盟征收"),
    (word("美的集团"), "泄露的集体诉讼", "泄露的集体诉讼"),
    (word("零碳工厂"), "零碳工厂与零碳园区", "<em>零碳工厂</em>与零碳园区"),
    (word("零碳工厂"), "零碳园区", "零碳园区"),
    (word("零碳工厂"), "零碳工\n厂", "<em>零碳工\n厂</em>"),
    (word("25万千瓦"), "万千瓦", "万千瓦"),
    (And((word("昆山"), phrase("工厂"))), "昆山工厂", "<em>昆山工厂</em>"),
    (Or((word("昆山"), phrase("工厂"))), "工厂、昆山", "<em>工厂</em>、<em>昆山</em>"),
    (And((word("昆山"), Not(word("工厂")))), "昆山工厂", "<em>昆山</em>工厂"),
    (Not(And((word("昆山"), word("工厂")))), "昆山工厂", "昆山工厂"),
    (Filter("region", "昆山", 0, 1), "昆山", "昆山"),
    (Dates(None, None, 0, 1), "昆山", "昆山"),
    (Target("装机", ">=", 10.0, "GW", 2030, 0, 1), "装机10GW", "装机10GW"),
    (phrase("昆山", "title"), "昆山", "昆山"),
    (phrase("昆山", "body"), "昆山", "<em>昆山</em>"),
    (word("零碳工厂", "title"), "零碳园区、工厂", "零碳园区、工厂"),
    (Near(("碳市场", "配额"), 2, 0, 1), "碳市场的配额——。碳市场", "<em>碳市场</em>的<em>配额</em>——。碳市场"),
    (Wildcard("GB/T 3215?.*", 0, 1), "GB/T 32151.1与GB/T 32140.1", "<em>GB/T 32151.</em>1与GB/T 32140.1"),
    (Wildcard("零碳*厂", 0, 1), "零碳的大工厂", "<em>零碳的大工厂</em>"),
    (Wildcard("*ＧＢ*", 0, 1), "gb/t", "<em>gb</em>/t"),
    (Wildcard("**", 0, 1), "gb/t", "gb/t"),
    (Wildcard("\u0301??灣", 0, 1), "臺灣碳", "臺<em>灣</em>碳"),
    (Wildcard("臺??\u0301", 0, 1), "臺灣", "<em>臺</em>灣"),
    (Wildcard("臺*?灣", 0, 1), "臺灣", "<em>臺灣</em>"),
    (phrase("<b>&"), "a<b>&c", "a<em>&lt;b&gt;&amp;</em>c"),
]


@pytest.mark.parametrize(("node", "body", "expected"), MARKED)
def test_what_is_marked_in_a_body(node: Node | None, body: str, expected: str) -> None:
    """Just what was found."""
    assert shown(node, "", body) == ("", expected)


def test_a_word_that_stands_in_the_title_is_not_taken_apart_in_the_body() -> None:
    """Its pairs say nothing more."""
    assert shown(word("零碳工厂"), "零碳工厂", "零碳园区、工厂") == ("<em>零碳工厂</em>", "零碳园区、工厂")


def test_parts_count_in_title_and_body_together() -> None:
    """As they are searched for."""
    assert shown(word("昆山光伏补贴"), "昆山补贴", "光伏") == ("<em>昆山补贴</em>", "<em>光伏</em>")


@pytest.mark.parametrize(
    ("enough", "count", "least"),
    [
        ("2<-1 5<70%", 1, 1),
        ("2<-1 5<70%", 2, 2),
        ("2<-1 5<70%", 3, 2),
        ("2<-1 5<70%", 5, 4),
        ("2<-1 5<70%", 6, 4),
        ("2<-1 5<70%", 10, 7),
        ("70%", 3, 2),
        ("-25%", 8, 6),
        ("3", 2, 2),
        ("-3", 2, 0),
    ],
)
def test_minimum_should_match(enough: str, count: int, least: int) -> None:
    """As Elasticsearch's guide says it."""
    assert minimum(enough, count) == least


WILD = st.text("碳零工厂ab 　\n\u0301₂2ＡÅ🟡", max_size=40)
LEAVES = st.one_of(
    st.builds(word, WILD),
    st.builds(phrase, WILD),
    st.builds(lambda parts, distance: Near(tuple(parts), distance, 0, 1), st.lists(WILD, min_size=2, max_size=3), st.integers(0, 5)),
    st.builds(lambda pattern: Wildcard(pattern, 0, 1), st.text("碳零ab?*", max_size=6)),
)
NODES = st.recursive(LEAVES, lambda below: st.builds(lambda nodes: And(tuple(nodes)), st.lists(below, min_size=1, max_size=3)), max_leaves=4)


@given(NODES, WILD, WILD)
def test_marks_stand_in_the_text(node: Node, title: str, body: str) -> None:
    """In bounds, in order, disjoint once joined, and never beginning or ending in what is not seen."""
    found = mark(title, body, needles(node, alternatives))
    for text, matches in ((title, found.title), (body, found.body)):
        assert list(matches) == sorted(matches)
        assert all(0 <= match.start < match.end <= len(text) for match in matches)
        assert all(compact(fold(text[match.start])) and compact(fold(text[match.end - 1])) for match in matches)
        joined = ranges(matches)
        assert all(one[1] < other[0] for one, other in pairwise(joined))


@given(WILD, st.data())
def test_every_occurrence_of_a_phrase_is_marked(body: str, data: st.DataObject) -> None:
    """All that a plain search in the folded text without white space and marks finds."""
    start = data.draw(st.integers(0, len(body)))
    text = body[start : data.draw(st.integers(start, len(body)))]
    marked = {at for match in mark("", body, needles(phrase(text), alternatives)).body for at in range(match.start, match.end)}
    kept = [at for at, character in enumerate(body) if compact(fold(character))]
    key, needle = "".join(fold(body[at]) for at in kept), compact(fold(text))
    for at in range(len(key) if needle else 0):
        if key.startswith(needle, at):
            assert set(kept[at : at + len(needle)]) <= marked


def test_a_long_body_is_looked_at_once_for_each_needle(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it matches there: what takes time is counted, not the time."""
    looked: list[int] = []

    class Counted(str):
        """A text that counts how often it is gone through."""

        def find(self, *given: object) -> int:
            """As str's."""
            start = given[1] if len(given) > 1 else 0
            at = str.find(self, *given)  # type: ignore[arg-type]
            looked.append((at if at >= 0 else len(self)) - int(str(start)))
            return at

    def counted(text: str) -> str:
        return Counted(compact(text))

    monkeypatch.setattr("services.search.answer.occurrences.compact", counted)
    body = "昆山零碳工厂。" * 700_000
    query: Needles = needles(And((phrase("零碳"), phrase("没有"))), lambda _text, _exact: ())
    assert len(mark("", body, query).body) == 10_000
    assert len(looked) > 10_000
    assert sum(looked) < 2 * len(body)
    assert len(looked) < 20_010
