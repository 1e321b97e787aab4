"""When the indexer counts as stuck."""

import pytest

from services.index.flow_control.stall_detector import StallDetector

# (seconds, position, lag, waiting) as seen, and for how long it is stuck at the last of them
SEEN: list[tuple[list[tuple[float, int, int, bool]], float]] = [
    ([(0, 10, 0, False), (60, 10, 0, False)], 0),
    ([(0, 10, 5, False), (60, 12, 3, False), (120, 15, 0, False)], 0),
    ([(0, 10, 5, False), (60, 10, 5, False), (120, 10, 9, False)], 60),
    ([(0, 10, 5, False), (60, 10, 5, False), (120, 11, 9, False), (180, 11, 9, False)], 0),
    ([(0, 10, 5, False), (60, 10, 5, True), (500, 10, 5, True)], 0),
    ([(0, 10, 5, False), (60, 3, 5, False)], 0),
]


@pytest.mark.parametrize(("seen", "stuck"), SEEN)
def test_stuck(seen: list[tuple[float, int, int, bool]], stuck: float) -> None:
    """Lag without progress, unless it waits on purpose."""
    stall = StallDetector()
    for now, position, lag, waiting in seen:
        stall.observe(now, position=position, lag=lag, waiting=waiting)
    assert stall.stuck_for(seen[-1][0]) == stuck
