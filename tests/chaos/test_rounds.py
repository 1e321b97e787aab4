"""A brief round of the crash matrix in the usual test run; `make chaos` has a hundred of all kinds.

JIANBAO_CHAOS_ROUNDS makes them more.
"""

from itertools import count, islice
from pathlib import Path

import pytest

from tests.chaos.matrix import run
from tests.chaos.schedule import is_brief, plan
from tests.sizes import size

pytestmark = pytest.mark.connected

ROUNDS = size("JIANBAO_CHAOS_ROUNDS", short=1, long=30)


def test_nothing_lost_nothing_twice(tmp_path: Path) -> None:
    """Whatever is killed or stopped, index and dead letters are what was promised; engines of its own, as they are killed too."""
    lines: list[str] = []
    reports = run(islice((seed for seed in count(1) if is_brief(plan(seed))), ROUNDS), folder=tmp_path, tell=lines.append)
    failed = [str(report) for report in reports if report.wrong]
    assert not failed, "\n".join([*failed, *lines])
    assert len(reports) == ROUNDS
