"""Templates with hostile facts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.search.answer.others import shown
from services.search.answer.targets import Target
from services.search.models.digest import DigestAnswer, DigestItem
from services.search.models.others import DigestOther
from services.search.models.related import OtherName, Shared, SimilarAnswer, SimilarItem, Step, TrailAnswer
from services.search.models.search import ItemAnswer
from services.search.models.story import StoryItem
from services.search.query.language.nodes import Word
from services.search.web.openapi_summary import endpoints, example
from services.search.web.rendering import grouped, moment, render
from tests.pages import without_our_scripts

EVIL = '"><script>alert(1)</script>'


_HOSTILE_ITEM = SimilarItem(
    item_id=EVIL, digest_id=EVIL, source=EVIL, headline=EVIL, published_on=EVIL, same_story=False, shared=(Shared(kind=EVIL, value=EVIL),)
)
NEAR = SimilarAnswer(
    item_id=EVIL,
    tellings=2,
    first_seen=StoryItem(item_id=EVIL, source=EVIL, headline=EVIL, published_on=EVIL),
    items=(_HOSTILE_ITEM, _HOSTILE_ITEM.model_copy(update={"same_story": True})),
    took_ms=1,
)


def text(name: str, **facts: Any) -> str:
    """Return the rendered page without the scripts that are ours."""
    return without_our_scripts(bytes(render(name, **facts).body).decode())


def test_hostile_items_stay_text() -> None:
    """In every field that a page shows."""
    item = ItemAnswer(
        item_id=EVIL, digest_id=EVIL, revision=1, build=1, source=EVIL, digest_title=EVIL, digest_url="javascript:alert(1)", ordinal=1, title=EVIL,
        headline=EVIL, section=EVIL, body=EVIL, doc_type=EVIL, topics=(EVIL,), source_line=EVIL, printed=(EVIL,),
        published_on=EVIL, published_on_basis=EVIL,
        links=({"text": EVIL, "url": "javascript:alert(1)"}, {"text": EVIL, "url": "https://example.org/" + EVIL}),
    )  # fmt: skip
    page = text("item.html", item=item, title=None, lines=[], mentions={}, targets=[Target(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL)], near=NEAR)
    assert "<script" not in page
    assert "javascript:" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_hostile_trails_stay_text() -> None:
    """Names, numbers, actions, other names."""
    step = Step(
        item_id=EVIL,
        digest_id=EVIL,
        source=EVIL,
        digest_title=EVIL,
        headline=EVIL,
        published_on=EVIL,
        actions=(EVIL,),
        numbers=(EVIL,),
        by_number=True,
    )
    also = (OtherName(name=EVIL, count=1),)
    trail = TrailAnswer(
        name=EVIL, total=1, numbers=(EVIL,), issuers=(EVIL,), first=EVIL, last="2026", steps=(step,), also=also, notices=(EVIL,), took_ms=1
    )
    page = text("trail.html", trail=trail)
    assert "<script" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_hostile_digests_stay_text() -> None:
    """Titles, warnings, reasons."""
    digest = DigestAnswer(
        digest_id=EVIL, revision=1, build=1, source=EVIL, title=EVIL, url="JavaScript:x", external_id=EVIL, publisher=EVIL, issue_number=EVIL,
        warnings=({"kind": EVIL, "message": EVIL},),
        items=(DigestItem(item_id=EVIL, ordinal=1, headline=EVIL, section=EVIL, doc_type=EVIL),), reasons=(EVIL,), confidence=0.5, received_at=EVIL,
    )  # fmt: skip
    others = shown((DigestOther(kind=EVIL, text=EVIL + "\n零碳"), DigestOther(kind="contents", text=EVIL, after=1)), Word("零碳", 0, 2))
    page = text("digest.html", digest=digest, others=others, asked=True, row=None)
    assert "<script" not in page
    assert "<em>零碳</em>" in page
    assert "avascript:" not in page
    assert "&lt;script&gt;" in page


def test_a_digest_shows_its_publisher_and_issue() -> None:
    """Where it says them."""
    digest = DigestAnswer(digest_id="a", revision=1, build=1, source="s", publisher="某号", issue_number="第6期")
    page = text("digest.html", digest=digest, others=(), asked=False, row=None)
    assert "发布：某号" in page
    assert "期号：第6期" in page


@pytest.mark.parametrize(("withdrawn", "label"), [(False, "送入者：weekly"), (True, "撤回者：weekly")])
def test_a_digest_shows_who_fed_it_or_took_it_back(*, withdrawn: bool, label: str) -> None:
    """By the name of the API key; where none was asked for there is no such line."""
    digest = DigestAnswer(digest_id="a", revision=1, build=1, source="s", key_name="weekly", withdrawn=withdrawn)
    assert label in text("digest.html", digest=digest, others=(), asked=False, row=None)
    unnamed = text("digest.html", digest=digest.model_copy(update={"key_name": None}), others=(), asked=False, row=None)
    assert "送入者" not in unnamed
    assert "撤回者" not in unnamed


def test_hostile_errors_stay_text() -> None:
    """What was asked for comes back in messages."""
    assert "<script" not in text("error.html", chinese="查询条件不对", detail=EVIL, code=422)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-06T01:00:00Z", "2026-02-06 09:00"),
        (datetime(2026, 2, 6, 20, tzinfo=UTC), "2026-02-07 04:00"),
        (None, ""),
        ("近日", "近日"),
    ],
)
def test_times_are_shown_in_shanghai(value: str | datetime | None, expected: str) -> None:
    """To the minute."""
    assert moment(value) == expected


def test_sections_group_in_the_digests_order() -> None:
    """One that comes again is a group again."""
    items = [DigestItem(item_id=str(at), ordinal=at, headline="题", section=section) for at, section in enumerate(("甲", "甲", "乙", "甲"))]
    assert [(group["section"], len(group["items"])) for group in grouped(items)] == [("甲", 2), ("乙", 1), ("甲", 1)]


def test_documentation_of_an_endpoint() -> None:
    """Parameters with an example request, answer from the schema's examples."""
    spec = {
        "paths": {
            "/api/items/{id}": {
                "get": {
                    "summary": "一个条目",
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "examples": ["a1"]}}],
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}},
                }
            }
        },
        "components": {"schemas": {"Item": {"type": "object", "properties": {"title": {"type": "string", "examples": ["题"]}}}}},
    }
    (endpoint,) = endpoints(spec)
    assert (endpoint.method, endpoint.request) == ("GET", "/api/items/a1")
    assert '"title": "题"' in endpoint.answer


def test_a_schema_within_itself_ends() -> None:
    """Rather than the process."""
    spec = {"components": {"schemas": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}}}}
    assert example({"$ref": "#/components/schemas/Node"}, spec)
