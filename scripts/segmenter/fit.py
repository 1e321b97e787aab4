"""Samples → the model: forests, and the transitions between labels. Needs LightGBM; seeded, so that it can be repeated."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import lightgbm
import numpy as np

from scripts.segmenter.gold import Sample
from services.enrich.segment.context import context_of
from services.enrich.segment.features import Table, table_of
from services.enrich.segment.labels import LABELS, START
from services.enrich.segment.model import Model, unpacked
from services.enrich.segment.opinion import columns_of
from services.enrich.segment.trees import Floats

ROUNDS, LEAVES = 70, 24
REAL, OWN, MADE = 3.0, 1.5, 1.0
"""How much a digest of each origin counts."""
UNADVISED = 0.5
"""Share of real and own digests whose rules' opinion is hidden: rules were written with some of them in sight and are too good there."""
HIDDEN = -9.0


@dataclass(slots=True)
class Fitted:
    """A sample with what the model sees of it."""

    sample: Sample
    weight: float
    table: Table
    own: Floats
    columns: Floats
    more: Floats | None = None
    hidden: bool = False

    @property
    def solid(self) -> Any:
        """Lines with text."""
        return np.asarray(self.table.solid, np.int64)

    def rows(self, *, advised: bool, learning: bool) -> Floats:
        """[line, feature]"""
        if not advised:
            return self.own
        return np.hstack([self.own, np.full_like(self.columns, HIDDEN) if learning and self.hidden else self.columns])


def fitted(samples: Sequence[Sample], weight: float) -> list[Fitted]:
    """Return samples with their tables, worked out once for all folds; those without text are left out."""
    found = []
    for one in samples:
        table = table_of(one.looks)
        if table.solid:
            found.append(Fitted(one, weight, table, np.asarray(table.rows, np.float32), columns_of(one.opinion, table)))
    return found


def member(real: Sequence[Fitted], own: Sequence[Fitted], made: Sequence[Fitted], *, advised: bool, seed: int) -> tuple[Any, Any]:
    """Return two passes. The second learns from what the first says of digests that it has not seen."""
    random = np.random.default_rng(seed)
    for one in (*real, *own):
        one.hidden = bool(random.random() < UNADVISED)
    half = 2 * len(made) // 3
    families = sorted({one.sample.family for one in real})
    sides = [[one for one in real if families.index(one.sample.family) % 2 == side] for side in (0, 1)]
    first = _forest([*real, *own[0::2], *made[:half]], seed, advised=advised)
    second = [*made[half:], *own[1::2]]
    for one in second:
        one.more = _context(first, one, advised=advised)
    for known, unknown in (sides, sides[::-1]):
        if known and unknown:
            forest = _forest([*known, *own[0::2], *made[: half // 2]], seed, advised=advised, rounds=2 * ROUNDS // 3)
            for one in unknown:
                one.more = _context(forest, one, advised=advised)
            second += unknown
    return first, _forest(second, seed, advised=advised, again=True)


def _forest(samples: Sequence[Fitted], seed: int, *, advised: bool, rounds: int = ROUNDS, again: bool = False) -> Any:
    rows, labels, weights = [], [], []
    for one in samples:
        row = one.rows(advised=advised, learning=True)
        rows.append((np.hstack([row, one.more]) if again and one.more is not None else row)[one.solid])
        labels.append(np.asarray(one.sample.labels)[one.solid])
        weights.append(np.full(len(one.solid), one.weight / math.sqrt(len(one.solid))))
    weight = np.concatenate(weights)
    options = {
        "objective": "multiclass", "num_class": len(LABELS), "learning_rate": 0.12, "num_leaves": LEAVES, "min_data_in_leaf": 30,
        "feature_fraction": 0.25, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 3.0, "num_threads": 1, "max_bin": 63,
        "deterministic": True, "force_row_wise": True, "seed": seed, "verbose": -1,
    }  # fmt: skip
    data = lightgbm.Dataset(np.vstack(rows), np.concatenate(labels), weight=weight * len(weight) / weight.sum())
    return lightgbm.train(options, data, rounds)


def _context(forest: Any, one: Fitted, *, advised: bool) -> Floats:
    said = np.zeros((len(one.own), len(LABELS)), np.float32)
    said[one.solid] = forest.predict(one.rows(advised=advised, learning=False)[one.solid])
    return context_of(one.table, said)


def packed(passes: Sequence[tuple[Any, Any]], advised: Sequence[bool], samples: Sequence[Fitted], about: dict[str, Any]) -> bytes:
    """Return members as the file that they are kept in; `about` is what the file says of itself."""
    arrays: dict[str, Any] = {}
    for number, forest in enumerate(forest for pair in passes for forest in pair):
        arrays |= {f"{name}{number}": array for name, array in zip(("feature", "number", "above"), _arrays(forest), strict=True)}
    said = {"calibration": [], "build": 0, **about, "advised": list(advised), "transitions": _transitions(samples)}
    file = BytesIO()
    np.savez_compressed(file, about=np.frombuffer(json.dumps(said).encode(), np.uint8), **arrays)
    return file.getvalue()


def train(
    real: Sequence[Fitted], own: Sequence[Fitted], made: Sequence[Fitted], *, members: Sequence[bool], seed: int, about: dict[str, Any]
) -> bytes:
    """Return the model of these samples as a file: a member for each of `members`, which says whether it sees the rules' opinion."""
    passes = [member(real, own, made, advised=advised, seed=seed + number) for number, advised in enumerate(members)]
    return packed(passes, members, [*real, *own, *made], about)


def _arrays(booster: Any) -> tuple[Any, Any, Any]:
    """[tree, node] of features, of thresholds or values, and of the node above a threshold; values keep what three digits hold."""
    trees = []
    for tree in booster.dump_model()["tree_info"]:
        rows: list[list[float]] = []
        _add(tree["tree_structure"], rows)
        trees.append(rows)
    shape = (len(trees), max(map(len, trees)))
    feature, number, above = np.full(shape, -1, np.int16), np.zeros(shape, np.float32), np.zeros(shape, np.int16)
    for place, rows in enumerate(trees):
        feature[place, : len(rows)], number[place, : len(rows)], above[place, : len(rows)] = zip(*rows, strict=True)
    return feature, number, above


def _add(node: dict[str, Any], rows: list[list[float]]) -> None:
    place = len(rows)
    if "leaf_value" in node:
        rows.append([-1, round(node["leaf_value"], 3), 0])
        return
    assert node["decision_type"] == "<="
    rows.append([node["split_feature"], float(f"{node['threshold']:.5g}"), 0])
    _add(node["left_child"], rows)
    rows[place][2] = len(rows)
    _add(node["right_child"], rows)


def _transitions(samples: Sequence[Fitted]) -> list[list[float]]:
    counts = [[1.0] * len(LABELS) for _ in range(len(LABELS) + 1)]
    for one in samples:
        before = START
        for index in one.table.solid:
            counts[before][one.sample.labels[index]] += 1
            before = one.sample.labels[index]
    return [[round(math.log(count / sum(row)), 4) for count in row] for row in counts]


__all__ = ["MADE", "OWN", "REAL", "Fitted", "Model", "fitted", "packed", "train", "unpacked"]
