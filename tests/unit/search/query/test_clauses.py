"""The tree of a query → Elasticsearch's clauses."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
import pytest

from services.search.query import days
from services.search.query.clauses import MAX_OTHER, OTHER_NAME, TITLE_BOOST, Clauses, no_alternatives
from services.search.query.language.read import read
from services.search.query.parts import parts as parts_of


def clause(q: str, alternatives: Any = no_alternatives) -> dict[str, Any]:
    """The clause of a query."""
    node = read(q, today=date(2026, 2, 8)).node
    assert node is not None
    return Clauses(alternatives).of(node)


def ways(made: dict[str, Any]) -> list[dict[str, Any]]:
    """How a word can be found."""
    (condition,) = made["bool"].get("filter", [made])
    return list(condition["bool"]["should"])


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("碳", ["match_phrase"]),
        ("25万千瓦", ["match_phrase"]),
        ('"零碳工厂"', ["match_phrase"]),
        ("零碳工厂", ["match_phrase"]),
        ("国家发展和改革委员会", ["match_phrase"]),
        ("昆山光伏补贴", ["bool", "match_phrase"]),
    ],
)
def test_a_word_is_found_as_a_phrase_or_where_it_has_several_by_its_parts(q: str, expected: list[str]) -> None:
    """Phrases go to single characters, as pairs miss what stands over punctuation and digits."""
    made = clause(q)
    assert sorted({next(iter(one)) for one in ways(made)}) == expected
    assert [list(one["match_phrase"]) for one in ways(made) if "match_phrase" in one] == [["title.chars"], ["body.chars"], ["printed"]]


def test_every_part_of_a_word_must_stand_somewhere() -> None:
    """Each adjacent in itself, or said otherwise."""
    made = clause("昆山光伏补贴", lambda text, exact: ["太阳能"] if text == "光伏" else [])
    (parts,) = (one["bool"]["must"] for one in ways(made) if "must" in one.get("bool", {}))
    said = orjson.dumps(parts).decode()
    assert [said.count(f'"query":"{part}"') for part in ("昆山", "光伏", "补贴", "太阳能")] == [3, 3, 3, 2]


def test_joint_issues_are_found_by_the_whole_word_alone() -> None:
    """As the answer says so only of it."""
    assert "joint_issuers" in str(clause("两部门"))
    assert "两部门" in str(parts_of("两部门联合印发储能政策"))
    assert "joint_issuers" not in str(clause("两部门联合印发储能政策"))


def test_a_character_stands_beside_one_of_its_neighbours() -> None:
    """Either way of standing is enough for that part."""
    (parts,) = (one["bool"]["must"] for one in ways(clause("欧盟碳关税")) if "must" in one.get("bool", {}))
    beside = parts[1]["bool"]
    assert [word in orjson.dumps(one).decode() for word, one in zip(("欧盟碳", "碳关税"), beside["should"], strict=True)] == [True, True]
    assert (len(parts), beside["minimum_should_match"]) == (3, 1)


def test_a_name_of_the_index_is_a_phrase() -> None:
    """It is not found where its words stand apart."""
    node = read("售电公司管理办法", today=date(2026, 2, 8)).node
    assert node is not None
    made = Clauses(names=frozenset({"售电公司管理办法"})).of(node)
    assert sorted({next(iter(one)) for one in ways(made)}) == ["match_phrase"]


def test_what_ranks_beside_the_pairs_finds_nothing() -> None:
    """A segmenter's slips lose no hit and bring none."""
    made = clause("零碳工厂")["bool"]
    assert [field for one in made["should"] for field in one.get("match", {})] == ["lead", "words", "body.chars", "title.chars"]
    assert b"lead" not in orjson.dumps(made["filter"])


def test_words_are_all_required_and_lifted_where_they_stand_together() -> None:
    """`GB/T 32151.1` is more than both somewhere."""
    made = clause("GB/T 32151.1")["bool"]
    assert len(made["must"]) == 2
    assert made["should"][0]["bool"]["should"][0]["match_phrase"]["title.chars"]["query"] == "GB/T32151.1"


def test_conditions_do_not_score() -> None:
    """A region is there or not."""
    made = clause("碳 地区:昆山 after:2026-01 -钢铁")["bool"]
    assert (len(made["must"]), len(made["filter"]), len(made["must_not"])) == (1, 2, 1)
    assert made["filter"][1] == days.between(date(2026, 1, 1), None)


def test_a_day_that_nobody_knows_can_be_asked_for() -> None:
    """In the words of the pages; it is no day, so no other query of days holds for it."""
    for q in ("日期:不详", "日期:日期不详", "date:unknown"):
        assert clause(q) == {"bool": {"filter": [days.unknown()]}}
    assert clause("-日期:不详") == {"bool": {"must_not": [{"bool": {"filter": [days.unknown()]}}]}}


def test_a_field_is_searched_alone() -> None:
    """The title and nothing else."""
    assert b"body" not in orjson.dumps(clause("标题:零碳工厂"))


def test_other_names_are_further_ways_to_be_found() -> None:
    """What was typed stays as it was, and comes first."""

    def other(text: str, exact: bool) -> Iterable[str]:
        return ("碳达峰碳中和",) if not exact else ()

    made = clause("双碳", other)["dis_max"]["queries"]
    assert made[0] == clause("双碳")
    assert [other["constant_score"]["boost"] for other in made[1:]] == [OTHER_NAME * TITLE_BOOST, OTHER_NAME]
    assert clause('"双碳"', other) == clause('"双碳"')


def test_other_names_are_bounded() -> None:
    """As many as one query may be widened by, however many there are."""
    made = orjson.dumps(clause("甲乙 丙丁", lambda text, exact: [f"{text}{number:03}" for number in range(1000)])).decode()
    assert made.count("combined_fields") <= 2 + MAX_OTHER // 5


def test_proximity_is_counted_in_characters() -> None:
    """Either part first."""
    made = clause('"碳市场 配额"~10')["bool"]["should"][0]["intervals"]["title.chars"]["all_of"]
    assert made["max_gaps"] == 10
    assert [part["match"]["query"] for part in made["intervals"]] == ["碳市场", "配额"]


def test_clauses_are_bounded() -> None:
    """2,000 characters, as one word, many or a phrase, stay far below a thousand clauses."""
    for q in ("碳" * 2000, "碳 " * 1000, " ".join(chr(0x4E00 + n) for n in range(1000)), '"' + "碳" * 1998 + '"'):
        made = orjson.dumps(clause(q)).decode()
        assert made.count("match_phrase") + made.count("combined_fields") <= 4 * 32 + 3


@pytest.mark.parametrize("q", ["昆山 -零碳工厂", "-零碳工厂", "昆山 -(零碳工厂 OR 钢铁)"])
def test_what_must_not_hold_is_meant_as_it_stands(q: str) -> None:
    """Who wants no 零碳工厂 loses no item on 零碳园区 and 工厂."""
    made = orjson.dumps(clause(q)["bool"]["must_not"]).decode()
    assert "match_phrase" in made
    assert "combined_fields" not in made
