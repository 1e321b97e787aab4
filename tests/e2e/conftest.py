"""`pipeline`: the four services of the flow on the run's engines, under a namespace of the module's own."""

from collections.abc import Generator, Iterator
from uuid import uuid4

import pytest

from tests.engines import RunningEngines
from tests.pipeline import Pipeline

_failed = pytest.StashKey[bool]()


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Pipeline]:
    """All four services for the whole module, ready; their logs are shown when one of its tests failed.

    Each test has digests of its own, and leaves all services running.
    """
    logs = tmp_path_factory.mktemp("services")
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=logs)
    started = False
    try:
        made.start()
        started = True
        yield made
    finally:
        made.close()
        if not started or request.node.stash.get(_failed, False):
            print(made.logs())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep whether a test of the module failed, for the fixture above."""
    report = yield
    module = item.getparent(pytest.Module)
    if report.failed and module is not None:
        module.stash[_failed] = True
    return report
