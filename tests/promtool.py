"""Words → what promtool says, which comes with Prometheus."""

import shutil
import subprocess

import pytest

from tests.connected import in_ci


def promtool(*words: str) -> str:
    """Return what it said; fail with that where it found something wrong.

    Skips with the reason where it is not on this machine, and fails in CI.
    """
    found = shutil.which("promtool")
    if found is None:
        reason = "no promtool on this machine: apt-get install prometheus"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run([found, *words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
