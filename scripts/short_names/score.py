"""Items that were found and items that were judged → P@10 and recall. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACES = 10
"""Hits that are looked at for precision: a page."""


@dataclass(frozen=True)
class Score:
    """Of one name."""

    precision: float
    """Share of the hits on the first page that tell of it; where nothing does, 1 if nothing is found, else 0"""
    recall: float | None
    """Share of the items that tell of it which are found, on whatever page; None where there is none"""
    unjudged: int
    """Hits on the first page that nobody judged: they count as wrong"""


def score(found: Sequence[str], judged: Mapping[str, bool]) -> Score:
    """The ids of all hits, best first, against the verdicts."""
    right = {item for item, relevant in judged.items() if relevant}
    page = found[:PLACES]
    hit = sum(item in right for item in page)
    precision = hit / len(page) if page else float(not right)
    return Score(
        precision,
        len(right.intersection(found)) / len(right) if right else None,
        sum(item not in judged for item in page),
    )


def means(scores: Sequence[Score]) -> tuple[float, float]:
    """Precision and recall, every name weighing the same. Raises ValueError where there is none."""
    recalls = [one.recall for one in scores if one.recall is not None]
    if not scores or not recalls:
        raise ValueError("there is no name to score")
    return sum(one.precision for one in scores) / len(scores), sum(recalls) / len(recalls)
