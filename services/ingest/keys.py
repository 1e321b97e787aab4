"""Nothing in, a new API key out; `shared.keys` has what is done with keys."""

import secrets

KEY_BYTES = 32
"""256 random bits: nobody guesses them, however fast hashes are tried."""


def new() -> str:
    """A new random key of 43 characters that are safe in headers, shells and files."""
    return secrets.token_urlsafe(KEY_BYTES)
