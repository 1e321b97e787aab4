"""A record to Kafka and the time that its broker gave it → how far this machine's clock is from Kafka's, and
Unavailable where that is too far.

A digest's revision is the time of its receipt. From a clock that is ahead, every correction would be older
than what it corrects, and dropped in silence, until that time has come; under one that is behind, a
correction would be older than what another ingest took. So nothing is taken then.

Between two questions Kafka's time is reckoned on by a clock that nobody sets, so a clock that is set wrong is
known at once and not a minute later.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared import log
from shared.errors import Unavailable
from shared.kafka.sender import Message, Sender

_log = log.get(__name__)

EVERY = 60.0
"""Seconds between two questions while the clock is right: a record of 70 bytes each. While it is wrong,
Kafka is asked with every probe.
"""

LOG_APPEND_TIME = 1
"""Kafka's number for a time that the broker gave."""


@dataclass(frozen=True)
class Reading:
    """Kafka's time, and when it was asked for, by a clock that nobody sets; all in seconds. Pure."""

    theirs: float
    """Since the epoch"""
    asked: float
    answered: float

    def at(self, ticks: float) -> float:
        """Kafka's time at a moment, at the latest."""
        return self.theirs + ticks - self.asked

    def ahead(self, ours: float, ticks: float) -> float:
        """How many seconds our clock is ahead for certain, negative where it is behind; 0 within the time
        that the answer took.
        """
        latest, earliest = self.at(ticks), self.theirs + ticks - self.answered
        return max(0.0, ours - latest) + min(0.0, ours - earliest)


@dataclass
class KafkaClock:
    """Kafka's clock beside ours. `check` and `due` say nothing before the first `keep`."""

    topic: str
    limit: float
    """Seconds that the two may differ"""
    ours: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    _reading: Reading | None = field(default=None, init=False)
    _wrong: bool = field(default=False, init=False)

    async def ask(self, sender: Sender) -> Reading | None:
        """Ask for Kafka's time; None where the topic does not give it. Raises KafkaError."""
        asked = self.ticks()
        [placed] = await sender.deliver([Message(self.topic, None, b"")])
        if placed.timestamp_type != LOG_APPEND_TIME:
            _log.warning(
                "this machine's clock is not watched",
                topic=self.topic,
                advice="set its message.timestamp.type to LogAppendTime",
            )
            return None
        return Reading(placed.timestamp / 1000, asked, self.ticks())

    def keep(self, reading: Reading | None) -> None:
        """Judge by this one from now on; the log says when the clock becomes wrong, and when right again."""
        self._reading = reading
        wrong = self._far()
        if wrong and not self._wrong:
            _log.error("clock_wrong", reason=self._words())
        elif self._wrong and not wrong:
            _log.info("clock_right")
        self._wrong = wrong

    @property
    def due(self) -> bool:
        """Whether Kafka should be asked again."""
        return self._far() or (self._reading is not None and self.ticks() - self._reading.answered > EVERY)

    def check(self) -> None:
        """Raise Unavailable while the two clocks are too far from each other."""
        if self._far():
            raise Unavailable(self._words())

    @property
    def ahead(self) -> float:
        """Seconds that ours is ahead (negative: behind) for certain; 0 where Kafka's is not known."""
        return 0.0 if self._reading is None else self._reading.ahead(self.ours(), self.ticks())

    def _far(self) -> bool:
        return abs(self.ahead) > self.limit

    def _words(self) -> str:
        ahead, ours = self.ahead, self.ours()
        how = f"{_duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} Kafka's"
        return (
            f"this machine's clock is {how} ({_moment(ours)} here, {_moment(ours - ahead)} there): a digest "
            "taken now would be dated wrongly, and corrections lost against it or it against others. Set the "
            "clock right (timedatectl, chronyc makestep); until then nothing is taken"
        )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ", timespec="seconds")


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
