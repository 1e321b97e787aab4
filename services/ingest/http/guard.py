"""A request's headers and the settings → nothing, or the Refusal of who may not feed. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from services.ingest.errors import Refusal
from shared import keys
from shared.settings import IngestSettings


def authorise(headers: Mapping[str, str], settings: IngestSettings) -> None:
    """Raise Refusal unless the request may feed: 401 without a key, 403 with a wrong one. Names of `headers` in lower case."""
    if settings.api_keys:
        key = keys.presented(headers)
        if key is None:
            raise Refusal(
                401, "key_missing", "send your API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`", headers={"WWW-Authenticate": "Bearer"}
            )
        if not keys.matches(key, settings.api_keys):
            raise Refusal(403, "key_unknown", "this API key is not known here; ask the operator for one")
        return
    # Without keys whoever reaches us may feed, but not a web page of another site through somebody's browser: those send Origin
    # even with forms that need no preflight, and a name that was rebound to this address shows in Host.
    origin, host = headers.get("origin"), headers.get("host", "").lower()
    if origin is not None and _place(origin) != host:
        raise Refusal(403, "cross_site", "requests from pages of other sites are not taken without an API key")
    if not keys.addressed_as_loopback(headers):
        raise Refusal(403, "cross_site", "without API keys this service is for its own machine; address it as 127.0.0.1 or localhost")


def _place(origin: str) -> str | None:
    """host:port of an Origin header, None where there is none (`null`, or no address at all)."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
