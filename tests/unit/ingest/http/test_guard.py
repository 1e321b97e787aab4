"""Who may feed."""

import pytest

from services.ingest.errors import Refusal
from services.ingest.http.guard import authorise
from shared.keys import hash_key
from shared.settings import IngestSettings

OPEN = IngestSettings(host="127.0.0.1", api_keys=())
KEYED = IngestSettings(host="0.0.0.0", api_keys=(hash_key("k1"), hash_key("k2")))


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
    authorise(headers, OPEN)


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
        authorise(headers, OPEN)
    assert (refused.value.status, refused.value.code) == (403, "cross_site")


def test_with_keys_any_of_them_opens() -> None:
    """From wherever; the key is what counts."""
    authorise({"authorization": "Bearer k1"}, KEYED)
    authorise({"x-api-key": "k2", "host": "ingest:8401", "origin": "https://cms.example"}, KEYED)


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"x-api-key": "k3"}, 403), ({"authorization": "Basic azE="}, 401)])
def test_with_keys_nothing_else_does(headers: dict[str, str], status: int) -> None:
    """401 where there is no key, 403 where it is another."""
    with pytest.raises(Refusal) as refused:
        authorise(headers, KEYED)
    assert refused.value.status == status
