"""A pattern with `*` and `?` → a span query over single characters. Pure.

    GB/T 3215?.1    the characters G B / T 3 2 1 5, any one, then . 1
    零碳*工厂        零碳, then 工厂 with at most 20 characters between

A wildcard at an end of the pattern says nothing that a phrase does not, as phrases are found anywhere: it is dropped.
"""

import re
from collections.abc import Iterator
from typing import Any

from shared.text.folding import compact, fold

Json = dict[str, Any]

MAX_BETWEEN = 20
"""Characters that a `*` stands for at most: about a clause of Chinese. More would join what has nothing to do with each other."""


def spans(pattern: str, field: str, boost: float) -> Json:
    """The query for one field of single characters; nothing is found by a pattern without a character."""
    parts = [part for part in (_adjacent(part, field) for part in re.split(r"\*+", pattern.strip("*?"))) if part]
    if not parts:
        return {"match_none": {}}
    if len(parts) == 1:
        return {"span_near": {"clauses": parts, "slop": 0, "in_order": True, "boost": boost}}
    return {"span_near": {"clauses": parts, "slop": MAX_BETWEEN * (len(parts) - 1), "in_order": True, "boost": boost}}


def _adjacent(part: str, field: str) -> Json | None:
    """The characters right behind each other, a `?` between them as a gap; None where nothing is left."""
    clauses: list[Json] = []
    for gap, characters in _pieces(part):
        if gap and clauses:
            clauses.append({"span_gap": {field: gap}})
        clauses += [{"span_term": {field: character}} for character in characters]
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _pieces(part: str) -> Iterator[tuple[int, str]]:
    """How many `?` stand before, and the characters that are indexed of what follows; taken apart before folding, as `？` stands for itself."""
    gap = 0
    for number, piece in enumerate(part.split("?")):
        gap += number > 0
        if characters := compact(fold(piece)):
            yield gap, characters
            gap = 0
