"""Whether what went into a stage came out of it."""

import itertools

import pytest

from services.monitor.ledger.tally import Balance, Gate

A, B = ("a", 1), ("b", 1)
Step = tuple[str, tuple[str, int], int]


def after(*steps: Step, committed: int = 0) -> Balance:
    """A gate after steps: in, out or dead; the thing; its offset."""
    gate = Gate()
    for step, thing, offset in steps:
        if step == "in":
            gate.enter(thing, 0, offset)
        else:
            gate.leave(thing, dead=step == "dead")
    return gate.balance({0: committed})


@pytest.mark.parametrize(
    ("steps", "committed", "balance"),
    [
        ([], 0, Balance(0, 0, 0, 0, 0, ())),
        ([("in", A, 0)], 0, Balance(1, 0, 0, 0, 1, ())),
        ([("in", A, 0)], 1, Balance(1, 0, 0, 0, 0, ("a",))),
        ([("in", A, 0), ("out", A, 0)], 1, Balance(1, 0, 1, 0, 0, ())),
        ([("in", A, 0), ("dead", A, 0), ("in", B, 1)], 1, Balance(2, 0, 0, 1, 1, ())),
        ([("in", A, 0), ("out", A, 0), ("out", A, 0)], 1, Balance(1, 0, 1, 0, 0, ())),  # redelivered
        ([("in", A, 0), ("in", A, 1)], 1, Balance(1, 1, 0, 0, 1, ())),  # its last copy is to come
        ([("in", A, 0), ("dead", A, 0), ("in", A, 1), ("out", A, 0)], 2, Balance(1, 1, 1, 0, 0, ())),  # retried
        ([("in", A, 0), ("out", A, 0), ("dead", A, 0)], 1, Balance(1, 0, 1, 0, 0, ())),  # a replay that failed
    ],
)
def test_a_stage_balances(steps: list[Step], committed: int, balance: Balance) -> None:
    """Or names what was lost in it."""
    found = after(*steps, committed=committed)
    assert found == balance
    assert found.balanced == (not balance.lost)


def test_topics_may_be_read_in_any_order() -> None:
    """Outcomes before what they are of."""
    steps: list[Step] = [("in", A, 0), ("out", A, 0), ("in", B, 1), ("dead", B, 0)]
    for order in itertools.permutations(steps):
        assert after(*order, committed=2) == Balance(2, 0, 1, 1, 0, ())


def test_a_retry_counts_once_in_any_order() -> None:
    """The letter is replaced by what came of it."""
    steps: list[Step] = [("dead", A, 0), ("out", A, 0), ("in", A, 0)]
    for order in itertools.permutations(steps):
        assert after(*order, committed=1)[:4] == (1, 0, 1, 0)
