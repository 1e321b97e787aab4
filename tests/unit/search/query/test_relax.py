"""Where a pasted headline finds hardly anything."""

from datetime import date
from typing import Any

import pytest

from services.search.query.language.read import read
from services.search.query.query import Question, counts, matching, may_be_relaxed, relaxed, relaxed_by, wordings
from services.search.query.relax import clause, enough, notice, text
from services.search.query.request import SearchRequest

HEADLINE = "我国新能源公共汽电车占比达到历史最高位"


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        (HEADLINE, HEADLINE),
        ("迈克生物定增结果 高毅资产获配近2.7亿元", "迈克生物定增结果 高毅资产获配近2.7亿元"),
        ("昆山推进“零碳工厂”建设三年行动", "昆山推进 零碳工厂 建设三年行动"),
        ("昆山光伏补贴", "昆山光伏补贴"),
        # A name is there or not, as is a word of four characters, and words that somebody has parted.
        ("零碳工厂", None),
        ("建设银行", None),
        ("国家发展和改革委员会", None),
        ("苏州净化集团", None),
        ("昆山 甘肃", None),
        ("建设银行 招商银行", None),
        ("中国石油 国家发展和改革委员会", None),
        # Quotation marks ask for just this, operators for just that.
        (f'"{HEADLINE}"', None),
        (f"{HEADLINE} -燃油", None),
        (f"{HEADLINE} 地区:昆山", None),
        (f"{HEADLINE} OR 新能源公共汽电车占比", None),
        ("", None),
    ],
)
def test_what_may_be_asked_for_in_relaxed_form(q: str, expected: str | None) -> None:
    """A text of some length, and nothing but a text."""
    assert text(read(q, today=date(2026, 2, 8)).node, 0) == expected


@pytest.mark.parametrize(
    ("q", "strict", "relaxes"),
    [
        (HEADLINE, 0, True),
        (HEADLINE, 9, True),
        (HEADLINE, 10, False),
        ("苏州炘隆超净科技有限公司", 0, True),
        ("苏州炘隆超净科技有限公司", 1, False),
        ("江苏省发展改革委", 0, True),
        ("江苏省发展改革委", 1, False),
        ("云岭湖泊法", 0, False),
        ("昆山光伏补贴", 3, True),
    ],
)
def test_only_where_hardly_anything_is_found(q: str, strict: int, relaxes: bool) -> None:
    """The name of a company that is found is not followed by hundreds of other companies."""
    assert (relaxed(question(q=q), strict).relaxed_text is not None) == relaxes


def question(**parameters: Any) -> Question:
    """The question of these parameters."""
    request = SearchRequest.model_validate(parameters)
    return Question(request, read(request.q, today=date(2026, 2, 8)))


def test_a_name_of_the_index_is_there_or_not() -> None:
    """However long it is."""
    for name in ("售电公司管理办法", "关于促进新能源消纳和新型储能发展的指导意见"):
        node = read(name, today=date(2026, 2, 8)).node
        assert (text(node, 0), text(node, 0, frozenset({name}))) == (name, None)


@pytest.mark.parametrize(
    ("said", "strict", "least"),
    [
        (HEADLINE, 0, "20%"),
        (HEADLINE, 3, "20%"),
        ("昆山光伏产业补贴", 0, "20%"),
        ("昆山光伏产业补贴", 3, "2<-1 5<70%"),
        ("苏州炘隆超净科技有限公司", 0, "2<-1 5<70%"),
        ("江苏省发展改革委", 0, "2<-1 5<70%"),
        ("江苏昆山出台支持新能源产业发展管理办法", 0, "20%"),
        ("昆山新增储能项目 江苏省发展改革委", 0, "20%"),
    ],
)
def test_how_much_is_enough(said: str, strict: int, least: str) -> None:
    """A fifth of a headline; of a name most, as 公司 alone is nobody's."""
    assert enough(said, strict) == least


def test_only_by_relevance() -> None:
    """The newest of what is merely like it help nobody."""
    assert not may_be_relaxed(question(q=HEADLINE, sort="date"))
    assert may_be_relaxed(question(q=HEADLINE))
    assert matching(relaxed(question(q=HEADLINE), 0)) == clause(HEADLINE, 0, matching(question(q=HEADLINE)))


def test_not_where_it_is_switched_off() -> None:
    """What fits wholly, and nothing else."""
    assert not may_be_relaxed(question(q=HEADLINE, relax=False))
    assert relaxed(question(q=HEADLINE, relax=False), 0).relaxed_text is None


def test_what_was_found_strictly_comes_first() -> None:
    """However well something else fits by its pairs."""
    found = matching(question(q=HEADLINE))
    must = clause(HEADLINE, 2, found)["bool"]["must"][0]["bool"]["should"]
    assert {"constant_score": {"filter": found, "boost": 1_000}} in must


def test_what_was_found_strictly_is_not_looked_for_again() -> None:
    """The first page knows its ids; a later one, and counts that a later page asks for too, know how many there are."""
    found = [{"fields": {"item_id": [item_id]}} for item_id in ("a", "b")]
    first = relaxed_by(question(q=HEADLINE), {"hits": {"total": {"value": 2}, "hits": found}})
    later = relaxed(question(q=HEADLINE), 2)
    assert matching(first) == clause(HEADLINE, 2, {"terms": {"item_id": ["a", "b"]}})
    assert matching(later) == clause(HEADLINE, 2, matching(question(q=HEADLINE)))
    assert (counts(first), wordings(first)) == (counts(later), wordings(later))


def test_the_answer_says_so() -> None:
    """Never silently another query."""
    assert notice(0) == "没有完全相符的条目,以下是相近的。"
    assert notice(3) == "完全相符的只有 3 条,连同相近的条目一起按相关度列出。"
