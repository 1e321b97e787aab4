"""A robots.txt → whether a path may be fetched, and how often. Pure.

As RFC 9309 says: a site without the file (any 4xx) forbids nothing, one whose file can't be had (5xx, silence) everything for the time being.
"""

from dataclasses import dataclass

from protego import Protego

from services.ingest.sources.fetch.errors import FetchFailed

NAME = "jianbao"
"""What a group of rules calls us."""

MAX_BYTES = 512 * 1024
"""RFC 9309 asks for 500 KiB at least."""

MOST_SECONDS = 60.0
"""A longer delay is not kept: the rules of some sites ask for hours."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site allows; without `rules`, all or nothing."""

    rules: Protego | None = None
    closed: str | None = None
    """Why nothing may be fetched for now"""

    def allows(self, url: str) -> bool:
        """Return whether the document may be fetched."""
        return self.rules.can_fetch(url, NAME) if self.rules else self.closed is None

    @property
    def delay(self) -> float:
        """Seconds between two documents that the site asks for, at most MOST_SECONDS."""
        asked = self.rules.crawl_delay(NAME) if self.rules else None
        return min(max(float(asked or 0), 0.0), MOST_SECONDS)


def read(content: bytes) -> Robots:
    """The rules of a file."""
    return Robots(Protego.parse(content.decode("utf-8", "replace")))


def without(failed: FetchFailed) -> Robots:
    """The rules of a site whose file was not fetched."""
    none = failed.kind.startswith("status_4") and failed.kind != "status_429"
    return Robots(closed=None if none else failed.message)
