"""Kinds of messages and times → which of them are heard, and how many were left out. Pure.

What goes wrong a thousand times a second, such as a connection that can't be accepted, must not fill a disk
or take the time of what still works.
"""

from collections.abc import Iterator
from dataclasses import dataclass

Kind = tuple[str, str, str]
"""Who says it, what, and the class of the error"""

MOST_KINDS = 1000
"""Messages with changing text must not fill the memory."""


@dataclass
class _Heard:
    since: float
    times: int = 0
    left_out: int = 0


class Quiet:
    """Lets messages of one kind through a few times in SECONDS."""

    SECONDS = 10.0
    TIMES = 20
    """Enough to see what varies in them: places, reasons"""

    def __init__(self) -> None:
        self._kinds: dict[Kind, _Heard] = {}

    def left_out(self, now: float) -> Iterator[tuple[Kind, int]]:
        """Kinds whose time is over, or that are one too many, with how many were left out of each; they
        begin anew. To be asked first."""
        over = [kind for kind, heard in self._kinds.items() if now - heard.since >= self.SECONDS]
        over += [kind for kind in list(self._kinds)[:1] if not over and len(self._kinds) > MOST_KINDS]
        for kind in over:
            if count := self._kinds.pop(kind).left_out:
                yield kind, count

    def hears(self, kind: Kind, now: float, *, times: int = TIMES) -> bool:
        """Whether this message is one of the first `times` of its kind in these SECONDS."""
        heard = self._kinds.setdefault(kind, _Heard(now))
        heard.times += 1
        heard.left_out += heard.times > times
        return heard.times <= times
