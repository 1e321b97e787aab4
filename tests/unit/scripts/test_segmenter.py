"""What the splitter's model is trained on: invented issues that print labelled stories anew, and the calibration of what it says."""

from collections.abc import Sequence

import pytest

from scripts.segmenter import words
from scripts.segmenter.gold import Sample, own
from scripts.segmenter.made import made
from scripts.segmenter.scoring import calibration
from services.enrich.segment.labels import HEADS
from services.enrich.split.markers import marker_of


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """Our own labelled digests, as if each were a family."""
    return list(own())


def labels(samples: Sequence[Sample]) -> list[list[int]]:
    """Of each line of each."""
    return [one.labels for one in samples]


def test_our_own_digests_are_labelled_wholly(samples: list[Sample]) -> None:
    """Each item is found again, and a line begins it."""
    for one in samples:
        assert sum(label in HEADS for label in one.labels) == len(one.items), one.name


def test_invented_issues_are_the_same_for_the_same_seed(samples: list[Sample]) -> None:
    """Weights can be trained again."""
    first, again = made(samples, count=8, seed=3), made(samples, count=8, seed=3)
    assert [one.sha256 for one in first] == [one.sha256 for one in again]
    assert labels(first) == labels(again)


def test_each_item_of_an_invented_issue_begins_in_a_line(samples: list[Sample]) -> None:
    """Items that could not be found again would teach the model that they are none."""
    for one in made(samples, count=20, seed=5):
        assert not one.missing
        assert sum(label in HEADS for label in one.labels) == len({owner for owner in one.owners if owner >= 0})


@pytest.mark.parametrize("style", [style for style in words.NUMBERING_WEIGHTS if style != "padded_bar"])
def test_numberings_are_printed_as_they_are_read(style: str) -> None:
    """A number that no reader sees would be a part of the title."""
    marker = marker_of(f"{words.number(style, 3)}甲市开通地铁")
    assert marker is not None
    assert marker.number == 3


def test_calibration_rises() -> None:
    """A higher certainty is never worth less; what is off by chance is levelled."""
    pairs = [(0.1, 0.3), (0.2, 0.5), (0.3, 0.2), (0.5, 0.7), (0.7, 0.6), (0.8, 0.9), (0.9, 1.0)]
    points = calibration(pairs)
    assert points == sorted(points)
    assert [share for _, share in points] == sorted(share for _, share in points)
