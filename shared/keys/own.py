"""A setting or the file that it names → the API key that a service sends to another."""

from pathlib import Path

from pydantic import SecretStr

from shared.errors import Misconfigured


def own(key: SecretStr | None, file: Path | None, *, variable: str) -> str | None:
    """Return the key, None where there is none; raises Misconfigured, naming `variable`, where it can't be used."""
    if key is not None:
        return _checked(variable, key.get_secret_value())
    if file is None:
        return None
    try:
        return _checked(f"{variable}_FILE", file.read_text("utf-8").strip())
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{variable}_FILE={file} can't be read: give a file with the key alone") from error


def _checked(variable: str, key: str) -> str:
    if not (key and key.isascii() and key.isprintable()):
        raise Misconfigured(f"{variable}: a key is one line of printable ASCII")
    return key
