"""How far the topics were read, as it is written down."""

from datetime import UTC, datetime

from shared.ledger.state import State, from_document, to_document


def test_what_was_written_is_read() -> None:
    """With when the ledger was made, and how much is still to come."""
    state = State({("t.raw", 0): 7, ("t.dead", 3): 0}, datetime(2026, 2, 6, tzinfo=UTC), 12)
    assert from_document(to_document(state)) == state
    assert from_document({"places": "[]"}) == State({})
