"""Who may feed."""

import pytest

from services.ingest.errors import Refusal
from services.ingest.http.guard import check_page


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8401"},
        {"host": "localhost"},
        {"host": "[::1]:8401"},
        {"host": "127.0.0.1:8401", "origin": "http://127.0.0.1:8401"},
    ],
)
def test_without_keys_this_machine_may_feed(headers: dict[str, str]) -> None:
    """Programs, and pages of the same address."""
    check_page(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8401", "origin": "https://evil.example"},
        {"host": "127.0.0.1:8401", "origin": "null"},
        {"host": "127.0.0.1:8401", "origin": "http://[broken"},
        {"host": "evil.example:8401"},
        {"host": "evil.example:8401", "origin": "http://evil.example:8401"},
        {},
    ],
)
def test_without_keys_pages_of_other_sites_may_not(headers: dict[str, str]) -> None:
    """Through somebody's browser, by a form or by a name rebound to this address."""
    with pytest.raises(Refusal) as refused:
        check_page(headers)
    assert (refused.value.status, refused.value.code) == (403, "cross_site")
