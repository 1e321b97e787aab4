"""Dead letters → one group for each stage and error: how many, since when, of which sources, in which words, and what can be done. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.dead_letters.kinds import Hope, Kind, Running, hope, kind
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.register import Register
from shared.dead_letters.selection import TRIES

MOST = 5
"""Sources and wordings that a group names; more would be a list of their own, which the filter gives."""


@dataclass(frozen=True)
class Wording:
    """Letters of a group whose messages say the same."""

    shape: str
    count: int
    last_at: datetime
    newest: Place


@dataclass(frozen=True)
class Group:
    """Letters of one stage with one error."""

    stage: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime
    message: str
    """Of the newest"""
    newest: Place
    sources: int
    """How many there are"""
    retrying: int = 0
    """Sent again, and nothing has come of it yet"""
    retryable: int = 0
    """Letters that a retry without force would send: those that wait and that it can help"""
    hope: Hope = "no"
    """Of the letters that wait: the best that a retry of one of them promises"""
    builds: tuple[str, ...] = ()
    """Versions of the code that gave up, at most MOST"""
    top_sources: tuple[tuple[str, int], ...] = ()
    """The MOST sources with the most letters"""
    wordings: tuple[Wording, ...] = ()
    """The MOST wordings with the most letters"""
    other_wordings: int = 0
    """How many there are beside these"""

    @property
    def kind(self) -> Kind:
        """What the error means."""
        return kind(self.stage, self.error)


_ORDER: tuple[Hope, ...] = ("now", "newer", "after", "no")


@dataclass
class _Counted:
    letters: list[Letter] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    hopes: set[Hope] = field(default_factory=set)
    shapes: dict[str, list[Letter]] = field(default_factory=dict)
    retrying: int = 0
    retryable: int = 0


def groups(register: Register, letters: Iterable[Letter], *, topics: Sequence[str] = (), running: Running | None = None) -> list[Group]:
    """By stage and error, the largest first.

    `topics` are those that records may be sent to, any where none is named; `running` is the program that would process them.
    """
    runs = running or Running()
    found: dict[tuple[str, str], _Counted] = {}
    hopes: dict[tuple[str, str, str], Hope] = {}
    for letter in letters:
        counted = found.setdefault((letter.stage, letter.error), _Counted())
        counted.letters.append(letter)
        counted.sources[letter.source] += 1
        counted.codes[letter.code] += 1
        counted.shapes.setdefault(register.shape(letter.place), []).append(letter)
        standing = register.standing(letter.place)
        if standing.state == "retrying":
            counted.retrying += 1
        alike = letter.stage, letter.error, letter.code
        promises = hopes[alike] if alike in hopes else hopes.setdefault(alike, hope(letter, runs))
        counted.hopes.add(promises)
        if promises != "no" and standing.active and not standing.sent and standing.tries < TRIES and (not topics or letter.topic in topics):
            counted.retryable += 1
    made = [_group(stage, error, counted) for (stage, error), counted in found.items()]
    return sorted(made, key=lambda group: (-group.count, group.stage, group.error))


def _group(stage: str, error: str, counted: _Counted) -> Group:
    newest = max(counted.letters, key=_when)
    wordings = [(words, max(several, key=_when), len(several)) for words, several in counted.shapes.items()]
    wordings.sort(key=lambda wording: (-wording[2], wording[0]))
    return Group(
        stage=stage,
        error=error,
        count=len(counted.letters),
        first_at=min(letter.at for letter in counted.letters),
        last_at=newest.at,
        message=newest.message,
        newest=newest.place,
        sources=len(counted.sources),
        retrying=counted.retrying,
        retryable=counted.retryable,
        hope=min(counted.hopes, key=_ORDER.index),
        builds=tuple(code for code, _ in counted.codes.most_common(MOST)),
        top_sources=tuple(counted.sources.most_common(MOST)),
        wordings=tuple(Wording(words, count, last.at, last.place) for words, last, count in wordings[:MOST]),
        other_wordings=max(0, len(wordings) - MOST),
    )


def _when(letter: Letter) -> tuple[datetime, Place]:
    return letter.at, letter.place
