"""Which offsets may be committed."""

from services.index.flow_control.offsets import Offsets


def test_nothing_taken_nothing_to_commit() -> None:
    """Empty."""
    assert Offsets[str]().committable() == {}


def test_only_what_all_before_is_done_for() -> None:
    """A batch that ends early waits for the ones before it, and is not told twice."""
    offsets = Offsets[str]()
    first, second, third = (offsets.take("p0", next_offset) for next_offset in (5, 9, 12))
    second.done = True
    assert offsets.committable() == {}
    first.done = True
    assert offsets.committable() == {"p0": 9}
    assert offsets.committable() == {}
    third.done = True
    assert offsets.committable() == {"p0": 12}


def test_partitions_are_apart() -> None:
    """One waits, the other goes on."""
    offsets = Offsets[str]()
    offsets.take("p0", 5)
    offsets.take("p1", 7).done = True
    assert offsets.committable() == {"p1": 7}


def test_forgotten_partitions_are_never_committed() -> None:
    """What belonged to an earlier assignment says nothing of the next."""
    offsets = Offsets[str]()
    old = offsets.take("p0", 5)
    offsets.forget(["p0", "p1"])
    new = offsets.take("p0", 3)
    old.done = True
    assert offsets.committable() == {}
    new.done = True
    assert offsets.committable() == {"p0": 3}
