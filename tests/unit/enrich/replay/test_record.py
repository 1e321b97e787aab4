"""Which replay `--resume` goes on with."""

from datetime import UTC, datetime

import pytest

from services.enrich.replay.choice import Choice
from services.enrich.replay.record import Task, begun, ended, read, unfinished
from shared.errors import Rejected
from shared.operations import Operation
from shared.text.dates import moment

TASK = Task(choice=Choice(source="双碳周报", build_below=3), until={0: 5, 1: 7}, digests=9)


def at(day: int, operation: Operation) -> Operation:
    """The same operation at another time."""
    return operation.model_copy(update={"at": datetime(2026, 2, day, tzinfo=UTC)})


def test_the_last_one_that_is_not_done() -> None:
    """Done ones and other operations are passed over; one that failed may be gone on with."""
    first, second, third = at(1, begun(TASK)), at(2, begun(TASK)), at(3, begun(TASK))
    other = at(4, Operation(action="rebuild", subject="items", by="ops@host", outcome="begun"))
    assert unfinished([first, second, third, at(4, ended(third, "done", "9 enriched")), other]) == (second, TASK)
    assert unfinished([first, at(4, ended(first, "failed", "red"))]) == (first, TASK)
    assert unfinished([other, third, ended(third, "done", "")]) is None


def test_a_task_of_another_form_is_told() -> None:
    """A replay of another version is not guessed at."""
    with pytest.raises(Rejected, match="another version"):
        read(begun(TASK).model_copy(update={"detail": "9 digests"}))


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2026-02-06", False, "2026-02-05T16:00:00+00:00"),
        ("2026-02-06", True, "2026-02-06T16:00:00+00:00"),
        ("2026-02-06T08:30", True, "2026-02-06T00:30:00+00:00"),
        ("2026-02-06T08:30:00Z", False, "2026-02-06T08:30:00+00:00"),
    ],
)
def test_days_are_those_of_shanghai(text: str, end: bool, expected: str) -> None:
    """A day's end is the next day's beginning."""
    assert moment(text, end=end).isoformat() == expected


@pytest.mark.parametrize("text", ["6.2.2026", "2026-02-30", "yesterday", "2026-02"])
def test_what_is_no_day_or_time(text: str) -> None:
    """Is refused."""
    with pytest.raises(ValueError, match=r".+"):
        moment(text)
