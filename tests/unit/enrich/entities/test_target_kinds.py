"""Invented sentences of each kind (tests/data/targets/kinds.jsonl): what in them is a target, and nothing else."""

import json
from datetime import date
from pathlib import Path

import pytest

from services.enrich.entities import extract

FILE = Path(__file__).parents[3] / "data/targets/kinds.jsonl"
KINDS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", KINDS, ids=[f"{number}-{row['kind']}" for number, row in enumerate(KINDS, 1)])
@pytest.mark.parametrize("as_title", [False, True], ids=["body", "title"])
def test_what_is_a_target(row: dict[str, object], as_title: bool) -> None:
    """As a brief of its own, with or without a title."""
    text = str(row["text"])
    found = extract(text, "", published_on=date(2026, 2, 6)) if as_title else extract(None, text, published_on=date(2026, 2, 6))
    aims = [entity.text for entity in found if entity.type == "quantity" and (entity.canonical or {}).get("target") is True]
    assert aims == row["targets"]
