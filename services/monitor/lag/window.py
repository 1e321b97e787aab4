"""Looks at a group's place in a partition over some minutes → how it is doing, without thresholds. Pure.

After Burrow (LinkedIn): https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules. Burrow tells a group that
commits in place from one that commits nothing; the admin API does not, so members tell: a group without any has stopped.

OK      nothing waits, or did at some time in the window, or it catches up
WARN    it goes on, but more and more waits
STALL   it has members, and something waits, and nothing goes on
STOP    it has no members, and something waits
REWIND  its place went back: records come again
"""

import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

State = Literal["OK", "WARN", "STALL", "STOP", "REWIND"]
ORDER: tuple[State, ...] = ("OK", "REWIND", "WARN", "STALL", "STOP")
"""From the best to the worst."""

WINDOW = timedelta(minutes=2)
"""Twice as long as one digest may take (ENRICH_DIGEST_SECONDS): within it a group that works commits."""

SETTLED = timedelta(seconds=10)
"""Of looks that a verdict other than OK takes at least: a batch is not committed at once."""


@dataclass(frozen=True)
class Look:
    """What was seen at one moment."""

    at: datetime
    committed: int
    """Where the group goes on"""
    end: int
    """Behind the last record"""
    members: int
    """Of the group"""

    @property
    def lag(self) -> int:
        """Records that wait."""
        return max(0, self.end - self.committed)


@dataclass(frozen=True)
class Course:
    """How a group is doing in a partition."""

    state: State
    lag: int
    per_second: float | None = None
    """Records that it takes; None before there are two looks"""
    trend: float | None = None
    """Records that more wait each second; below 0 it catches up"""

    @property
    def seconds_to_clear(self) -> float | None:
        """How long it takes until nothing waits, if all goes on so; None where it never does."""
        if not self.lag:
            return 0.0
        return self.lag / -self.trend if self.trend is not None and self.trend < 0 else None


@dataclass
class Window:
    """The looks of the last minutes, the newest last."""

    length: timedelta = WINDOW
    looks: deque[Look] = field(default_factory=deque)

    def add(self, look: Look) -> Course:
        """Take a look, forget those that are too old, and return what they come to."""
        if self.looks and look.end < self.looks[-1].end:
            self.looks.clear()  # the topic was made anew
        self.looks.append(look)
        while len(self.looks) > 2 and look.at - self.looks[1].at >= self.length:
            self.looks.popleft()
        return self.course()

    def course(self) -> Course:
        """Return what the looks come to; raises IndexError before the first."""
        first, last = self.looks[0], self.looks[-1]
        seconds = (last.at - first.at).total_seconds()
        if not seconds:
            return Course("OK", last.lag)
        moved, grown = last.committed - first.committed, last.lag - first.lag
        return Course(self._state(), last.lag, max(0, moved) / seconds, grown / seconds)

    def moved_within(self, seconds: float) -> bool:
        """Return whether something was committed within the last seconds."""
        since = self.looks[-1].at - timedelta(seconds=seconds)
        return any(before.committed < later.committed for before, later in itertools.pairwise(self.looks) if later.at >= since)

    def _state(self) -> State:
        first, last = self.looks[0], self.looks[-1]
        looks = list(self.looks)
        if last.lag and any(later.committed < before.committed for before, later in itertools.pairwise(looks)):
            return "REWIND"
        if last.at - first.at < SETTLED or any(not look.lag for look in looks):
            return "OK"
        if last.committed == first.committed:
            return "STALL" if last.members else "STOP"
        never_less = all(later.lag >= before.lag for before, later in itertools.pairwise(looks))
        return "WARN" if never_less and last.lag > first.lag else "OK"


def worst(states: list[State]) -> State:
    """Return the worst of them; OK of none."""
    return max(states, key=ORDER.index, default="OK")
