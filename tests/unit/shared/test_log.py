"""Logs: JSON for machines, one way for all loggers, and a limit for chatty libraries."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from shared import log
from shared.log.quiet import MOST_KINDS, Quiet
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


class Clock:
    """Stands still until it is told."""

    now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def lines(*said: tuple[str, int, str, float]) -> list[str]:
    """What a handler writes of so many equal records of a logger, each lot so many seconds after the one before."""
    stream, clock = io.StringIO(), Clock()
    handler = log.Handler(stream, clock)
    for name, times, message, later in said:
        clock.now += later
        for n in range(times):
            handler.handle(logging.LogRecord(name, logging.ERROR, "", 0, message, (n,), None))
    handler.close()
    return stream.getvalue().splitlines()


def test_a_chatty_library_is_heard_once_in_a_while() -> None:
    """The same message passes once in ten seconds, whatever its arguments are; then it is said how many did not."""
    assert lines(("aiokafka.conn", 3, "no way to %s", 0), ("aiokafka.conn", 1, "no way to %s", 9), ("aiokafka.conn", 1, "no way to %s", 1)) == [
        "no way to 0",
        "3 more were left out: no way to %s",
        "no way to 0",
    ]


def test_our_own_are_heard_some_times() -> None:
    """A flood of one kind leaves the others alone, and what was left out is told at the end at the latest."""
    written = lines(("services.ingest", 1000, "refused %s", 0), ("services.ingest", 1, "kafka away %s", 0))
    assert written[:20] == [f"refused {n}" for n in range(20)]
    assert written[20:] == ["kafka away 0", "980 more were left out: refused %s"]


def test_what_was_left_out_is_told_by_the_next_line_of_any_kind() -> None:
    """Once its ten seconds are over."""
    assert lines(("asyncio", 2048, "no file %s", 0), ("services.ingest", 1, "fine %s", 11)) == [
        "no file 0",
        "2047 more were left out: no file %s",
        "fine 0",
    ]


def test_information_is_always_heard() -> None:
    """Only warnings and errors repeat themselves in vain."""
    stream = io.StringIO()
    handler = log.Handler(stream, Clock())
    for _ in range(30):
        handler.handle(logging.LogRecord("services.ingest", logging.INFO, "", 0, "digest_received", None, None))
    assert len(stream.getvalue().splitlines()) == 30


def test_errors_with_changing_words_do_not_fill_the_memory() -> None:
    """The oldest kinds are forgotten, and told before."""
    quiet = Quiet()
    for n in range(3 * MOST_KINDS):
        assert list(quiet.left_out(0.0)) == []
        assert quiet.hears(("x", str(n), ""), 0.0)
    assert quiet.hears(("x", str(MOST_KINDS), ""), 0.0, times=1) is True
    assert quiet.hears(("x", str(3 * MOST_KINDS - 1), ""), 0.0, times=1) is False
