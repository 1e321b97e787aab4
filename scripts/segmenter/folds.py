"""A folder of gold → what a model says of each digest whose family it never saw."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.segmenter.fit import MADE, OWN, REAL, fitted, train, unpacked
from scripts.segmenter.gold import Sample, own
from scripts.segmenter.made import made
from services.enrich.segment.model import Model


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is trained."""

    seed: int
    made: int
    """How many invented issues it learns from."""
    members: str
    """A digit for each member: 1 where it sees the rules' opinion."""

    @property
    def advised(self) -> list[bool]:
        """Whether each member sees the rules' opinion."""
        return [digit == "1" for digit in self.members]


def trained(samples: Sequence[Sample], plan: Plan, *, seed: int, about: dict[str, object] | None = None) -> bytes:
    """Return the model of these samples, of our own digests, and of issues made of them, as a file."""
    again = fitted(made(samples, count=plan.made, seed=seed), MADE)
    return train(fitted(samples, REAL), fitted(list(own()), OWN), again, members=plan.advised, seed=plan.seed, about=about or {})


def unseen(samples: Sequence[Sample], plan: Plan, *, folds: int) -> Iterator[tuple[Sample, Model]]:
    """Return each digest with a model that saw none of its family; `folds`: how many models, 0 for one a family."""
    families = sorted({sample.family for sample in samples})
    folds, begun = folds or len(families), time.monotonic()
    for fold in range(folds):
        out = set(families[fold::folds])
        model, _ = unpacked(trained([one for one in samples if one.family not in out], plan, seed=100 * plan.seed + fold))
        for one in samples:
            if one.family in out:
                yield one, model
        print(f"fold {fold + 1} of {folds}, {time.monotonic() - begun:.0f} s", flush=True)
