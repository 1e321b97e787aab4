"""API keys: hashed in configuration, found in either header, needed beyond loopback."""

import pytest

from shared import keys
from shared.errors import Misconfigured

KEY = "geheim-Schlüssel"
HASHES = (keys.hash_key("other"), keys.hash_key(KEY))


def test_a_hash_is_sha256_in_hex() -> None:
    """As `printf abc | sha256sum` prints it (FIPS 180-4's example)."""
    assert keys.hash_key("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_only_configured_keys_are_allowed() -> None:
    """The key itself, not its hash and nothing near it."""
    assert keys.matches(KEY, HASHES)
    for wrong in ("", KEY + " ", KEY[:-1], keys.hash_key(KEY)):
        assert not keys.matches(wrong, HASHES)
    assert not keys.matches(KEY, ())


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
    assert keys.presented(headers) == key


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_loopback_needs_no_key(host: str) -> None:
    """Only this machine reaches it."""
    keys.require(host, (), opened=False, prefix="INGEST_")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "ingest", "", "localhost.example.org"])
def test_beyond_loopback_a_key_is_required(host: str) -> None:
    """The service refuses to start, and says how a key is made."""
    with pytest.raises(Misconfigured, match="jianbao key"):
        keys.require(host, (), opened=False, prefix="INGEST_")
    keys.require(host, HASHES, opened=False, prefix="INGEST_")
    keys.require(host, (), opened=True, prefix="INGEST_")
