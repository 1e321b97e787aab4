"""A request's key and the configured hashes → allowed or not, the same in every service that asks for keys. Pure.

Only SHA-256 hashes of keys are ever configured, so that a leaked configuration opens nothing. A plain hash suffices, as keys
are 256 random bits: there is no dictionary to try them from.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping, Sequence

from shared.errors import Misconfigured


def hash_key(key: str) -> str:
    """The key's SHA-256 as 64 hex digits: what the `*_API_KEYS` settings hold."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def matches(presented: str, hashes: Sequence[str]) -> bool:
    """Whether the hash of the presented key is among `hashes`; takes as long for a wrong key as for a right one."""
    given = hash_key(presented)
    found = False
    for known in hashes:
        found |= hmac.compare_digest(given, known)
    return found


def presented(headers: Mapping[str, str]) -> str | None:
    """The key in `Authorization: Bearer KEY` or else in `X-API-Key`; None where there is none. Names in lower case."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("x-api-key", "").strip() or None


def is_loopback(host: str) -> bool:
    """Whether a name or address (also `[::1]`) can only be reached from this machine."""
    name = host.removeprefix("[").removesuffix("]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def addressed_as_loopback(headers: Mapping[str, str]) -> bool:
    """Whether the request's Host names this machine itself. Names of `headers` in lower case.

    Where no key is asked for, this keeps out the pages of other sites whose name was rebound to a loopback address (DNS rebinding).
    """
    host = headers.get("host", "")
    name, colon, port = host.rpartition(":")
    return is_loopback(name if colon and port.isdigit() else host)


def require(host: str, hashes: Sequence[str], *, opened: bool, prefix: str) -> None:
    """Raise Misconfigured when `host` can be reached from other machines while no key is configured.

    `opened` is the operator's word that only loopback reaches the port; `prefix` is that of the service's settings, such as `SEARCH_`.
    """
    if hashes or opened or is_loopback(host):
        return
    raise Misconfigured(
        f"{prefix}HOST={host} can be reached from other machines, but {prefix}API_KEYS is empty, so anyone could use it. "
        f"Make a key with `jianbao key` and set {prefix}API_KEYS to its SHA-256, bind to 127.0.0.1, "
        f"or set {prefix}OPEN=true where the port is published to loopback alone."
    )
