"""What is wrong from moment to moment → which notices to send. Pure.

A symptom is told once it has lasted `hold` seconds, all that came by then in one notice; it is told again when it grows
worse, or after `remind` seconds; and its end is told where its beginning was. Between two notices lie `pause` seconds at
least. In times of silence nothing is told, and what still stands at their end is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

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
    _known: dict[str, _Known] = field(default_factory=dict)
    _last: datetime | None = None

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
        gone = [key for key in self._known if key not in here and not unsure(key)]
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
