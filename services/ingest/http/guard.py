"""A request → the API key that may feed, None where none is asked for, or the refusal of who may not."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request

from services.ingest.errors import Refusal
from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key
from shared.keys.request import addressed_as_loopback, presented
from shared.keys.ring import Keyring, from_setting
from shared.settings import IngestSettings

MISSING = KeyRefused(
    401, "key_missing", "send your API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`", headers={"WWW-Authenticate": "Bearer"}
)


def door(settings: IngestSettings, keys_file: Path | None = None) -> Door:
    """The door of ingest; raises Misconfigured when the keys file can't be read."""
    keyring = Keyring(keys_file, from_setting(settings.api_keys, "ingest"), service="ingest")
    return Door(keyring, service="ingest", missing=MISSING, wrong_status=403)


async def admit(request: Request, door: Door) -> Key | None:
    """Return the key that the request may feed with, None where none is asked for; raises KeyRefused, and Refusal for pages of other sites."""
    if door.keyring.asks:
        return await door.admit(presented(request.headers), "ingest", address=request.client.host if request.client else "")
    check_page(request.headers)
    return None


async def admit_editor(request: Request, door: Door) -> Key | None:
    """Return the key that the request may see and change sources with: one that feeds, its own; one that operates, all.

    Raises as `admit` does.
    """
    secret = presented(request.headers)
    key = door.keyring.find(secret) if secret and door.keyring.asks else None
    if key is not None and key.may("operate"):
        return await door.admit(secret, "operate", address=request.client.host if request.client else "")
    return await admit(request, door)


def check_page(headers: Mapping[str, str]) -> None:
    """Raise Refusal where a page of another site asks. Names of `headers` in lower case. Pure.

    Without keys whoever reaches us may feed, but not a web page of another site through somebody's browser: those send Origin
    even with forms that need no preflight, and a name that was rebound to this address shows in Host.
    """
    origin, host = headers.get("origin"), headers.get("host", "").lower()
    if origin is not None and _place(origin) != host:
        raise Refusal(403, "cross_site", "requests from pages of other sites are not taken without an API key")
    if not addressed_as_loopback(headers):
        raise Refusal(403, "cross_site", "without API keys this service is for its own machine; address it as 127.0.0.1 or localhost")


def _place(origin: str) -> str | None:
    """host:port of an Origin header, None where there is none (`null`, or no address at all)."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
