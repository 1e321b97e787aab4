"""Elasticsearch's answers → models."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.search.answer.results import Found, digest, facets, item, needles, part, read, regions, work
from services.search.models.search import Region
from services.search.query.language.read import read as parse
from services.search.query.query import Question
from services.search.query.request import SearchRequest
from services.search.stories.fold_stories import Shown

SOURCE = {"item_id": "a" * 32, "digest_id": "b" * 32, "ordinal": 1, "title": None, "headline": "首句", "source": "s", "topics": None}


def question(**parameters: Any) -> Question:
    """The question of these parameters."""
    request = SearchRequest.model_validate(parameters)
    return Question(request, parse(request.q, today=date(2026, 2, 8)))


def page(*sources: dict[str, Any], **more: Any) -> Found:
    """A page as it was found."""
    hits = (Shown({"_source": SOURCE | {"ordinal": number} | source, "_score": 1.0}, None) for number, source in enumerate(sources, 1))
    return Found(tuple(hits), None, 3, 5, **more)


def test_untitled_items_and_nulls() -> None:
    """Null is no title and an empty list."""
    found = read(page({"body": "碳。市场。"}), {}, question(q="碳"), page=1)
    assert (found.hits[0].title, found.hits[0].headline, found.hits[0].topics) == (None, "首句", ())
    assert (found.hits[0].highlights.title, found.hits[0].highlights.body) == (None, ("<em>碳</em>。",))


def test_titles_are_marked_and_escaped() -> None:
    """Ours alone is markup."""
    found = read(page({"title": "<b>碳市场</b>", "body": ""}), {}, question(q="碳市场"), page=1)
    assert found.hits[0].highlights.title == "&lt;b&gt;<em>碳市场</em>&lt;/b&gt;"


def test_an_item_found_by_a_line_as_printed_shows_that_line() -> None:
    """Before the beginning of its body; where title or body say it, they alone are shown."""
    source = {"title": "昆山新增工厂", "body": "昆山市将新增。", "printed": ["三、昆山新增工厂"]}
    by_line, by_body = (read(page(source), {}, question(q=q), page=1).hits[0].highlights for q in ('"三、昆山"', "将新增"))
    assert by_line.body == ("<em>三、昆山</em>新增工厂", "昆山市将新增。")
    assert by_body.body == ("昆山市<em>将新增</em>。",)


@pytest.mark.parametrize(
    ("q", "characters"),
    [("", 9), ("碳", 9), ("碳 市 场", 27), ('"碳市" 场', 18), ("碳?场", 9), ('"碳 市"~3', 18), ("昆山光伏补贴", 9 * 4), ("-碳", 9)],
)
def test_the_work_of_a_page_grows_with_its_text_and_its_words(q: str, characters: int) -> None:
    """Titles, bodies and printed lines, and each text that is looked for in them, the parts of a long word too."""
    found = page({"title": "碳市", "body": "碳市场"}, {"title": None, "body": None, "printed": ["一、碳", "二"]})
    assert work(found, needles(question(q=q))) == characters


def test_without_words_there_is_no_score() -> None:
    """A number that means nothing is not shown."""
    assert read(page({"body": "文"}), {}, question(), page=1).hits[0].score is None


def test_a_guess_from_the_receipt_is_no_day() -> None:
    """As documents of older builds have it."""
    guess = {"published_on": "2026-02-06", "published_on_basis": "received_at"}
    (hit,) = read(page(SOURCE | guess), {}, question(), page=1).hits
    assert (hit.published_on, hit.published_on_basis) == (None, "received_at")


def test_facets_alone() -> None:
    """With the total that they are of."""
    counted = {"took": 3, "hits": {"total": {"value": 7}}, "aggregations": {"source": {"buckets": [{"key": "周报", "doc_count": 7}]}}}
    found = facets(counted, question(facets=["source"]))
    assert (found.total, found.facets[0].values[0].label, found.facets[0].values[0].count) == (7, "周报", 7)


def test_region_labels() -> None:
    """Those of another form are left out."""
    assert regions(["320400|江苏省/常州市", "x"]) == (Region(code="320400", path=("江苏省", "常州市")),)


def test_an_item_with_its_neighbours() -> None:
    """Or without, at either end."""
    source = SOURCE | {"revision": 1, "build": 2, "body": "正文", "entities": []}
    near = {"item_id": "c", "headline": "下一条"}
    found = item(source, (None, near))
    assert found.previous is None
    assert found.next is not None
    assert found.next.headline == "下一条"


def test_a_digest_counts_items_that_are_missing() -> None:
    """They are on their way; a withdrawn one has none."""
    manifest = {"digest_id": "d", "revision": 1, "build": 1, "source": "s", "item_ids": ["x", "y"], "withdrawn": False}
    assert digest(manifest, [SOURCE], part(manifest, page=1, size=100)).missing_items == 1
    withdrawn = manifest | {"withdrawn": True}
    assert digest(withdrawn, [], part(withdrawn, page=1, size=100)).missing_items == 0


@pytest.mark.parametrize(
    ("page", "size", "expected"),
    [(1, 2, (["a", "b"], 1, 3)), (3, 2, (["e"], 3, 3)), (4, 2, ([], 4, 3)), (1, 5, (list("abcde"), 1, 1)), (1, 9, (list("abcde"), 1, 1))],
)
def test_a_page_of_a_digest(page: int, size: int, expected: tuple[list[str], int, int]) -> None:
    """In the manifest's order; behind the last there is nothing."""
    found = part({"item_ids": list("abcde")}, page=page, size=size)
    assert (list(found.ids), found.page, found.pages) == expected
    assert part({"item_ids": []}, page=1, size=size).pages == 1


def test_beyond_the_last_page_is_the_last() -> None:
    """Where that is asked for: of 101 items one was refused, so the last one's ordinal says page 2."""
    hundred = [str(number) for number in range(100)]
    assert part({"item_ids": hundred}, page=2, size=100, or_last=True) == part({"item_ids": hundred}, page=1, size=100)
    assert part({"item_ids": []}, page=2, size=100, or_last=True).page == 1
    assert part({"item_ids": hundred}, page=2, size=100).page == 2


@pytest.mark.parametrize(("total", "relaxed", "notices"), [(3, True, ("完全相符的只有 2 条,连同相近的条目一起按相关度列出。",)), (2, False, ())])
def test_an_answer_is_called_relaxed_where_something_came_of_it(total: int, relaxed: bool, notices: tuple[str, ...]) -> None:
    """Else it is the same as the strict one, and may be ordered as that one."""
    asked = replace(question(q="昆山光伏补贴"), relaxed_text="昆山光伏补贴", strict=2)
    answer = read(Found((), None, total, 1), {}, asked, page=1)
    assert (answer.relaxed, answer.notices) == (relaxed, notices)
