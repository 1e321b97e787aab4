"""How slow something may be, and how many connections a process's limit of open files allows."""

import subprocess
import sys

import pytest

from shared.connections.limits import FEWEST, KEPT_FILES, Limits, Pace

LIMITS = Limits(slow_seconds=30.0, slow_rate=1000)


@pytest.mark.parametrize(
    ("moves", "now", "slow"),
    [
        ([], 30.0, False),
        ([], 30.1, True),
        ([(10.0, 1), (20.0, 1), (30.0, 1)], 30.0, False),
        ([(10.0, 1), (20.0, 1), (30.0, 1)], 30.1, True),  # a byte now and then buys nothing
        ([(10.0, 10_000)], 39.9, False),
        ([(10.0, 10_000)], 40.1, True),
        ([(1.0, 8_000_000)], 31.1, True),  # nor does what came fast allow a standstill
        ([(at, 1000) for at in range(1, 600)], 600.0, False),
    ],
)
def test_pace(moves: list[tuple[float, int]], now: float, slow: bool) -> None:
    """What moves may stand still for a while, and must keep the rate beyond it."""
    pace = Pace(0.0, 0.0)
    for at, size in moves:
        pace.move(at, size)
    assert (now > pace.keeps_until(LIMITS, LIMITS.slow_seconds)) is slow


def test_a_time_that_does_not_count() -> None:
    """Such as one in which we did not read."""
    pace = Pace(0.0, 0.0)
    pace.forgive(100.0)
    assert pace.keeps_until(LIMITS, 30.0) == 130.0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (1024, "512"),
        (256, str(256 - KEPT_FILES)),
        (KEPT_FILES + FEWEST, str(FEWEST)),
        (KEPT_FILES + FEWEST - 1, "ulimit -n"),
    ],
)
def test_connections_leave_files_for_the_rest(files: int, said: str) -> None:
    """As many as asked for where there are files enough; with too few the service does not start, and says
    what to raise."""
    code = "from shared.connections.limits import *; print(within_open_files(Limits()).connections)"
    done = subprocess.run(
        ["sh", "-c", f'ulimit -n {files}; exec "$0" -c "$1"', sys.executable, code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stdout + done.stderr
