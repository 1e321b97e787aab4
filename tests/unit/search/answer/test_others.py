"""Elasticsearch's answer → the digests whose other text was found."""

from typing import Any

from services.search.answer.others import Shown, read, shown
from services.search.models.others import DigestOther
from services.search.query.clauses import no_alternatives
from services.search.query.language.nodes import And, Phrase, Word

FOUND: dict[str, Any] = {
    "hits": {
        "total": {"value": 12},
        "hits": [
            {
                "_source": {
                    "digest_id": "d1",
                    "title": "双碳周报",
                    "source": "weekly",
                    "published_on": "2026-02-06",
                    "others": [{"kind": "contents", "text": "本期目录\n昆山<新增>零碳工厂"}, {"kind": "disclaimer", "text": "声明:不构成投资建议。"}],
                }
            }
        ],
    }
}


def test_a_digest_is_shown_with_the_lines_that_say_it() -> None:
    """Escaped, what was found marked; the total is of all that were found."""
    answer = read(FOUND, And((Word("零碳工厂", 0, 4), Phrase("投资建议", 5, 11))), no_alternatives)
    assert answer.total == 12
    (hit,) = answer.hits
    assert (hit.digest_id, hit.title, hit.source, hit.published_on, hit.url) == ("d1", "双碳周报", "weekly", "2026-02-06", None)
    assert hit.highlights == ("昆山&lt;新增&gt;<em>零碳工厂</em>", "声明:不构成<em>投资建议</em>。")


def test_a_guess_from_the_receipt_is_no_day() -> None:
    """As manifests of older builds have it."""
    guessed = FOUND["hits"]["hits"][0]["_source"] | {"published_on_basis": "received_at"}
    (hit,) = read({"hits": {"total": {"value": 1}, "hits": [{"_source": guessed}]}}, Word("声明", 0, 2), no_alternatives).hits
    assert hit.published_on is None


def test_a_word_is_marked_as_it_stands() -> None:
    """What only has its pairs was not found by it."""
    others = (DigestOther(kind="contents", text="零碳园区、工厂与零碳工厂", after=3),)
    assert shown(others, Word("零碳工厂", 0, 4)) == (Shown(3, "contents", "零碳园区、工厂与<em>零碳工厂</em>"),)
    assert shown(others, None) == (Shown(3, "contents", "零碳园区、工厂与零碳工厂"),)
