"""The weights that ship: what they learned from is on record, and what the record names is the gold that lies beside."""

import hashlib
from pathlib import Path

import pytest

from scripts.segmenter.gold import OWN
from services.enrich.segment.model import WEIGHTS, unpacked

LISTED = Path("scripts/segmenter/trained_on.txt")
GOLD = Path("../shared/eval/split")
LARGEST = 1024 * 1024
"""Bytes of the weights: they are part of every clone and image."""


def listed() -> set[str]:
    """The SHA-256 of each digest that the weights learned from."""
    return set(LISTED.read_text("utf-8").split())


def hashes(folder: Path) -> set[str]:
    """The SHA-256 of each digest of a folder that has right items beside it."""
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir() if file.suffix in (".md", ".txt", ".html")}


def test_the_weights_are_those_of_the_list() -> None:
    """Weights that were trained on something else carry another hash of their list."""
    _, about = unpacked(WEIGHTS.read_bytes())
    assert about["trained_on"] == hashlib.sha256(LISTED.read_bytes()).hexdigest()


def test_the_weights_are_small() -> None:
    """A data file, and no download."""
    assert WEIGHTS.stat().st_size < LARGEST


def test_the_list_names_digests_that_are_here() -> None:
    """Our own, and those of the gold."""
    if not GOLD.is_dir():
        pytest.skip(f"the gold is not here: no folder {GOLD}")
    assert listed() <= hashes(GOLD).union(*map(hashes, OWN))
    assert listed() & hashes(GOLD)
