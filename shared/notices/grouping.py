"""What is wrong from moment to moment → which notices to send. Pure.

A symptom is told once it has lasted `hold` seconds, all that came by then in one notice; it is told again when it grows
worse, or after `remind` seconds; and its end is told where its beginning was. Between two notices lie `pause` seconds at
least. In times of silence nothing is told, and what still stands at their end is.

What was told and is not over can be taken along into another process (`memory`, `recall`), which then neither tells it
again nor forgets to tell its end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.records import Record

Colour = Literal["yellow", "red"]
_RANK: dict[Colour, int] = {"yellow": 1, "red": 2}


@dataclass(frozen=True)
class Symptom:
    """One thing that is wrong; its key stays the same while it lasts."""

    key: str
    colour: Colour
    text: str


@dataclass(frozen=True)
class Bundle:
    """What one notice tells."""

    worse: tuple[Symptom, ...] = ()
    """New ones, and those that grew worse"""
    still: tuple[Symptom, ...] = ()
    """Told before, and due to be told again"""
    over: tuple[Symptom, ...] = ()


class Told(Record):
    """A symptom that was told and is not over."""

    key: str
    colour: Colour = Field(description="As it was told last")
    text: str
    since: datetime = Field(description="When it was seen first, UTC")
    at: datetime = Field(description="When it was told last, UTC")


class Memory(Record):
    """What another process has to know to go on."""

    told: tuple[Told, ...] = ()
    last: datetime | None = Field(default=None, description="When anything was told last, UTC")


@dataclass
class _Known:
    symptom: Symptom
    since: datetime
    told: Colour | None = None
    told_at: datetime | None = None


@dataclass
class Grouping:
    """Remembers what is wrong and what was told of it."""

    hold: timedelta = timedelta(seconds=30)
    pause: timedelta = timedelta(minutes=1)
    remind: timedelta = timedelta(hours=6)
    settle: timedelta = timedelta(minutes=5)
    """After a recall a symptom that is not seen counts as over only then: two lost canaries take four minutes to be
    noticed again, a stall ten seconds, a comparison of topics and index some rounds"""
    _known: dict[str, _Known] = field(default_factory=dict)
    _last: datetime | None = None
    _unseen: set[str] = field(default_factory=set)
    """Recalled, and not seen since"""
    _settled_at: datetime | None = None

    def memory(self) -> Memory:
        """Return what to take along; what has not been told yet is left out, and is held again."""
        told = (
            Told(key=key, colour=known.told, text=known.symptom.text, since=known.since, at=known.told_at)
            for key, known in self._known.items()
            if known.told is not None and known.told_at is not None
        )
        return Memory(told=tuple(told), last=self._last)

    def recall(self, memory: Memory, now: datetime) -> None:
        """Go on where another process ended."""
        for told in memory.told:
            self._known[told.key] = _Known(Symptom(told.key, told.colour, told.text), told.since, told.colour, told.at)
        self._last, self._unseen, self._settled_at = memory.last, set(self._known), now + self.settle

    def look(
        self,
        symptoms: Sequence[Symptom],
        now: datetime,
        *,
        silent: bool = False,
        unsure: Callable[[str], bool] = lambda _: False,
    ) -> Bundle | None:
        """Return what is to be told now of what is wrong now; None for nothing.

        `unsure` is asked of a key that is no symptom any more: whether it may be one all the same.
        """
        here = {symptom.key: symptom for symptom in symptoms}
        for key, symptom in here.items():
            known = self._known.get(key)
            if known is None:
                self._known[key] = _Known(symptom, now)
            else:
                known.symptom = symptom
        self._unseen -= here.keys()
        if self._settled_at is not None and now >= self._settled_at:
            self._unseen.clear()
        gone = [key for key in self._known if key not in here and key not in self._unseen and not unsure(key)]
        for key in gone:
            if self._known[key].told is None:
                del self._known[key]  # it came and went untold
        if silent or (self._last is not None and now - self._last < self.pause):
            return None
        return self._bundle(here, gone, now)

    def _bundle(self, here: Mapping[str, Symptom], gone: Sequence[str], now: datetime) -> Bundle | None:
        standing = [known for key, known in self._known.items() if key in here]
        lasting = [known for known in standing if now - known.since >= self.hold]
        worse = [known for known in lasting if _worse(known)]
        due = [known for known in lasting if known not in worse and known.told_at and now - known.told_at >= self.remind]
        over = [self._known[key] for key in gone if key in self._known]
        if not (worse or due or over):
            return None
        for known in (*worse, *due):
            known.told, known.told_at = known.symptom.colour, now
        for known in over:
            del self._known[known.symptom.key]
        self._last = now
        return Bundle(*(tuple(known.symptom for known in each) for each in (worse, due, over)))


def _worse(known: _Known) -> bool:
    return known.told is None or _RANK[known.symptom.colour] > _RANK[known.told]
