"""What of a source's digests changed all at once."""

import random
from typing import Any

import pytest

from shared.quality.drift import Usual, steps, usual
from shared.quality.figures import Figures

USUAL = Figures("", 12, 0.9, 0.95, contents=12, entities=8.0, unclassified=0.1, untitled=0.0, longest=600)


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


ONE_ITEM: dict[str, Any] = {"items": 1, "entities": 96.0, "untitled": 1.0, "longest": 7000}


def test_two_issues_are_enough_where_several_figures_change() -> None:
    """Titles that lost their numbers: the splitter finds one item. The second such issue shows it, the
    first may be a special one."""
    issues = [*series(*[12] * 8), *[one._replace(**ONE_ITEM) for one in series(*[12] * 10)[-2:]]]
    assert steps(issues[:-1]) == []
    found = steps(issues)
    assert {step.measure for step in found} == {
        "items",
        "against_contents",
        "entities",
        "untitled",
        "longest",
    }
    assert {step.digests for step in found} == {("8", "9")}


def test_a_step_ends_with_the_first_issue_that_is_as_usual() -> None:
    """The publisher went back to the old layout."""
    issues = [*series(*[12] * 8), *[one._replace(**ONE_ITEM) for one in series(*[12] * 11)[-3:]]]
    assert steps(issues)
    assert steps([*issues, USUAL]) == []


def test_a_step_ends_once_most_issues_are_of_the_new_kind() -> None:
    """Nobody said anything: the new layout has become what is usual."""
    issues = series(*[12] * 30, *[3] * 40)
    yellow = [end for end in range(31, 71) if steps(issues[:end])]
    assert yellow == list(range(33, 48))


def test_what_an_older_indexer_did_not_measure_is_not_compared() -> None:
    """Figures that all digests have are."""
    older = [one._replace(entities=None, unclassified=None, untitled=None, longest=None, contents=None) for one in series(*[12] * 8)]
    latest = [one._replace(**ONE_ITEM | {"share": 0.1}) for one in series(*[12] * 11)[-3:]]
    assert {step.measure for step in steps([*older, *latest])} == {"items", "share"}


def test_digests_of_another_build_are_not_compared() -> None:
    """What a newer enricher or a person's teaching changed is no new layout."""
    before = [one._replace(made_by=(7, 1)) for one in series(*[12] * 8)]
    latest = [one._replace(made_by=(7, 2)) for one in series(*[3] * 3)]
    assert steps([*before, *latest]) == []
    assert usual([*before, *latest]) == []


def test_each_figure_beside_what_is_usual() -> None:
    """For people who look at a source."""
    found = usual(series(*[12] * 6, 9))
    assert found[0] == Usual("items", 12, 9)
    assert [one.measure for one in found] == [
        "items", "against_contents", "share", "entities", "unclassified", "untitled", "confidence", "longest",
    ]  # fmt: skip


def test_noise_is_no_step() -> None:
    """Of 300 series of 30 issues with as much noise as real ones, looked at after each issue, few have
    one."""
    rng = random.Random(7)
    alarms = 0
    for _ in range(300):
        counts = [max(1, round(rng.gauss(12, 3))) for _ in range(30)]
        alarms += any(steps(series(*counts[:end])) for end in range(9, 31))
    assert alarms <= 6
