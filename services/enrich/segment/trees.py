"""Gradient-boosted trees as arrays → the probability of each label for each line. Pure.

All trees of a forest are walked at once for some hundred lines, a level a step, so a digest costs some dozen array operations.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

LINES_AT_ONCE = 256
"""Lines that walk through the trees together: what they need stays within the processor's cache."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees, the deepest first; all are padded to the nodes of the largest. A leaf leads to itself."""

    feature: npt.NDArray[np.int32]
    """[tree, node]: the number of the feature that is asked about."""
    threshold: Floats
    """[tree, node]: up to it, `below` follows, above it `above`."""
    below: npt.NDArray[np.int32]
    above: npt.NDArray[np.int32]
    value: Floats
    """[tree, node]: what a leaf adds to its label's score."""
    walking: tuple[int, ...]
    """How many trees are still to be walked at each step."""
    trees: tuple[npt.NDArray[np.int64], ...]
    """Of each label, the trees that add to its score."""

    def probabilities(self, rows: Floats) -> Floats:
        """Return [line, label] for [line, feature]."""
        parts = [self._part(rows[first : first + LINES_AT_ONCE]) for first in range(0, len(rows), LINES_AT_ONCE)]
        return np.vstack(parts) if parts else np.zeros((0, len(self.trees)), np.float32)

    def _part(self, rows: Floats) -> Floats:
        count, nodes = self.feature.shape
        first = (np.arange(count, dtype=np.int32) * nodes)[:, None]
        flat, width = np.ascontiguousarray(rows).ravel(), rows.shape[1]
        line = (np.arange(len(rows), dtype=np.int32) * width)[None, :]
        feature, threshold = self.feature.ravel(), self.threshold.ravel()
        below, above = self.below.ravel(), self.above.ravel()
        at = np.repeat(first, len(rows), axis=1)
        for count in self.walking:
            here = at[:count]
            up = flat.take(feature.take(here) + line) <= threshold.take(here)
            at[:count] = first[:count] + np.where(up, below.take(here), above.take(here))
        values = self.value.ravel().take(at)
        scores = np.stack([values[trees].sum(axis=0) for trees in self.trees])
        raised = np.exp(scores - scores.max(axis=0))
        return np.asarray((raised / raised.sum(axis=0)).T, np.float32)


def forest_of(feature: npt.NDArray[np.int16], number: Floats, above: npt.NDArray[np.int16], *, labels: int) -> Forest:
    """Return the forest that is kept as [tree, node] in the order root, what is below, what is above: a leaf has the feature -1.

    Trees are of each label in turn. `number` is a node's threshold or a leaf's value. Places behind the last node of a smaller tree are leaves that
    nothing leads to.
    """
    trees, nodes = feature.shape
    leaf = feature < 0
    place = np.broadcast_to(np.arange(nodes, dtype=np.int32), (trees, nodes))
    steps = np.zeros((trees, nodes), np.int32)
    for node in range(nodes - 2, -1, -1):
        inner = np.flatnonzero(~leaf[:, node])
        steps[inner, node] = 1 + np.maximum(steps[inner, node + 1], steps[inner, above[inner, node]])
    order = np.argsort(-steps[:, 0], kind="stable")
    return Forest(
        np.where(leaf, 0, feature).astype(np.int32)[order],
        np.where(leaf, np.inf, number).astype(np.float32)[order],
        np.where(leaf, place, place + 1).astype(np.int32)[order],
        np.where(leaf, place, above).astype(np.int32)[order],
        np.where(leaf, number, 0).astype(np.float32)[order],
        tuple(int((steps[:, 0] > step).sum()) for step in range(int(steps[:, 0].max()))),
        tuple(np.flatnonzero(order % labels == label) for label in range(labels)),
    )
