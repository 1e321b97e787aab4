"""What a watch tells people and programs."""

import io
import json

import pytest
from rich.console import Console

from services.ingest.feed import Answer
from services.ingest.sources.folder.books import Dealt
from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.ledger import Entry
from services.ingest.sources.folder.report import Report

FED = Dealt(Entry(Found("5.md", 1, 1), "fed", "0" * 32), Answer("0" * 32, 7, "http://x"), former="1" * 32)
DUPLICATE = Dealt(Entry(Found("第\n6期.md", 1, 1), "fed", "0" * 32), Answer("0" * 32, 7, "http://x", "0" * 32))
FAILED = Dealt(Entry(Found("\udcd6.md", 1, 1), "failed", reason="the digest is empty"))


def report(*, as_json: bool = False, terminal: bool = False) -> tuple[Report, io.StringIO]:
    """One, and what it says on standard error."""
    errors = io.StringIO()
    return Report(as_json, Console(file=errors, force_terminal=terminal, highlight=False, width=300)), errors


def test_a_line_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    """What was taken on standard output, what was not on standard error; a name can't break its line."""
    shown, errors = report()
    for dealt in (FED, DUPLICATE, FAILED):
        shown.dealt(dealt)
    assert capsys.readouterr().out.splitlines() == [f"5.md  {'0' * 32}  7", f"第 6期.md  {'0' * 32}  7  duplicate"]
    assert errors.getvalue().splitlines() == [
        f"5.md was {'1' * 32} before, which stays until it is withdrawn",
        "“\ufffd.md”: the digest is empty",
    ]
    assert (shown.fed, shown.failed, shown.unwell) == (2, 1, True)


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that became of files, one object a line."""
    shown, _ = report(as_json=True)
    for dealt in (FED, DUPLICATE, FAILED):
        shown.dealt(dealt)
    facts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    taken = {"digest_id": "0" * 32, "revision": 7, "status_url": "http://x"}
    assert facts == [
        {"file": "5.md", "former": "1" * 32} | taken,
        {"file": "第\n6期.md", "duplicate_of": "0" * 32} | taken,
        {"file": "\ufffd.md", "error": {"message": "the digest is empty"}},
    ]


def test_a_long_backlog_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Is a bar; only what was not taken has a line, and in the end their numbers are told."""
    shown, errors = report(terminal=True)
    shown.backlog(100)
    shown.dealt(FED)
    shown.dealt(FAILED)
    shown.backlog(0)
    assert capsys.readouterr().out == ""
    assert "2/100" in errors.getvalue()
    assert errors.getvalue().endswith("1 fed, 1 failed\n")
    assert "the digest is empty" in errors.getvalue()


def test_what_stays_so_is_said_once() -> None:
    """While ingest is away, or a file can't be moved."""
    shown, errors = report()
    for _ in range(3):
        shown.waiting("Kafka is away")
        shown.trouble("5.md", "it can't be moved: No space left on device")
    shown.dealt(FED)
    assert errors.getvalue().splitlines()[:3] == [
        "waiting: Kafka is away",
        "“5.md”: it can't be moved: No space left on device",
        "ingest is back",
    ]
