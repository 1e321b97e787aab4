"""Trees as arrays: what leads where, what labels it makes likely."""

import math

import numpy as np

from services.enrich.segment.trees import LINES_AT_ONCE, Forest, forest_of

FEATURE = np.array([[1, -1, 0, -1, -1], [-1, -1, -1, -1, -1]], np.int16)
NUMBER = np.array([[0.5, 2.0, 10.0, -1.0, 3.0], [1.0, 0.0, 0.0, 0.0, 0.0]], np.float32)
ABOVE = np.array([[2, 0, 4, 0, 0], [0, 0, 0, 0, 0]], np.int16)
"""The first label's tree asks feature 1 (up to 0.5: 2), then feature 0 (up to 10: -1, above: 3); the second label's is a leaf of 1."""


def forest() -> Forest:
    """Two trees, one for each of two labels."""
    return forest_of(FEATURE, NUMBER, ABOVE, labels=2)


def test_each_line_walks_to_its_leaf() -> None:
    """Thresholds belong to what is below."""
    rows = np.array([[0, 0.5], [10, 0.6], [11, 0.6]], np.float32)
    wanted = [1 / (1 + math.exp(1 - leaf)) for leaf in (2, -1, 3)]
    np.testing.assert_allclose(forest().probabilities(rows)[:, 0], wanted, rtol=1e-5)


def test_probabilities_add_up_to_one() -> None:
    """For any line."""
    rows = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    np.testing.assert_allclose(forest().probabilities(rows).sum(axis=1), 1, rtol=1e-5)


def test_many_lines_are_walked_in_parts() -> None:
    """A line's leaf doesn't depend on how many others there are."""
    rows = np.tile(np.array([[0, 0.5], [11, 0.6]], np.float32), (LINES_AT_ONCE, 1))
    found = forest().probabilities(rows)
    np.testing.assert_array_equal(found, np.tile(found[:2], (LINES_AT_ONCE, 1)))


def test_no_line_at_all() -> None:
    """A digest of pictures."""
    assert forest().probabilities(np.zeros((0, 2), np.float32)).shape == (0, 2)
