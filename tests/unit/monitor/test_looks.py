"""Looks at slices → what differs for certain, and what is looked at next."""

from services.monitor.completeness.ledger import SLICES
from services.monitor.completeness.looks import Looks


def looked() -> Looks:
    """Every slice was looked at, and nothing differed."""
    looks = Looks()
    for number in looks.plan():
        looks.note(number, {})
    return looks


def test_all_slices_come_first_then_one_a_round() -> None:
    """After so many rounds each was looked at again."""
    looks = Looks()
    assert sorted(looks.plan()) == list(range(SLICES))
    looks = looked()
    assert looks.complete
    seen = []
    for _ in range(SLICES):
        (number,) = looks.plan()
        looks.note(number, {})
        seen.append(number)
    assert sorted(seen) == list(range(SLICES))


def test_what_differs_twice_does() -> None:
    """And is looked at in every round, until it differs no longer."""
    looks = looked()
    looks.note(7, {"a": "missing", "b": "missing"})
    assert (looks.suspects, looks.found("missing")) == (True, [])
    assert 7 in looks.plan()
    looks.note(7, {"a": "missing", "b": "extra"})
    assert (looks.found("missing"), looks.found("extra")) == (["a"], [])
    looks.note(7, {})
    assert (looks.suspects, looks.found("missing")) == (False, [])


def test_other_indices_are_compared_from_the_first() -> None:
    """What was found of those before says nothing."""
    looks = looked()
    looks.note(7, {"a": "missing"})
    looks.note(7, {"a": "missing"})
    looks.forget()
    assert (looks.complete, looks.found("missing"), len(looks.plan())) == (False, [], SLICES)
