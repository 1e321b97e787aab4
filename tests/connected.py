"""The rule that CI may not skip all tests marked `connected`."""

import os

import pytest


def in_ci() -> bool:
    """Whether this is a CI run, where connected tests may not all be skipped."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


class ConnectedTestsMustRun:
    """Fails the run where connected tests were collected and every one of them was skipped."""

    def __init__(self) -> None:
        self._ran: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note for each connected test whether any of its phases did more than skip."""
        if "connected" in report.keywords:
            ran = report.failed or (report.when == "call" and not report.skipped)
            self._ran[report.nodeid] = self._ran.get(report.nodeid, False) or ran

    @property
    def all_skipped(self) -> bool:
        """Connected tests were there and none ran."""
        return bool(self._ran) and not any(self._ran.values())

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn the exit status."""
        if self.all_skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why."""
        if self.all_skipped:
            terminalreporter.write_line(f"FAILED: all {len(self._ran)} connected tests were skipped, and CI must run them on real engines", red=True)
