"""Workers that all ask for engines at once, while these are still starting."""

import threading
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from tests import engine_host
from tests.engine_host import EngineHost, shared
from tests.engines import NotAvailable

WORKERS = 24


def test_every_worker_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the first has to wait: a queue that is too short left the last ones without an answer for ever."""
    asked = threading.Semaphore(0)

    def start(_stack: object) -> str:
        for _ in range(WORKERS):
            asked.acquire(timeout=10)
        return "none here"

    monkeypatch.setattr(engine_host, "_start", start)
    host = EngineHost()
    node = SimpleNamespace(workerinput={})
    host.pytest_configure_node(node)

    answers: Queue[str] = Queue()

    def ask() -> None:
        asked.release()
        config: Any = node
        with pytest.raises(NotAvailable) as refused, shared(config):
            pass
        answers.put(str(refused.value))

    for _ in range(WORKERS):
        threading.Thread(target=ask, daemon=True).start()  # one that is never answered must not keep the tests from ending
    assert [answers.get(timeout=30) for _ in range(WORKERS)] == ["none here"] * WORKERS
    host.pytest_sessionfinish()
