"""Logs: JSON for machines, one way for all loggers, and a limit for chatty libraries."""

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from shared import log
from shared.settings import CommonSettings


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    """Logging is the process's: what a test sets up is taken back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_json_lines_name_service_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line on stderr, Chinese unescaped."""
    log.setup("index", CommonSettings(log_format="json"))
    log.get("services.index.writer").info("indexed", items=9, section="地方动态")
    line = capsys.readouterr().err.strip()
    entry = json.loads(line)
    assert {name: entry[name] for name in ("service", "event", "items", "level", "logger")} == {
        "service": "index",
        "event": "indexed",
        "items": 9,
        "level": "info",
        "logger": "services.index.writer",
    }
    assert "地方动态" in line


def test_libraries_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    """A library's own logger comes out in the same form."""
    log.setup("index", CommonSettings(log_format="json"))
    logging.getLogger("some.library").warning("disk %s", "full")
    assert json.loads(capsys.readouterr().err)["event"] == "disk full"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_shows_no_variables(capsys: pytest.CaptureFixture[str], form: Literal["json", "text"]) -> None:
    """What a function worked on may be a digest's text or a key."""
    log.setup("index", CommonSettings(log_format=form))
    body = "".join(("某人的", "姓名"))
    try:
        raise ValueError(len(body))
    except ValueError:
        log.get("x").exception("failed")
    said = capsys.readouterr().err
    assert "ValueError: 5" in said
    assert body not in said


def test_an_exception_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback does not tear a line of JSON apart."""
    log.setup("index", CommonSettings(log_format="json"))
    try:
        raise ValueError("broken")
    except ValueError:
        log.get("x").exception("failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ValueError: broken" in json.loads(lines[0])["exception"]


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the level nothing comes out."""
    log.setup("index", CommonSettings(log_level="warning"))
    log.get("x").info("quiet")
    assert capsys.readouterr().err == ""


def _record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, args, None)


def test_a_chatty_library_is_heard_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same message from aiokafka passes once in ten seconds; with other arguments it is the same message."""
    now = 100.0
    monkeypatch.setattr("shared.log.time.monotonic", lambda: now)
    limit = log.RateLimit()
    passed = [limit.filter(_record("aiokafka.conn", "can't connect to %s", node)) for node in (1, 2)]
    now += log.QUIET_SECONDS
    passed.append(limit.filter(_record("aiokafka.conn", "can't connect to %s", 3)))
    assert passed == [True, False, True]


def test_another_message_and_our_own_are_always_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only repetition is limited, and only in libraries."""
    monkeypatch.setattr("shared.log.time.monotonic", lambda: 100.0)
    limit = log.RateLimit()
    assert [limit.filter(_record("aiokafka.conn", message)) for message in ("a", "b")] == [True, True]
    assert [limit.filter(_record("services.index", "a")) for _ in range(2)] == [True, True]
