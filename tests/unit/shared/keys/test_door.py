"""Who is let in, what the others are told, and what is counted and logged of it."""

import asyncio
import time

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key, Scope
from shared.keys.ring import Keyring
from shared.keys.slowing import Slowing
from tests.made_keys import PAST, made, no_wait, secret

KEYS = (
    made("weekly", "ingest", sources=("weekly",)),
    made("desk", "search"),
    made("duty", "operate"),
    made("old", "ingest", expires_at=PAST),
    made("lost", "ingest", revoked_at=PAST),
)
MISSING = KeyRefused(401, "key_missing", "a key is needed", headers={"WWW-Authenticate": "Bearer"})


def door(*, slowing: Slowing | None = None, wrong_status: int = 403) -> Door:
    """One with these keys."""
    slow = slowing or Slowing(sleep=no_wait)
    return Door(Keyring(None, KEYS, service="test"), service="test", missing=MISSING, wrong_status=wrong_status, slowing=slow)


@pytest.mark.parametrize(
    ("presented", "scope", "status", "code"),
    [
        (None, "ingest", 401, "key_missing"),
        ("wrong", "ingest", 403, "key_unknown"),
        (secret("old"), "ingest", 403, "key_expired"),
        (secret("lost"), "ingest", 403, "key_revoked"),
        (secret("desk"), "ingest", 403, "key_scope"),
        (secret("weekly"), "search", 403, "key_scope"),
        (secret("desk"), "operate", 403, "key_scope"),
    ],
)
async def test_who_is_refused(presented: str | None, scope: Scope, status: int, code: str) -> None:
    """In words that say what to do; each is counted but for who sent no key."""
    labels = {"service": "test", "reason": code.removeprefix("key_")}
    before = REGISTRY.get_sample_value("jianbao_keys_refused_total", labels) or 0
    with pytest.raises(KeyRefused) as refused:
        await door().admit(presented, scope, address="10.0.0.1")
    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.headers == (MISSING.headers if status == 401 else {})
    counted = (REGISTRY.get_sample_value("jianbao_keys_refused_total", labels) or 0) - before
    assert counted == (presented is not None)


@pytest.mark.parametrize(("name", "scope"), [("weekly", "ingest"), ("desk", "search"), ("duty", "search"), ("duty", "operate")])
async def test_who_is_let_in(name: str, scope: Scope) -> None:
    """By name."""
    assert (await door().admit(secret(name), scope, address="10.0.0.1")).name == name


async def test_a_browser_is_asked_again() -> None:
    """By 401 with the challenge."""
    with pytest.raises(KeyRefused) as refused:
        await door(wrong_status=401).admit("wrong", "search", address="10.0.0.1")
    assert (refused.value.status, refused.value.headers) == (401, MISSING.headers)


@pytest.mark.parametrize(("key", "source", "fine"), [(KEYS[0], "weekly", True), (KEYS[0], "daily", False), (None, "daily", True)])
def test_sources(key: Key | None, source: str, fine: bool) -> None:
    """The refusal names key and source."""
    if fine:
        door().check_source(key, source)
        return
    with pytest.raises(KeyRefused, match=r"the key weekly may not .* 'daily'") as refused:
        door().check_source(key, source)
    assert (refused.value.status, refused.value.code) == (403, "key_source")


async def test_others_are_not_slowed() -> None:
    """While one address waits for its refusals, others with keys, and a right key from the same address, pass at once."""
    woken = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await woken.wait()

    tried = door(slowing=Slowing(sleep=sleep))
    waiting = [asyncio.create_task(tried.admit("wrong", "ingest", address="10.0.0.1")) for _ in range(10)]
    await asyncio.sleep(0)
    started = time.perf_counter()
    for address in ("10.0.0.1", "10.0.0.2"):
        assert (await tried.admit(secret("weekly"), "ingest", address=address)).name == "weekly"
    assert time.perf_counter() - started < 1
    woken.set()
    said = [error.code for error in await asyncio.gather(*waiting, return_exceptions=True) if isinstance(error, KeyRefused)]
    assert sorted(said) == ["key_unknown"] * 4 + ["too_many_wrong_keys"] * 6


async def test_the_log_names_keys_and_never_their_secrets() -> None:
    """And is not filled by a loop: 100 tries are 7 lines."""
    tried = door()
    with capture_logs() as logged:
        for _ in range(100):
            with pytest.raises(KeyRefused):
                await tried.admit(secret("lost"), "ingest", address="10.0.0.1")
    assert [(line["event"], line["key"], line["reason"], line["times"]) for line in logged] == [
        ("wrong_key", "lost", "revoked", times) for times in (1, 2, 4, 8, 16, 32, 64)
    ]
    assert "secret" not in str(logged)
