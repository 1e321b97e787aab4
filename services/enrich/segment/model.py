"""The weights, and what they say of a digest's lines: a label and the probability of each. Pure but for reading the weights once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from services.enrich.segment.context import context_of
from services.enrich.segment.features import table_of
from services.enrich.segment.labels import BODY, CONTENTS, HEADS, LABELS, OTHER, SECTION, START, likeliest
from services.enrich.segment.look import Look
from services.enrich.segment.opinion import Opinion, columns_of
from services.enrich.segment.trees import Floats, Forest, forest_of

WEIGHTS = Path(__file__).with_name("weights.npz")
PULL = 0.15
"""How much the order of labels counts beside the lines themselves."""
NEVER = -20.0
"""What it takes to have text without an item that it belongs to: behind a section's name and at the beginning something must head it."""
_FLOOR = 1e-5


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of a digest's lines."""

    labels: list[int]
    probabilities: Floats
    """[line, label]; zeros for lines without text."""

    @property
    def heads(self) -> Floats:
        """How likely each line begins an item."""
        return np.asarray(self.probabilities[:, list(HEADS)].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Member:
    """Two passes that were trained together; some see what the rules say, some don't, so that their errors differ."""

    first: Forest
    second: Forest
    advised: bool

    def read(self, own: Floats, advised: Floats, table: Any, solid: Any) -> Floats:
        """Return [line, label] of the second pass; zeros for lines without text."""
        rows = advised if self.advised else own
        said = np.zeros((len(rows), len(LABELS)), np.float32)
        said[solid] = self.first.probabilities(rows[solid])
        more = context_of(table, said)
        said[solid] = self.second.probabilities(np.hstack([rows, more])[solid])
        return said


@dataclass(frozen=True, slots=True)
class Model:
    """Members whose opinions are averaged, the transitions between labels, and how often a certainty was right."""

    members: tuple[Member, ...]
    transitions: Sequence[Sequence[float]]
    calibration: Sequence[tuple[float, float]] = ()
    """What a mean certainty of so much was worth: (certainty, share of titles that were right), rising."""
    build: int = 0

    def read(self, looks: Sequence[Look], opinion: Opinion) -> Reading:
        """Return the labels of a digest's lines; pictures and rules go with the line before them."""
        table = table_of(looks)
        labels = [OTHER] * len(looks)
        if not table.solid:
            return Reading(labels, np.zeros((len(looks), len(LABELS)), np.float32))
        solid = np.asarray(table.solid, np.int64)
        own = np.asarray(table.rows, np.float32)
        advised = np.hstack([own, columns_of(opinion, table)])
        logs = sum(np.log(member.read(own, advised, table, solid) + _FLOOR) for member in self.members) / len(self.members)
        said = np.exp(logs)
        said = np.where(said.sum(axis=1, keepdims=True) > 0, said / said.sum(axis=1, keepdims=True), 0).astype(np.float32)
        pull = [[PULL * value for value in row] for row in self.transitions]
        for before in (START, SECTION, CONTENTS):
            pull[before][BODY] = NEVER
        found = likeliest(np.log(said[solid] + _FLOOR).tolist(), pull)
        for line, label in zip(table.solid, found, strict=True):
            labels[line] = label
        for line, look in enumerate(looks):
            if not look.text:
                said[line] = 0
                if line and labels[line - 1] in (*HEADS, BODY):
                    labels[line] = BODY
        return Reading(labels, said)

    def share(self, certainty: float) -> float:
        """Return the share of titles that were right in digests of that mean certainty, 0 to 1: what a reader may expect."""
        if not self.calibration:
            return certainty
        points, shares = zip(*self.calibration, strict=True)
        return float(np.interp(certainty, points, shares))


def unpacked(content: bytes) -> tuple[Model, dict[str, Any]]:
    """Return the model that a file holds, and what the file says of itself: build, seed, the SHA-256 of what it learned from."""
    with np.load(BytesIO(content), allow_pickle=False) as kept:
        about = json.loads(bytes(kept["about"]))
        forests = [
            forest_of(kept[f"feature{number}"], kept[f"number{number}"].astype(np.float32), kept[f"above{number}"], labels=len(LABELS))
            for number in range(2 * len(about["advised"]))
        ]
    members = tuple(Member(forests[2 * place], forests[2 * place + 1], advised) for place, advised in enumerate(about["advised"]))
    return Model(members, about["transitions"], tuple(map(tuple, about["calibration"])), about["build"]), about


@cache
def model() -> Model:
    """Return the model that the splitter ships with."""
    return unpacked(WEIGHTS.read_bytes())[0]
