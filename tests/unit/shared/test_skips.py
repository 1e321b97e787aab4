"""Operations → which records are to be skipped now."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.dead_letters.skips import VALID, Wishes, said
from shared.operations import Operation

AT = datetime(2026, 2, 6, tzinfo=UTC)
BEGUN = Operation(operation_id="a", action="skip", subject="enriched/2/7", by="who@host", at=AT, outcome="begun", reason="it hangs")


@pytest.mark.parametrize(
    ("operations", "after", "asked"),
    [
        ([BEGUN], timedelta(0), True),
        ([BEGUN], VALID, True),
        ([BEGUN], VALID + timedelta(seconds=1), False),
        ([BEGUN, BEGUN.model_copy(update={"outcome": "done"})], timedelta(0), False),
        ([BEGUN, BEGUN.model_copy(update={"outcome": "failed"})], timedelta(0), False),
        ([BEGUN, BEGUN.model_copy(update={"outcome": "failed", "operation_id": "b"})], timedelta(0), True),
        ([BEGUN.model_copy(update={"action": "retry"})], timedelta(0), False),
        ([BEGUN.model_copy(update={"subject": "enriched/2/8"})], timedelta(0), False),
        ([], timedelta(0), False),
    ],
)
def test_a_wish_holds_until_it_is_fulfilled_or_taken_back(operations: list[Operation], after: timedelta, asked: bool) -> None:
    """Or nobody watches over it any more; it is for one record."""
    wishes = Wishes()
    for operation in operations:
        wishes.note(operation)
    assert (wishes.asked("enriched", 2, 7, now=AT + after) is not None) is asked


@pytest.mark.parametrize(("reason", "expected"), [("it hangs", "skipped by who@host: it hangs"), (None, "skipped by who@host")])
def test_who_asked_and_why(reason: str | None, expected: str) -> None:
    """Is what the letter says."""
    assert said(BEGUN.model_copy(update={"reason": reason})) == expected
