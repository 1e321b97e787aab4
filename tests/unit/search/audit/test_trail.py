"""Records of operations → entries, and those that are asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from services.search.audit.trail import Wanted, chosen, counts, entries
from services.search.models.audit import ACTIONS, OUTCOMES
from shared.operations import Action, Operation, Outcome

AT = datetime(2026, 2, 6, 1, tzinfo=UTC)
DIGEST = "d" * 32


def record(name: str, action: Action, *, minutes: int = 0, outcome: Outcome = "done", by: str = "key desk", subject: str = "weekly") -> Operation:
    """Of an operation, so many minutes after the first."""
    digest = subject if subject == DIGEST else None
    at = AT + timedelta(minutes=minutes)
    return Operation(operation_id=name, action=action, subject=subject, digest_id=digest, by=by, at=at, outcome=outcome)


RECORDS = [
    record("a", "withdraw", outcome="begun", subject=DIGEST),
    record("a", "withdraw", minutes=1, subject=DIGEST),
    record("b", "edit", minutes=5, by="甲@Host"),
    record("c", "rebuild", minutes=9, outcome="begun", subject="items-2"),
    record("d", "rebuild", minutes=10, outcome="failed", subject="items-3"),
]


@pytest.mark.parametrize("records", [RECORDS, RECORDS[::-1]], ids=["in order", "reversed"])
def test_an_operation_is_one_entry(records: list[Operation]) -> None:
    """By when it began, with how it ended; partitions are read one after another."""
    made = entries(records)
    assert [(entry.last.operation_id, entry.last.outcome, (entry.began_at - AT).seconds // 60) for entry in made] == [
        ("d", "failed", 10), ("c", "begun", 9), ("b", "done", 5), ("a", "done", 0),
    ]  # fmt: skip
    assert counts(made) == {"rebuild": 2, "edit": 1, "withdraw": 1}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), "dcba"),
        (Wanted(action="rebuild"), "dc"),
        (Wanted(by="host"), "b"),
        (Wanted(digest=DIGEST), "a"),
        (Wanted(subject="weekly"), "b"),
        (Wanted(since=AT + timedelta(minutes=5)), "dcb"),
        (Wanted(until=AT + timedelta(minutes=5)), "ba"),
        (Wanted(action="edit", by="desk"), ""),
    ],
)
def test_those_that_are_asked_for(wanted: Wanted, names: str) -> None:
    """All that is given holds."""
    assert "".join(entry.last.operation_id for entry in chosen(entries(RECORDS), wanted)) == names


def test_every_action_and_outcome_has_chinese_words() -> None:
    """What a newer version adds must be added there too."""
    assert set(ACTIONS) == set(Operation.model_fields["action"].annotation.__args__)  # type: ignore[union-attr]
    assert set(OUTCOMES) == set(Operation.model_fields["outcome"].annotation.__args__)  # type: ignore[union-attr]
