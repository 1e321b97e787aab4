"""Requests → addresses."""

import pytest

from services.index.search import links
from services.index.search.request import SearchRequest

REQUEST = SearchRequest.model_validate({"q": "碳 & 氢", "region": ["320583"], "date_from": "2026-02-01", "sort": "date", "cursor": "x"})


def test_ticking_and_unticking() -> None:
    """Both lead back to the first page, so without the cursor."""
    base = "/?q=%E7%A2%B3+%26+%E6%B0%A2"
    assert links.toggled(REQUEST, "region", "320583") == base + "&date_from=2026-02-01&sort=date"
    assert links.toggled(REQUEST, "topic", "甲") == base + "&region=320583&date_from=2026-02-01&sort=date&topic=%E7%94%B2"
    assert links.cleared(REQUEST) == base + "&sort=date"
    assert links.following(REQUEST, "y").endswith("&cursor=y")
    assert links.page([]) == "/"


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
