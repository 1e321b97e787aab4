"""What two places of an item say is to be reached in, whether it is one target that is told twice out. Pure.

    1500万千瓦 in the title, 15GW以上 in the body      one: the same amount in base units, no other year, words of one metric
    10家 of 昆山 and 10家 of 太仓                       two, and so are 10家 by 2027 and 10家 by 2030

Asked by the indexer of what it makes searchable and by the page of an item of its table, so that both list the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TARGETS = 500
"""Of one item: Elasticsearch refuses a document with more than 10,000 nested ones, and no news item
sets that many goals."""

_NEAR = 1e-9
"""Relative: 0.15亿千瓦 and 15GW differ by no more in binary."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One of them; what is empty or None is not said."""

    field: str
    """`title` or `body`"""
    metric: str
    amount: float
    unit: str
    """Base unit"""
    floor: bool
    """Whether it may be more"""
    ceiling: bool
    """Whether it may be less"""
    year: int | None
    by: str


class Places:
    """Where in a list of targets those of one amount stand, so that each is compared with them alone."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], list[int]] = {}

    def add(self, aim: Aim, at: int) -> None:
        """Have it stand there."""
        for key in _keys(aim):
            self._at.setdefault(key, []).append(at)

    def near(self, aim: Aim) -> Sequence[int]:
        """Where those of its unit and amount stand, and some of nearly that amount, in order."""
        found = [self._at[key] for key in _keys(aim) if key in self._at]
        return found[0] if len(found) == 1 else sorted(set().union(*found))


def _keys(aim: Aim) -> set[tuple[str, str]]:
    """One, or two where the amount is at the border of its seven digits: equal amounts share one of them."""
    return {(aim.unit, f"{aim.amount * (1 + off):.6e}") for off in (-_NEAR, _NEAR)}


def same_target(one: Aim, other: Aim) -> bool:
    """Whether both tell one target: a title and its body by any word that their metrics share, a body of itself only by the whole."""
    if one.unit != other.unit or not math.isclose(one.amount, other.amount, rel_tol=_NEAR):
        return False
    if (one.floor and other.ceiling) or (one.ceiling and other.floor) or _differ(one.year, other.year):
        return False
    if one.field != other.field:
        return bool(_pairs(one.metric) & _pairs(other.metric)) or not (one.metric and other.metric)
    short, long = sorted((one.metric, other.metric), key=len)
    return len(short) > 1 and short in long and not _differ(one.by or None, other.by or None)


def _differ(one: object, other: object) -> bool:
    return None not in (one, other) and one != other


def _pairs(text: str) -> set[str]:
    """Its pairs of neighbouring characters."""
    return {text[at : at + 2] for at in range(len(text) - 1)}
