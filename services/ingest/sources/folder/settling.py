"""Files as they lie there, looked at again and again → those that nobody writes any more. Pure.

A copy grows while it is made. A file is whole once its size and time have been the same for some seconds, as we saw it: its own time says nothing, as
copies keep that of their originals.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.ingest.sources.folder.choice import Found

SECONDS = 2.0
"""A slow disk or network share pauses for less within one file; paperless-ngx waits five, and people wait for it."""


@dataclass
class Settling:
    """Remembers since when each file is as it is."""

    seconds: float = SECONDS
    _since: dict[Found, float] = field(default_factory=dict)

    def whole(self, files: Iterable[Found], now: float) -> list[Found]:
        """Return those of the files there are now that have been unchanged for `seconds`; `now` is in seconds of any clock."""
        self._since = {file: self._since.get(file, now) for file in files}
        return [file for file, since in self._since.items() if now - since >= self.seconds]

    @property
    def waiting(self) -> int:
        """How many were not whole when last looked at, or have not been dealt with since."""
        return len(self._since)
