"""A clock → revisions that strictly rise."""

from datetime import UTC, datetime

from services.ingest.revision import Revisions, received_at


def test_revisions_strictly_rise_whatever_the_clock_does() -> None:
    """Standing still and going back, as a clock that is set does, still gives larger numbers."""
    times = iter([1000, 1000, 1005, 900, 901, 2000])
    revisions = Revisions(lambda: next(times))
    assert [revisions.next() for _ in range(6)] == [1000, 1001, 1005, 1006, 1007, 2000]


def test_received_at_is_the_revision_as_a_time() -> None:
    """Both say the same moment, to the millisecond."""
    assert received_at(1770343200123) == datetime(2026, 2, 6, 2, 0, 0, 123000, tzinfo=UTC)


def test_a_clock_that_was_far_ahead_is_not_gone_on_from() -> None:
    """Set right by ten days, revisions are those of the right time again."""
    right, wrong = 1_770_343_200_123, 1_770_343_200_123 + 10 * 24 * 3600 * 1000
    times = iter([wrong, right, right, right + 5])
    revisions = Revisions(lambda: next(times))
    assert [revisions.next() for _ in range(4)] == [wrong, right, right + 1, right + 5]
