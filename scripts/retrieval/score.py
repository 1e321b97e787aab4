"""Ranks of known items → MRR@10, hit@1, found@10. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

DEPTH = 10
"""Hits that are looked at."""


@dataclass(frozen=True)
class Score:
    """Means over the queries, each 0 to 1."""

    mrr: float
    """1 / rank of the item within the first ten, else 0"""
    first: float
    """Share of queries with the item in the first place"""
    found: float
    """Share of queries with the item within the first ten"""


def score(wanted: Sequence[str], answers: Sequence[Sequence[str]]) -> Score:
    """The wanted item's id and the ids that came, best first, for each query. Raises ValueError where there is no query."""
    if not wanted:
        raise ValueError("there is no query to score")
    ranks = [ids[:DEPTH].index(item) + 1 if item in ids[:DEPTH] else 0 for item, ids in zip(wanted, answers, strict=True)]
    count = len(ranks)
    return Score(sum(1 / rank for rank in ranks if rank) / count, ranks.count(1) / count, sum(rank > 0 for rank in ranks) / count)
