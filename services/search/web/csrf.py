"""Whoever opens a page with a form ↔ a token in that form, so that no other site's page can send it in their name. Pure.

A cookie holds random bits; the form holds their HMAC with the name of whoever it was made for. Another site can neither read the cookie nor
make the token, and the cookie does not come with its requests (SameSite=Strict).
"""

import hmac
import secrets
from collections.abc import Sequence

from services.search.answer import cursor
from services.search.errors import CrossSite, Stale
from services.search.web.access import from_elsewhere

COOKIE = "jianbao_form"
SECONDS = 12 * 3600
"""That long a page may be left open."""


class Csrf:
    """Makes tokens and checks them."""

    def __init__(self, namespace: str, known: Sequence[str]) -> None:
        """`known` is the installation's secrets, by which all its search processes sign alike; without any, the key is random."""
        self._key = cursor.signing_key(f"{namespace} forms", known) if known else secrets.token_bytes(32)

    def token(self, nonce: str, by: str) -> str:
        """The token of the form for that cookie and operator."""
        return hmac.digest(self._key, f"{by}\x1f{nonce}".encode(), "sha256").hex()

    def check(self, *, headers: "dict[str, str]", nonce: str | None, token: str, by: str) -> None:
        """Raise CrossSite unless our own page sent this, Stale where one did long ago.

        Names of `headers` are in lower case.
        """
        if from_elsewhere(headers):
            raise CrossSite("the request comes from a page of another site")
        if not nonce or not hmac.compare_digest(token.encode(), self.token(nonce, by).encode()):
            told = "the page's token is missing or of another session: open it again, with cookies allowed"
            # Only a browser says where a form comes from.
            raise Stale(told) if {"origin", "sec-fetch-site"} & headers.keys() else CrossSite(told)


def nonce(cookie: str | None) -> str:
    """The cookie's random bits, or fresh ones where there is none that looks like ours."""
    return cookie if cookie and len(cookie) == 43 else secrets.token_urlsafe(32)
