"""A register of dead letters + what is asked for → the letters, and what may be done with each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from shared.dead_letters.kinds import Running, hope, kind
from shared.dead_letters.letter import FOREIGN, Letter, place
from shared.dead_letters.register import Register
from shared.dead_letters.state import ACTIVE, State
from shared.errors import Rejected

Action = Literal["retry", "discard"]

TRIES = 3
"""A letter that has died again after so many tries will do so the next time: what it dies of must be mended first."""


@dataclass(frozen=True)
class Filter:
    """Which letters; what is None makes no difference."""

    stage: str | None = None
    error: str | None = None
    source: str | None = None
    digest: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this time"""
    states: tuple[State, ...] = ACTIVE
    shape: str | None = None
    """What shared.dead_letters.shape makes of the message"""

    @property
    def narrow(self) -> bool:
        """Whether it asks for anything beside the state."""
        return any(value is not None for value in (self.stage, self.error, self.source, self.digest, self.since, self.until, self.shape))

    def takes(self, letter: Letter, state: State) -> bool:
        """Whether a letter in that state is one of them, but for its shape, which the register knows."""
        return (
            state in self.states
            and self.stage in (None, letter.stage)
            and self.error in (None, letter.error)
            and self.source in (None, letter.source)
            and self.digest in (None, letter.digest_id)
            and (self.since is None or letter.at >= self.since)
            and (self.until is None or letter.at < self.until)
        )


def chosen(register: Register, wanted: Filter) -> list[Letter]:
    """The letters, newest first."""
    only_active = set(wanted.states) <= set(ACTIVE)
    letters = register.active() if only_active else iter(register.letters.values())
    found = [
        letter
        for letter in letters
        if wanted.takes(letter, register.standing(letter.place).state) and wanted.shape in (None, register.shape(letter.place))
    ]
    return sorted(found, key=lambda letter: (letter.at, letter.place), reverse=True)


def named(register: Register, name: str) -> Letter:
    """The letter of that place, or the only one of that digest; raises Rejected (`no_letter`, `several_letters`)."""
    where = place(name)
    if where is not None:
        if where not in register.letters:
            raise Rejected("no_letter", f"no dead letter {name}: it never was there, or is older than the 30 days that they are kept")
        return register.letters[where]
    letters = register.of(name)
    active = [letter for letter in letters if register.standing(letter.place).active]
    several = active or letters
    if not several:
        raise Rejected("no_letter", f"no dead letter of digest {name}: name a letter by its place (2/17) or by its digest's id")
    if len(several) > 1:
        raise Rejected("several_letters", f"digest {name} has {len(several)}: {', '.join(str(letter.place) for letter in several)}. Name one of them")
    return several[0]


Reason = Literal["settled", "foreign", "elsewhere", "superseded", "sent", "cap", "permanent"]


@dataclass(frozen=True)
class Why:
    """Why nothing is done with a letter."""

    kind: Reason
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Plan:
    """What is to be done, and what is refused with the reason."""

    letters: tuple[Letter, ...]
    refused: tuple[tuple[Letter, Why], ...] = field(default=())

    def filtered(self) -> "Plan":
        """Of letters that a filter chose and nobody named: those that are on their way already are left out without a word."""
        return replace(self, refused=tuple((letter, why) for letter, why in self.refused if why.kind != "sent"))


def plan(
    register: Register, letters: Sequence[Letter], doing: Action, *, topics: Sequence[str], force: bool = False, running: Running | None = None
) -> Plan:
    """What may be done with letters.

    `topics` are those that records may be sent to; `force` goes on beyond the cap, what is settled and what retrying can't help;
    `running` is the program that would process them, this one unless another is named.
    """
    todo, refused = [], []
    for letter in letters:
        why = _against(register, letter, doing, topics=topics, force=force, running=running or Running())
        refused.append((letter, why)) if why else todo.append(letter)
    # In the order in which they died, so that a digest's revisions keep theirs.
    return Plan(tuple(sorted(todo, key=lambda letter: (letter.at, letter.place))), tuple(refused))


def _against(register: Register, letter: Letter, doing: Action, *, topics: Sequence[str], force: bool, running: Running) -> Why | None:
    now = register.standing(letter.place)
    if doing == "discard":
        return None if now.active else Why("settled", f"it is {now.state} already")
    if letter.stage == FOREIGN:
        return Why("foreign", "it is no dead letter of ours, so nobody knows where it came from: discard it")
    if letter.topic not in topics:
        return Why("elsewhere", f"it came from topic {letter.topic}, which is none of this installation's")
    if now.state == "superseded":
        return Why("superseded", f"it died again: retry {now.newer} instead")
    if force:
        return None
    if now.state == "retrying" and now.sent:
        return Why("sent", "it was sent again already, and nothing has come of it yet; force sends it once more")
    if now.state in ("solved", "discarded"):
        return Why("settled", f"it is {now.state}; force sends it all the same")
    if hope(letter, running) == "no":
        means = kind(letter.stage, letter.error).english
        return Why("permanent", f"retrying can't help ({letter.error}): {means.cause} {means.action} Force sends it all the same")
    if now.tries >= TRIES:
        return Why("cap", f"it was tried {now.tries} times and died each time: mend what it dies of, then force another try")
    return None
