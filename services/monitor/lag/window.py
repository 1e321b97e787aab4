"""Looks at a group's place in a partition over some minutes → how it is doing, without thresholds of lag. Pure.

After Burrow (LinkedIn): https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules. Burrow tells a group that
commits in place from one that commits nothing; the admin API does not, so members tell: a group without any has stopped.
Only what was seen since nothing waited is judged: an idle hour before says nothing about what waits now.

OK       nothing waits, or the group goes on and keeps up
UNKNOWN  something waits since the first look, too short a time ago to say more
REWIND   its place went back: records come again
WARN     nothing has gone on for some seconds, or it goes on and more and more waits
STALL    it has members, and for longer than any digest takes nothing has gone on
STOP     it has no members, and something waits
"""

import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.health.report import LagState

State = LagState
ORDER: tuple[State, ...] = ("OK", "UNKNOWN", "REWIND", "WARN", "STALL", "STOP")
"""From the best to the worst."""

WINDOW = timedelta(minutes=2)
"""That are kept: twice what it takes to see that a group falls behind."""

SETTLED = timedelta(seconds=10)
"""Without progress, after which it is worth a look: a batch is committed after a second or two."""

STALLED = timedelta(seconds=75)
"""Without progress, after which it is a fault: a digest may take 60 s (ENRICH_DIGEST_SECONDS) before it is given up on, and its
dead letter some more. One slow giant holds up its partition for no longer."""

GROWING = timedelta(seconds=60)
"""Of more and more, after which a group falls behind: the files of a week that are fed at once are a burst."""

GAP = timedelta(seconds=15)
"""Between two looks, beyond which nobody knows what happened: Kafka was away, and nothing could be committed. A round takes
seven seconds at most (services.monitor.watch.watcher)."""

RATES = timedelta(seconds=30)
"""Of looks that rates come from: some commits, and recent enough for a time to clear."""


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
    standing: float = 0.0
    """Seconds for which something has waited and nothing gone on"""

    @property
    def stands(self) -> bool:
        """Whether nothing has gone on for longer than a batch takes."""
        return self.standing >= SETTLED.total_seconds()

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
    _stands_since: datetime | None = field(default=None, init=False)
    """When the group last went on or something began to wait; None while nothing waits"""
    _sure: bool = field(default=False, init=False)
    """Whether the group was seen with nothing to do, or going on: what waits then began to wait before our eyes"""

    def add(self, look: Look) -> Course:
        """Take a look, forget those that are too old, and return what they come to."""
        last = self.looks[-1] if self.looks else None
        if last is not None and (look.end < last.end or look.at - last.at > GAP):
            # The topic was made anew, or nobody looked for a while: what was before says nothing.
            self.looks.clear()
            last, self._stands_since, self._sure = None, None, False
        if not look.lag:
            self._stands_since, self._sure = None, True
        elif last is None or self._stands_since is None or look.committed != last.committed:
            self._stands_since = look.at
            self._sure = self._sure or last is not None
        self.looks.append(look)
        while len(self.looks) > 2 and look.at - self.looks[1].at >= self.length:
            self.looks.popleft()
        return self.course()

    def course(self) -> Course:
        """Return what the looks come to; raises IndexError before the first."""
        last = self.looks[-1]
        standing = (last.at - (self._stands_since or last.at)).total_seconds()
        state = self._state(timedelta(seconds=standing))
        recent = [look for look in self.looks if last.at - look.at <= RATES]
        first = recent[0] if len(recent) > 1 else self.looks[max(0, len(self.looks) - 2)]
        seconds = (last.at - first.at).total_seconds()
        if not seconds:
            return Course(state, last.lag, standing=standing)
        moved, grown = last.committed - first.committed, last.lag - first.lag
        return Course(state, last.lag, max(0, moved) / seconds, grown / seconds, standing)

    def moved_within(self, seconds: float) -> bool:
        """Return whether something was committed within the last seconds."""
        looks = list(self.looks)
        since = looks[-1].at - timedelta(seconds=seconds)
        return any(before.committed < later.committed for before, later in itertools.pairwise(looks) if later.at >= since)

    def _state(self, standing: timedelta) -> State:
        last = self.looks[-1]
        if not last.lag:
            return "OK"
        if standing >= SETTLED and not last.members:
            return "STOP"
        if standing >= SETTLED:
            return "STALL" if standing >= STALLED else "WARN"
        waiting = self._since_nothing_waited()
        if any(later.committed < before.committed for before, later in itertools.pairwise(waiting)):
            return "REWIND"
        if not self._sure:
            return "UNKNOWN"
        return "WARN" if _grows([look for look in waiting if look.lag]) else "OK"

    def _since_nothing_waited(self) -> list[Look]:
        """Return the looks from the last one at which nothing waited on, or all."""
        looks = list(self.looks)
        begin = max((number for number, look in enumerate(looks) if not look.lag), default=0)
        return looks[begin:]


def _grows(looks: list[Look]) -> bool:
    """Return whether more and more waits: at its least, in each third of the time more than in the one before.

    By the least, as lag goes up and down with each batch that is committed.
    """
    whole = looks[-1].at - looks[0].at
    if whole < GROWING:
        return False
    thirds: list[list[int]] = [[], [], []]
    for look in looks:
        thirds[min(2, int(3 * (look.at - looks[0].at) / whole))].append(look.lag)
    if not all(thirds):
        return False
    first, second, third = (min(lags) for lags in thirds)
    return first < second < third


def worst(states: list[State]) -> State:
    """Return the worst of them; OK of none."""
    return max(states, key=ORDER.index, default="OK")
