"""What of a source's digests changed all at once."""

import random
from typing import Any

import pytest

from services.monitor.quality.drift import Figures, steps

USUAL = Figures("", 12, 12, 0.9, 8.0, 0.1, 0.0, 0.95, 600)


def series(*items: int) -> list[Figures]:
    """Issues with so many items."""
    return [USUAL._replace(digest_id=str(number), items=count, contents=count) for number, count in enumerate(items)]


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([12] * 9, []),
        ([12, 11, 13, 12, 14, 12, 1, 1, 1], ["items"]),
        ([12, 11, 13, 12, 14, 12, 1, 1], []),  # two only
        ([12, 11, 13, 12, 14, 12, 1, 12, 1], []),  # not all
        ([12, 11, 13, 12, 14, 12, 1, 25, 1], []),  # in both directions
        ([5, 30, 12, 22, 9, 26, 4, 3, 4], []),  # it was never steady
        ([12] * 6 + [14] * 3, []),  # steady, and yet no change that anybody calls one
        ([12, 12, 12, 3, 3, 3], []),  # too few to know what is usual
        ([6, 7, 8, 9, 10, 11, 12, 13, 14], []),  # it grows
    ],
)
def test_a_step_in_the_number_of_items(items: list[int], found: list[str]) -> None:
    """Only where the last three all differ."""
    assert [step.measure for step in steps(series(*items))] == found


@pytest.mark.parametrize(
    ("changed", "measure"),
    [
        ({"contents": 24}, "against_contents"),
        ({"share": 0.4}, "share"),
        ({"entities": 1.0}, "entities"),
        ({"unclassified": 0.8}, "unclassified"),
        ({"untitled": 1.0}, "untitled"),
        ({"confidence": 0.5}, "confidence"),
        ({"longest": 9000}, "longest"),
    ],
)
def test_each_figure_is_watched(changed: dict[str, Any], measure: str) -> None:
    """The digests that show it are named."""
    before = series(*[12] * 8)
    latest = [one._replace(**changed) for one in series(*[12] * 11)[-3:]]
    [step] = steps([*before, *latest])
    assert (step.measure, step.digests) == (measure, ("8", "9", "10"))


def test_noise_is_no_step() -> None:
    """Of 300 series of 30 issues with as much noise as real ones, looked at after each issue, few have one."""
    rng = random.Random(7)
    alarms = 0
    for _ in range(300):
        counts = [max(1, round(rng.gauss(12, 3))) for _ in range(30)]
        alarms += any(steps(series(*counts[:end])) for end in range(9, 31))
    assert alarms <= 6
