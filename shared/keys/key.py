"""One API key as it stands in the keys file: what it is known by, what it may do, and until when. Pure.

The secret itself stands nowhere, so that a file that leaks opens nothing. It is 256 random bits, which no dictionary holds and nobody tries
through: one SHA-256 is enough, and a slow hash would only let strangers keep a service busy. The salt keeps two installations from
showing that they share a key.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Scope = Literal["ingest", "search", "operate"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

Standing = Literal["valid", "expired", "revoked"]

Name = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]{0,63}$")]
"""One word, as it stands in logs, records and answers."""

SourcePattern = Annotated[str, StringConstraints(pattern=r"^[\w*][\w.\-*]{0,63}$")]
"""A source, or several by `*`, which stands for any characters: `weekly-*`."""

SECRET_BYTES = 32
"""256 random bits: nobody guesses them, however fast hashes are tried."""


class Key(BaseModel):
    """A key without its secret.

    Unknown fields are refused: one that a newer version added may narrow what a key opens, and must not be passed over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(description="What it is called in logs, records and lists; no two have the same, ever")
    salt: str = Field(pattern=r"^([0-9a-f]{32})?$", description="Goes before the secret; empty for a hash that was made without")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of salt and secret, hex")
    scopes: tuple[Scope, ...] = Field(min_length=1, description="operate includes search")
    sources: tuple[SourcePattern, ...] | None = Field(default=None, min_length=1, description="That it may feed and withdraw; None: all")
    created_at: AwareDatetime | None = Field(default=None, description="UTC")
    expires_at: AwareDatetime | None = Field(default=None, description="The first moment at which it is valid no more")
    revoked_at: AwareDatetime | None = None

    def opens_with(self, secret: str) -> bool:
        """Return whether `secret` is this key's; takes as long for a wrong one as for the right one."""
        return hmac.compare_digest(hashed(secret, self.salt), self.sha256)

    def may(self, scope: Scope) -> bool:
        """Return whether it opens what takes `scope`."""
        return scope in self.scopes or (scope == "search" and "operate" in self.scopes)

    def may_write(self, source: str) -> bool:
        """Return whether it may feed digests of `source`, and take them back."""
        return self.sources is None or any(fnmatchcase(source, pattern) for pattern in self.sources)

    def standing(self, now: datetime) -> Standing:
        """Return whether it is valid at that time."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "valid"


def hashed(secret: str, salt: str = "") -> str:
    """Return the SHA-256 of salt and secret as 64 hex digits."""
    return hashlib.sha256((salt + secret).encode("utf-8", "surrogatepass")).hexdigest()


def hash_key(secret: str) -> str:
    """Return the hash without salt, as the settings `*_API_KEYS` and `SEARCH_OPERATE_KEYS` hold it."""
    return hashed(secret)


def new_secret() -> str:
    """Return a random key of 43 characters that are safe in headers, shells and files."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_salt() -> str:
    """Return 128 random bits as hex digits."""
    return secrets.token_hex(16)
