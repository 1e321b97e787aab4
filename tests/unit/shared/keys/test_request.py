"""The key that a request presents."""

import base64

import pytest

from shared.keys.request import presented, presented_by_browser


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": "Bearer k1"}, "k1"),
        ({"authorization": "bearer  k1 "}, "k1"),
        ({"x-api-key": " k2 "}, "k2"),
        ({"authorization": "Bearer k1", "x-api-key": "k2"}, "k1"),
        ({"authorization": "Basic dXNlcjpwYXNz", "x-api-key": "k2"}, "k2"),
        ({"authorization": "Bearer "}, None),
        ({"x-api-key": ""}, None),
        ({}, None),
    ],
)
def test_the_key_is_found_in_either_header(headers: dict[str, str], key: str | None) -> None:
    """Bearer first, then X-API-Key; other schemes are none."""
    assert presented(headers) == key


def basic(text: str) -> str:
    """As a browser sends it."""
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"authorization": "Bearer k"}, "k"),
        ({"x-api-key": "k"}, "k"),
        ({"authorization": basic("anybody:k")}, "k"),
        ({"authorization": basic(":k:with:colons")}, "k:with:colons"),
        ({"authorization": basic("nobody")}, None),
        ({"authorization": "Basic ???"}, None),
        ({"authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()}, None),
        ({}, None),
    ],
)
def test_a_browser_sends_it_as_a_password(headers: dict[str, str], key: str | None) -> None:
    """In any of three ways."""
    assert presented_by_browser(headers) == key
