"""What the indexer waits for."""

from services.index.flow_control.blockers import Waits


def test_nothing_is_waited_for_at_first() -> None:
    """False, and nothing to say."""
    waits = Waits()
    assert (bool(waits), str(waits), waits.for_operator) == (False, "", "")


def test_what_passes_is_no_operators_matter() -> None:
    """It is said, but nobody is called."""
    waits = Waits()
    waits.begin("items", "overloaded")
    assert (bool(waits), str(waits), waits.for_operator) == (True, "items: overloaded", "")


def test_what_a_person_must_mend_is_said_until_it_is_mended() -> None:
    """Each by its name; one that ends leaves the others."""
    waits = Waits()
    waits.begin("items", "read-only", operator=True)
    waits.begin("digests", "overloaded")
    assert waits.for_operator == "items: read-only"
    waits.end("items")
    assert (bool(waits), waits.for_operator) == (True, "")
    waits.end("digests")
    assert not waits
