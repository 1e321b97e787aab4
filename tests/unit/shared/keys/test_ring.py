"""The keys that count now: read again when the file changes, kept when it breaks or goes."""

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from shared.errors import Misconfigured
from shared.keys.file import write
from shared.keys.key import hash_key
from shared.keys.ring import EVERY, Keyring, from_setting, require
from tests.made_keys import PAST, keys_file, made, secret

A, B = made("a", "ingest"), made("b", "search")


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def ring(path: Path) -> Keyring:
    """One that looks each time."""
    return Keyring(path, service="test", every=0)


def names(keyring: Keyring) -> list[str]:
    """Of all keys that count."""
    return [key.name for key in keyring.keys]


def read_metric() -> float | None:
    """1 while the file counts as it stands."""
    return REGISTRY.get_sample_value("jianbao_keys_read", {"service": "test"})


def test_a_change_counts_without_a_restart(tmp_path: Path) -> None:
    """A key made and one revoked, after half a second at the latest; before, nothing is asked of the disk."""
    path, clock = keys_file(tmp_path, A), Clock()
    keyring = Keyring(path, service="test", clock=clock)
    write(path, [A.model_copy(update={"revoked_at": PAST}), B])
    assert names(keyring) == ["a"]
    clock.now = EVERY
    found = keyring.find(secret("a"))
    assert names(keyring) == ["a", "b"]
    assert found is not None
    assert found.revoked_at == PAST


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"name":"c"}'])
async def test_a_broken_or_deleted_file_leaves_the_keys_before(tmp_path: Path, content: bytes | None) -> None:
    """Nobody is shut out and nobody let in; `/readyz` and the metric say so until it is mended."""
    path = keys_file(tmp_path, A)
    keyring = ring(path)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert names(keyring) == ["a"]
    assert keyring.asks
    assert "keys read before still count" in await keyring.check()
    assert read_metric() == 0
    write(path, [B])
    assert names(keyring) == ["b"]
    assert await keyring.check() == ""
    assert read_metric() == 1


@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_service_does_not_start_on_a_file_that_it_can_not_read(tmp_path: Path, content: bytes | None) -> None:
    """Else a deleted file would open the door with the next restart."""
    path = tmp_path / "keys.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Misconfigured):
        ring(path)


def test_hashes_from_settings_count_beside_the_file(tmp_path: Path) -> None:
    """By the beginning of their hash, for all sources."""
    keyring = Keyring(keys_file(tmp_path, A), from_setting([hash_key("old")], "ingest"), service="test")
    old = keyring.find("old")
    assert old is not None
    assert (old.name, old.scopes, old.sources) == (hash_key("old")[:8], ("ingest",), None)
    assert keyring.find(secret("a")) == A
    assert keyring.find(secret("c")) is None


def test_what_is_signed_stays_valid_while_keys_come_and_go(tmp_path: Path) -> None:
    """Cursors and forms: the file's first line stays in it for ever."""
    path = keys_file(tmp_path, A)
    keyring = ring(path)
    before = keyring.secrets()
    write(path, [A.model_copy(update={"revoked_at": PAST}), B])
    assert names(keyring) == ["a", "b"]
    assert keyring.secrets() == ring(path).secrets() == before
    assert A.sha256 not in before
    assert Keyring(None, service="test").secrets() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_loopback_needs_no_key(host: str) -> None:
    """Only this machine reaches it."""
    require(host, Keyring(None, service="test"), opened=False, prefix="INGEST_")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "ingest", "", "localhost.example.org"])
def test_beyond_loopback_a_key_is_required(tmp_path: Path, host: str) -> None:
    """The service refuses to start, and says how a key is made."""
    without = Keyring(None, service="test")
    with pytest.raises(Misconfigured, match="jianbao key make"):
        require(host, without, opened=False, prefix="INGEST_")
    require(host, ring(keys_file(tmp_path, A)), opened=False, prefix="INGEST_")
    require(host, Keyring(None, from_setting([hash_key("old")], "ingest"), service="test"), opened=False, prefix="INGEST_")
    require(host, without, opened=True, prefix="INGEST_")
