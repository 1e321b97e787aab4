"""What is known of a dead letter → what became of it. Pure.

| state        | means                                                                         | in the list |
|--------------|-------------------------------------------------------------------------------|-------------|
| `open`       | nobody has done anything about it                                             | yes         |
| `retrying`   | it was sent again, and nothing has come of it yet                             | yes         |
| `solved`     | the index holds its digest in this version or a later one                     | no          |
| `superseded` | it died again, or was delivered twice: a newer letter stands for it            | no          |
| `discarded`  | an operator gave it up                                                        | no          |

What can't be decided stays in the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from shared.dead_letters.letter import Letter, Place
from shared.operations import Operation

State = Literal["open", "retrying", "solved", "superseded", "discarded"]
STATES: tuple[State, ...] = get_args(State)
ACTIVE: tuple[State, ...] = ("open", "retrying")
"""What asks for somebody's attention."""

SKEW = timedelta(minutes=5)
"""Clocks may differ by that much. Operations are kept for ever and name places; what was done to a place longer before its letter
was written was done to a letter of a topic that has been made anew since."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the index holds of a digest, by its manifest."""

    version: int
    refused: bool = False
    """Some of its items were refused: they are dead letters"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A letter's state."""

    state: State
    tries: int
    """How often it was sent again, with the letters that it follows"""
    sent: bool = False
    """It is retrying, and Kafka has acknowledged it: not so when whoever retried it was interrupted"""
    newer: Place | None = None
    """The letter that stands for a superseded one"""

    @property
    def active(self) -> bool:
        """Whether it belongs into the list."""
        return self.state in ACTIVE


def about(letter: Letter, operations: Iterable[Operation]) -> list[Operation]:
    """The operations of its place that were done to this very letter, oldest first."""
    return sorted((one for one in operations if one.at >= letter.at - SKEW), key=lambda one: one.at)


def standing(letter: Letter, *, operations: Iterable[Operation] = (), known: Known | None = None, newer: Place | None = None) -> Standing:
    """What became of a letter: `operations` of its place, what the index holds of its digest, and the newer letter that names it."""
    mine = about(letter, operations)
    tries = letter.tries + len({one.operation_id for one in mine if one.action == "retry" and one.outcome == "done"})
    if newer is not None:
        return Standing("superseded", tries, newer=newer)
    decisive = [one for one in mine if one.action == "retry" or (one.action == "discard" and one.outcome == "done")]
    last = decisive[-1] if decisive else None
    if last is not None and last.action == "discard":
        return Standing("discarded", tries)
    if _solves(known, letter):
        return Standing("solved", tries)
    if last is not None and last.outcome != "failed":
        return Standing("retrying", tries, sent=last.outcome == "done")
    return Standing("open", tries)


def _solves(known: Known | None, letter: Letter) -> bool:
    if known is None or letter.version is None:
        return False
    return known.version > letter.version or (known.version == letter.version and not known.refused)
