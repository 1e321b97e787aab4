"""A digest → where to see what became of it. Pure."""

from urllib.parse import quote


def status_url(search_url: str, digest_id: str, revision: int) -> str:
    """Where to see what became of a digest; ASCII, as it goes into the Location header."""
    return f"{quote(search_url.rstrip('/'), safe=':/?&=%@[]~+,;')}/api/digests/{digest_id}/status?revision={revision}"
