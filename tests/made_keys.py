"""API keys for tests: a key whose secret is known, and a keys file of some."""

from datetime import UTC, datetime
from pathlib import Path

from shared.keys.file import write
from shared.keys.key import Key, Scope, hashed

SALT = "5a" * 16
PAST, FUTURE = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def made(
    name: str, *scopes: Scope, sources: tuple[str, ...] | None = None, expires_at: datetime | None = None, revoked_at: datetime | None = None
) -> Key:
    """A key whose secret is `secret-NAME`."""
    sha256 = hashed(secret(name), SALT)
    return Key(name=name, salt=SALT, sha256=sha256, scopes=scopes, sources=sources, created_at=PAST, expires_at=expires_at, revoked_at=revoked_at)


def secret(name: str) -> str:
    """The secret of the key that is called so."""
    return f"secret-{name}"


def keys_file(folder: Path, *keys: Key) -> Path:
    """A keys file of these in `folder`."""
    path = folder / "keys.jsonl"
    write(path, keys)
    return path


async def no_wait(_seconds: float) -> None:
    """A sleep that takes no time."""
