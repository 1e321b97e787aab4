"""A balance and offsets → what the crash matrix finds wrong."""

from datetime import UTC, datetime

import pytest

from shared.health.conservation import UNKNOWN, Conservation, Lost, StageBalance
from tests.chaos.balance import unbalanced
from tests.chaos.view import Offsets

NOW = datetime(2026, 2, 6, tzinfo=UTC)
OFFSETS = Offsets(raw={0: 4, 1: 3}, enrich={}, enriched={0: 6}, index={}, dead={})
INGEST = StageBalance(stage="ingest", received=7, done=6, replaced=1, dead=0, in_flight=0, lost=0)
ENRICH = StageBalance(stage="enrich", received=7, done=4, replaced=2, dead=1, in_flight=0, lost=0)
INDEX = StageBalance(stage="index", received=6, done=4, replaced=2, dead=0, in_flight=0, lost=0)


def with_enrich(**facts: object) -> Conservation:
    """All stages, with these figures of enrich."""
    return Conservation(state="green", at=NOW, stages=(INGEST, ENRICH.model_copy(update=facts), INDEX))


def test_what_balances_is_right() -> None:
    """All that was written was received, and each record has an outcome."""
    assert unbalanced(with_enrich(), OFFSETS) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (UNKNOWN, "knows no balance"),
        (with_enrich(done=3, lost=1, ids=(Lost(id="ab12", since=NOW),)), "enrich lost 1: ab12"),
        (with_enrich(done=3, in_flight=1), "enrich has 1 in flight"),
        (with_enrich(done=3), "enrich does not balance"),
        (with_enrich(received=6, done=3), "enrich received 6 of 7 records"),
    ],
)
def test_what_does_not_balance_is_told(found: Conservation, said: str) -> None:
    """By stage, with the ids."""
    (wrong,) = unbalanced(found, OFFSETS)
    assert said in wrong
