"""When a process that died is started again."""

import pytest

from deploy.stack.restarts import Deaths


@pytest.mark.parametrize(
    ("lives", "delay"),
    [
        ([300.0], 0.5),
        ([1.0], 0.5),
        ([1.0, 1.0], 1.0),
        ([1.0, 1.0, 1.0], 2.0),
        ([1.0, 1.0, 1.0, 1.0], 4.0),
        ([1.0, 1.0, 1.0, 1.0, 1.0], None),
        ([1.0, 1.0, 1.0, 1.0, 300.0], 0.5),
    ],
)
def test_quick_deaths_wait_longer_and_five_in_a_row_are_enough(lives: list[float], delay: float | None) -> None:
    """A long life in between starts the count again."""
    deaths = Deaths()
    for lived in lives:
        deaths = deaths.after(lived)
    assert deaths.delay == delay
