"""Items found and items wanted → counts and F1, by the official scorer beside the gold."""

import importlib.util
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from services.enrich.split.items import Story

Counts = tuple[int, int, int, int]
"""Titles and spans that are right, items found, items wanted."""
GRADES = 6
"""Points of the calibration: a sixth of the digests lies between two."""


def scorer(folder: Path) -> ModuleType:
    """Return the official scorer; it lies beside the folder of gold."""
    spec = importlib.util.spec_from_file_location("score_split", folder.parent / "score_split.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(slots=True)
class Scores:
    """Counts of each digest, by family."""

    score: ModuleType
    rows: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def add(self, family: str, name: str, items: Sequence[dict[str, Any]], stories: Sequence[Story]) -> None:
        """Count a digest as the official scorer does."""
        left = [{"title": one.title, "section": one.section_path[-1] if one.section_path else None, "body": one.body} for one in stories]
        titles = spans = 0
        for wanted in items:
            if (hit := next((one for one in left if self.score.title_hit(wanted, one)), None)) is not None:
                left.remove(hit)
                titles, spans = titles + 1, spans + bool(self.score.span_hit(wanted, hit))
        self.rows.setdefault(family, {})[name] = (titles, spans, len(stories), len(items))

    def of(self, rows: Iterable[Counts]) -> tuple[float, float]:
        """Return title F1 and span F1 of some digests together."""
        titles, spans, got, want = (sum(column) for column in zip(*rows, strict=True))
        return self.score.f1(titles, got, want), self.score.f1(spans, got, want)

    def families(self) -> dict[str, tuple[float, float]]:
        """Return title F1 and span F1 of each family."""
        return {family: self.of(rows.values()) for family, rows in sorted(self.rows.items())}

    def mean(self) -> tuple[float, float]:
        """Return the means over the families."""
        found = list(self.families().values())
        return sum(title for title, _ in found) / len(found), sum(span for _, span in found) / len(found)

    def digests(self) -> dict[str, tuple[float, float]]:
        """Return title F1 and span F1 of each digest."""
        return {name: self.of([row]) for rows in self.rows.values() for name, row in rows.items()}


def calibration(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points (certainty, share of titles that were right), both rising: means of equal parts, and lower ones raised to what was before."""
    ordered = sorted(pairs)
    size = math.ceil(len(ordered) / GRADES)
    points: list[tuple[float, float]] = []
    for first in range(0, len(ordered), size):
        part = ordered[first : first + size]
        certainty, share = (sum(column) / len(part) for column in zip(*part, strict=True))
        points.append((round(certainty, 3), round(max(share, points[-1][1] if points else 0.0), 3)))
    return points
