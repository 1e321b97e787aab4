"""CI may not skip all connected tests."""

import pytest

from tests.connected import ConnectedTestsMustRun


def _report(name: str, *, outcome: str, when: str = "call", connected: bool = True) -> pytest.TestReport:
    keywords = {"connected": 1} if connected else {}
    return pytest.TestReport(name, ("test.py", 1, name), keywords, outcome, None, when)  # type: ignore[arg-type]  # literals as plain strings


@pytest.mark.parametrize(
    ("reports", "all_skipped"),
    [
        ([_report("a", outcome="skipped", when="setup"), _report("b", outcome="skipped", when="setup")], True),
        ([_report("a", outcome="skipped", when="setup"), _report("b", outcome="passed")], False),
        ([_report("a", outcome="failed", when="setup")], False),
        ([_report("a", outcome="passed", connected=False)], False),
        ([], False),
    ],
)
def test_all_skipped_is_noticed(reports: list[pytest.TestReport], all_skipped: bool) -> None:
    """One that ran is enough; none collected is no offence."""
    rule = ConnectedTestsMustRun()
    for report in reports:
        rule.pytest_runtest_logreport(report)
    assert rule.all_skipped is all_skipped
