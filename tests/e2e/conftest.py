"""`pipeline`: the four services of the flow on the run's engines, under a namespace of the test's own."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.engines import RunningEngines
from tests.pipeline import Pipeline

_failed = pytest.StashKey[bool]()


@pytest.fixture
def pipeline(engines: RunningEngines, namespace: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pipeline]:
    """All four services ready; ended in order afterwards, their logs shown when the test failed."""
    made = Pipeline(engines=engines.environ, namespace=namespace, logs=tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.close()
        if request.node.stash.get(_failed, True):
            print(made.logs())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep how the test's body went, for the fixture above."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report
