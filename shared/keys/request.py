"""A request's headers → the key that it presents, and whether it addresses this machine as itself. Pure."""

import base64
import binascii
import ipaddress
from collections.abc import Mapping


def presented(headers: Mapping[str, str]) -> str | None:
    """The key in `Authorization: Bearer KEY` or else in `X-API-Key`; None where there is none. Names in lower case."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("x-api-key", "").strip() or None


def presented_by_browser(headers: Mapping[str, str]) -> str | None:
    """The key as `presented`, or as the password that a browser asked its user for; None where there is none."""
    scheme, _, word = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return presented(headers)
    try:
        return base64.b64decode(word.strip(), validate=True).decode().partition(":")[2] or None
    except (binascii.Error, ValueError):
        return None


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
