"""What every test may ask for (`engines`, `namespace`), how tests are spread over workers, and in which order they begin."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

from tests.connected import ConnectedTestsMustRun, in_ci
from tests.engine_host import EngineHost, shared
from tests.engines import NotAvailable, RunningEngines
from tests.sizes import LONG

# The same examples in every run, so that a change is told from luck; new ones where a run takes its time.
hypothesis.settings.register_profile("short", derandomize=True)
hypothesis.settings.register_profile("long", print_blob=True)
hypothesis.settings.load_profile("long" if LONG else "short")

WORKERS = 4
"""Twice the cores of the smallest machine: tests of services and engines wait for them more than half of the time."""

FIRST = ("e2e", "chaos", "integration", "browser", "contract", "bench")
"""Folders whose files take longest, in this order: what is begun last should be short."""


@pytest.fixture(scope="session")
def engines(pytestconfig: pytest.Config) -> Iterator[RunningEngines]:
    """Kafka and Elasticsearch of the whole run; skips with every reason where none can be had, and fails in CI or where one way was asked for."""
    try:
        with shared(pytestconfig) as found:
            yield found
    except NotAvailable as error:
        if in_ci() or "JIANBAO_TEST_ENGINES" in os.environ:
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session", autouse=True)
def _no_stack(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commands that tests run find no stack that whoever runs the tests has started."""
    os.environ["JIANBAO_STATE_DIR"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture
def namespace() -> str:
    """A fresh prefix for topics, groups and indices: tests that share engines don't see each other."""
    return f"t-{uuid4().hex[:12]}"


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach what tests start; share engines among workers and watch the connected tests in CI, which the distributing process does."""
    # A shell lets what it runs in the background ignore Ctrl-C, and so would every process that a test starts and interrupts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        return
    if config.getoption("numprocesses", None):
        config.pluginmanager.register(EngineHost(), "engine-host")
    if in_ci():
        config.pluginmanager.register(ConnectedTestsMustRun(), "connected-tests-must-run")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage among modules and thousands of tests while they are collected, nor ever again: they stay until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers `-n auto` starts: none where only files and tests are named, which begin sooner alone."""
    named = [path for word in config.invocation_params.args if (path := Path(str(word).partition("::")[0])).exists()]
    return 0 if named and all(path.is_file() for path in named) else WORKERS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first; where one way to get engines was asked for, keep only tests that take engines from here."""
    if "JIANBAO_TEST_ENGINES" in os.environ:
        away = [item for item in items if "connected" in item.keywords and "engines" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(item.path.relative_to(Path(__file__).parent).parts[0]))


def _rank(folder: str) -> int:
    return FIRST.index(folder) if folder in FIRST else len(FIRST)
