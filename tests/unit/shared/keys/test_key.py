"""One key: what opens it, what it may do, until when."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.keys.key import Key, Scope, Standing, hash_key, hashed, new_secret
from tests.made_keys import FUTURE, PAST, made

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def test_a_hash_is_sha256_in_hex() -> None:
    """As `printf abc | sha256sum` prints it (FIPS 180-4's example); the salt goes before the secret."""
    assert hash_key("abc") == hashed("bc", "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_only_the_secret_itself_opens() -> None:
    """Not its hash and nothing near it."""
    key = made("weekly", "ingest")
    assert key.opens_with("secret-weekly")
    assert [key.opens_with(wrong) for wrong in ("", "secret-weekly ", "secret-weekl", key.sha256, "\ud800")] == [False] * 5


@pytest.mark.parametrize(
    ("scopes", "may"),
    [(("ingest",), ["ingest"]), (("search",), ["search"]), (("operate",), ["search", "operate"]), (("ingest", "search"), ["ingest", "search"])],
)
def test_scopes(scopes: tuple[Scope, ...], may: list[str]) -> None:
    """Whoever operates has to see what there is."""
    scoped: tuple[Scope, ...] = ("ingest", "search", "operate")
    assert [scope for scope in scoped if made("x", *scopes).may(scope)] == may


@pytest.mark.parametrize(
    ("sources", "source", "may"),
    [
        (None, "anything", True),
        (("双碳周报",), "双碳周报", True),
        (("双碳周报",), "双碳", False),
        (("weekly-*",), "weekly-12", True),
        (("weekly-*",), "xweekly-12", False),
        (("a", "b"), "b", True),
        (("a.b",), "axb", False),
        (("a",), "A", False),
        (("*",), "anything", True),
    ],
)
def test_sources(sources: tuple[str, ...] | None, source: str, may: bool) -> None:
    """By exact name, or by a pattern of which only * is special."""
    assert made("x", "ingest", sources=sources).may_write(source) is may


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "standing"),
    [
        (None, None, "valid"),
        (FUTURE, None, "valid"),
        (PAST, None, "expired"),
        (NOW, None, "expired"),
        (FUTURE, PAST, "revoked"),
        (PAST, PAST, "revoked"),
    ],
)
def test_standing(expires_at: datetime | None, revoked_at: datetime | None, standing: Standing) -> None:
    """Revoked is for ever."""
    assert made("x", "search", expires_at=expires_at, revoked_at=revoked_at).standing(NOW) == standing


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "two words"},
        {"name": "x\n"},
        {"name": ""},
        {"sha256": "A" * 64},
        {"scopes": ()},
        {"scopes": ("admin",)},
        {"sources": ()},
        {"sources": ("a b",)},
        {"sources": ("a[bc]",)},
        {"expires_at": "2026-02-06T00:00:00"},
        {"only_from": "10.0.0.0/8"},
    ],
)
def test_what_is_no_key(wrong: dict[str, object]) -> None:
    """A time without its zone is none; a field that we don't know may narrow what a key opens."""
    with pytest.raises(ValidationError):
        Key.model_validate(made("x", "ingest").model_dump() | wrong)


def test_new_secrets_differ_and_go_into_headers() -> None:
    """Random, long and plain ASCII."""
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(each) >= 43 and each.isascii() and each.isprintable() and " " not in each for each in secrets)
