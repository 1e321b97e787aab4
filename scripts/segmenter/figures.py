"""How well the splitter does on families that its model never saw: leave-one-family-out over a folder of gold, beside the rules alone.

    python -m scripts.segmenter.figures GOLD

Needs scripts/segmenter/requirements.txt; each model takes a minute.
"""

import argparse
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from scripts.segmenter.folds import Plan, unseen
from scripts.segmenter.gold import Sample, gold
from scripts.segmenter.scoring import Scores, scorer
from services.enrich.split.split import split_by

WORST = 10
"""Digests that are named."""
GRADES = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
"""Between these a confidence is compared with what it was worth."""


def planned(parser: argparse.ArgumentParser) -> None:
    """Add what says from what a model learns, and how."""
    parser.add_argument("gold", type=Path)
    parser.add_argument("--scorer", type=Path, help="the folder of gold beside which the scorer lies, where it is another")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--made", type=int, default=1500, help="invented issues to learn from")
    parser.add_argument("--members", default="01", help="a digit for each member: 1 where it sees the rules' opinion")
    parser.add_argument("--folds", type=int, default=9, help="models, each without a part of the families; 0 leaves out each alone")


def plan_of(said: argparse.Namespace) -> Plan:
    """Return the plan that was asked for."""
    return Plan(said.seed, said.made, said.members)


@dataclass(slots=True)
class Figures:
    """What came out of each digest, split by a model that saw none of its family."""

    rules: Scores
    learned: Scores
    sure: list[tuple[float, float]] = field(default_factory=list)
    """Of each digest, how certain the split was and its title F1."""
    readings: dict[str, object] = field(default_factory=dict)


def measured(samples: Sequence[Sample], plan: Plan, score: ModuleType, *, folds: int) -> Figures:
    """Return the figures of `samples`."""
    found = Figures(Scores(score), Scores(score))
    for one, model in unseen(samples, plan, folds=folds):
        found.rules.add(one.family, one.name, one.items, one.by_rules.stories)
        split = split_by(one.document, model)
        found.learned.add(one.family, one.name, one.items, split.stories)
        found.sure.append((split.confidence, found.learned.of([found.learned.rows[one.family][one.name]])[0]))
        found.readings[one.name] = (model.read(one.looks, one.opinion), [list(row) for row in model.transitions])
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    planned(parser)
    said = parser.parse_args()
    report(measured(list(gold(said.gold)), plan_of(said), scorer(said.scorer or said.gold), folds=said.folds))


def report(found: Figures) -> None:
    """Print each family, the means, the worst digests, and what a certainty was worth."""
    before = found.rules.families()
    for family, (title, span) in found.learned.families().items():
        print(f"  {family:28} {title:.3f} {span:.3f}   rules {before[family][0]:.3f} {before[family][1]:.3f}")
    for name, scores in (("rules alone", found.rules), ("both weighed", found.learned)):
        title, span = scores.mean()
        print(f"{name:28} title {title:.4f} span {span:.4f}")
    worst = sorted((title, name) for name, (title, _) in found.learned.digests().items())[:WORST]
    print("worst: " + ", ".join(f"{name} {title:.2f}" for title, name in worst))
    for low, high in itertools.pairwise(GRADES):
        if titles := [title for certainty, title in found.sure if low <= certainty < high]:
            print(f"  certainty {low:.2f} to {min(high, 1):.2f}: {len(titles):3} digests, title F1 {sum(titles) / len(titles):.3f}")


if __name__ == "__main__":
    main()
