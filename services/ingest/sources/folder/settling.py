"""Files as they lie there, looked at again and again → those that nobody writes any more. Pure.

A copy grows while it is made. A file is whole once it has been the same for some seconds, as we saw it: its own times
say nothing, as copies keep those of their originals, and a file server's clock may be another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.ingest.sources.folder.choice import Found

SECONDS = 2.0
"""A slow disk or network share pauses for less within one file; paperless-ngx waits five, and people wait for it."""

EMPTY = 5
"""So many times as long for an empty file: programs make it first and write it once their data has come."""


@dataclass
class Settling:
    """Remembers since when each file is as it is; `now` is in seconds of any clock."""

    seconds: float = SECONDS
    _since: dict[str, tuple[Found, float]] = field(default_factory=dict)

    def see(self, file: Found, now: float) -> bool:
        """Note how a file lies there now, and return whether it has been so for long enough."""
        known, since = self._since.get(file.path, (None, now))
        if known != file:
            since = now
            self._since[file.path] = (file, now)
        return now >= since + self._seconds(file)

    def due(self, now: float) -> Iterator[str]:
        """Yield the paths of files that are whole if they are still the same."""
        return (file.path for file, since in list(self._since.values()) if now >= since + self._seconds(file))

    def until_next(self, now: float) -> float | None:
        """Return seconds until one more may be whole, at least 0; None where none is waited for."""
        ends = (since + self._seconds(file) for file, since in self._since.values())
        return max(0.0, soonest - now) if (soonest := min(ends, default=None)) is not None else None

    def drop(self, path: str) -> None:
        """Forget a file that is dealt with, or gone."""
        self._since.pop(path, None)

    @property
    def waiting(self) -> list[str]:
        """The paths of those that are not dealt with."""
        return list(self._since)

    def _seconds(self, file: Found) -> float:
        return self.seconds if file.size else self.seconds * EMPTY
