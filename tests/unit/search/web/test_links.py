"""Requests → addresses."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.search.query.request import SearchRequest
from services.search.web import links
from services.search.web.searching import PageRequest

REQUEST = SearchRequest.model_validate({"q": "碳 & 氢", "region": ["320583"], "date_from": "2026-02-01", "sort": "date", "cursor": "x"})


def test_ticking_and_unticking() -> None:
    """Both lead back to the first page, so without the cursor."""
    base = "/search?q=%E7%A2%B3+%26+%E6%B0%A2"
    assert links.toggled(REQUEST, "region", "320583") == base + "&date_from=2026-02-01&sort=date"
    assert links.toggled(REQUEST, "topic", "甲") == base + "&region=320583&date_from=2026-02-01&sort=date&topic=%E7%94%B2"
    assert links.cleared(REQUEST) == base + "&sort=date"
    assert links.following(REQUEST, "y").endswith("&cursor=y")
    assert links.page([]) == "/search"


def fields(url: str) -> list[tuple[str, str]]:
    """The parameters of an address."""
    return parse_qsl(urlsplit(url).query)


def test_opening_a_story() -> None:
    """All of its items under the same filters, each for itself, the newest first; in place of another that was opened."""
    opened = PageRequest.model_validate({"q": "碳", "region": ["320583"], "story": ["old"], "sort": "relevance"})
    expected = [("q", "碳"), ("region", "320583"), ("story", "k1"), ("story", "k2"), ("fold", "false"), ("sort", "date")]
    assert fields(links.telling(opened, ["k1", "k2"])) == expected
    assert ("story", "old") in links.pairs(opened)
    assert fields(links.cleared(opened)) == [("q", "碳"), ("sort", "relevance")]


def test_excluding_and_letting_in() -> None:
    """What is excluded is not ticked too, and the other way round."""
    request = SearchRequest.model_validate({"region": ["320583"], "exclude": ["topic:甲:乙"]})
    assert fields(links.excluded(request, "region", "320583")) == [("exclude", "topic:甲:乙"), ("exclude", "region:320583")]
    assert fields(links.excluded(request, "topic", "甲:乙")) == [("region", "320583")]
    assert fields(links.toggled(request, "topic", "甲:乙")) == [("region", "320583"), ("topic", "甲:乙")]


def test_every_parameter_is_kept() -> None:
    """But for the cursor; defaults are left out."""
    asked = {"exclude": ["topic:甲"], "target": ["装机>=1GW"], "synonyms": False, "fold": True, "facets": ["topic,date"], "sort": "target"}
    request = SearchRequest.model_validate(asked | {"cursor": "x"})
    again: dict[str, list[str]] = {}
    for name, value in links.pairs(request):
        again.setdefault(name, []).append(value)
    assert SearchRequest.model_validate(
        {name: values if name in ("exclude", "target", "facets") else values[0] for name, values in again.items()}
    ) == (request.model_copy(update={"cursor": None}))
    assert links.pairs(SearchRequest.model_validate({"synonyms": True, "fold": False})) == []


def test_days_stay_within_those_asked_for() -> None:
    """A week's bar at the edge leads to its part of the week."""
    request = SearchRequest.model_validate({"date_from": "2026-02-04", "date_to": "2026-12-31"})
    assert fields(links.dated(request, date(2026, 2, 2), date(2026, 2, 8))) == [("date_from", "2026-02-04"), ("date_to", "2026-02-08")]
    assert fields(links.dated(SearchRequest.model_validate({}), date(2026, 2, 2), date(2026, 2, 8))) == [
        ("date_from", "2026-02-02"), ("date_to", "2026-02-08"),
    ]  # fmt: skip


def test_the_order_by_target_goes_with_the_target() -> None:
    """Without it there would be nothing to order by."""
    request = SearchRequest.model_validate({"q": "碳", "target": ["装机>=1GW"], "sort": "target"})
    assert fields(links.untargeted(request, "装机>=1GW")) == [("q", "碳")] == fields(links.cleared(request))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        (" http://example.org ", "http://example.org"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org", None),
        ("ftp://example.org", None),
        ("https:///x", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_http_is_followed(url: str | None, expected: str | None) -> None:
    """A digest's own link is hostile until it is seen to be one."""
    assert links.outside(url) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "/digests/d"),
        ({"ordinal": 100}, "/digests/d"),
        ({"ordinal": 101}, "/digests/d?page=2"),
        ({"page": 3, "q": "声明"}, "/digests/d?page=3&q=%E5%A3%B0%E6%98%8E"),
    ],
)
def test_an_item_stands_on_a_page_of_its_digest(facts: dict[str, Any], expected: str) -> None:
    """A hundred on each."""
    assert links.digest("d", **facts) == expected


@pytest.mark.parametrize(("page", "pages", "named"), [(1, 1, [1]), (1, 9, [1, 2, 3, 9]), (5, 300, [1, 3, 4, 5, 6, 7, 300]), (3, 3, [1, 2, 3])])
def test_pages_beside_one_are_named(page: int, pages: int, named: list[int]) -> None:
    """However many there are, as many as fit on a phone."""
    assert links.around(page, pages) == named
