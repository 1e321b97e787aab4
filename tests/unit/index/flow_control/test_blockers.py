"""What the indexer waits for."""

from services.index.flow_control.blockers import Blockers


def test_nothing_is_waited_for_at_first() -> None:
    """False, and nothing to say."""
    blockers = Blockers()
    assert (bool(blockers), str(blockers), blockers.for_operator) == (False, "", "")


def test_what_passes_is_no_operators_matter() -> None:
    """It is said, but nobody is called."""
    blockers = Blockers()
    blockers.begin("items", "overloaded")
    assert (bool(blockers), str(blockers), blockers.for_operator) == (True, "items: overloaded", "")


def test_what_a_person_must_mend_is_said_until_it_is_mended() -> None:
    """Each by its name; one that ends leaves the others."""
    blockers = Blockers()
    blockers.begin("items", "read-only", operator=True)
    blockers.begin("digests", "overloaded")
    assert blockers.for_operator == "items: read-only"
    blockers.end("items")
    assert (bool(blockers), blockers.for_operator) == (True, "")
    blockers.end("digests")
    assert not blockers
