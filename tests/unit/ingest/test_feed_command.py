"""`jianbao feed` as typed."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import ClassVar, Self

import pytest
import typer
from typer.testing import CliRunner

from services.ingest import feed_command
from services.ingest.again.follower import Follower
from services.ingest.feeding import connect
from tests.fakes.publisher import FakePublisher

ROOT = Path(__file__).parents[3]

app = typer.Typer()
app.callback()(lambda: None)
feed_command.add_to(app)
runner = CliRunner()


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.txt", "b.txt", "--external-id", "12"],
        ["a.txt", "b.txt", "--url", "https://example.org"],
        ["a.txt", "b.txt", "--title", "周报"],
        ["-", "-"],
        ["-", "--id-from", "name"],
        ["a.txt", "--id-from", "name", "--external-id", "12"],
        ["a.txt", "--id-from", "title"],
        ["https://example.org/12", "--id-from", "name"],
        ["a.txt", "--api-key", "钥匙"],
        ["a.txt", "--media-type", "text/plain\n"],
        ["a.txt", "--patience", "-1"],
        ["a.txt", "--wait-seconds", "-1"],
        [],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    """Before anything is sent."""
    result = runner.invoke(app, ["feed", *arguments])
    assert result.exit_code == 2


def test_a_file_that_fails_is_exit_code_1(tmp_path: Path, unused_tcp_port: int) -> None:
    """With its reason as a line of JSON, one for each file."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    to = f"http://127.0.0.1:{unused_tcp_port}"
    result = runner.invoke(app, ["feed", str(tmp_path / "a.txt"), str(tmp_path / "empty"), "--to", to, "--patience", "0", "--json"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [line["error"]["code"] for line in lines] == ["unavailable", "directory"]


def test_reasons_go_to_standard_error_without_traceback(tmp_path: Path, unused_tcp_port: int) -> None:
    """So that standard output holds what was taken and nothing else."""
    result = runner.invoke(app, ["feed", str(tmp_path), "--to", f"http://127.0.0.1:{unused_tcp_port}"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "folder" in result.stderr
    assert "Traceback" not in result.stderr


def test_ctrl_c_stops_without_traceback(tmp_path: Path, unused_tcp_port: int) -> None:
    """While waiting for an ingest that is not there; 130 is a shell's number for it."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    code = "import typer; from services.ingest import feed_command; app = typer.Typer(); feed_command.add_to(app); app()"
    command = [sys.executable, "-c", code, str(tmp_path / "a.txt"), "--to", f"http://127.0.0.1:{unused_tcp_port}", "--patience", "60"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("waiting: ingest at")
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(20) == 130
    assert "Traceback" not in rest


def test_help_has_examples() -> None:
    """For the file, the pipe and the address."""
    result = runner.invoke(app, ["feed", "--help"])
    assert result.exit_code == 0
    assert "jianbao feed weekly.txt" in result.stdout
    assert "jianbao feed -" in result.stdout
    assert "jianbao feed https://" in result.stdout


class Connected(FakePublisher):
    """Kafka is there, and what was fed before is still being read."""

    made: ClassVar[list[Follower]] = []

    def __init__(self, *_settings: object, memory: Follower, **_more: object) -> None:
        super().__init__()
        self.made.append(memory)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        return None

    async def connected(self, *, timeout: float) -> None:
        """At once."""


def test_a_short_wait_is_not_spent_on_reading_what_was_fed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it is for Kafka; that files may be written again is said, as logs are not shown."""
    monkeypatch.setattr(connect, "KafkaPublisher", Connected)
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    result = runner.invoke(app, ["feed", str(tmp_path / "a.txt"), "--kafka", "--patience", "4"])
    assert result.exit_code == 0, result.output
    assert Connected.made[-1].read_seconds == 2
    assert connect.STILL_READING in result.stderr


def test_what_a_mail_leaves_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, as a feeder would miss it."""
    monkeypatch.setattr(connect, "KafkaPublisher", Connected)
    parts = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n昆山\n--b\nContent-Disposition: attachment; filename=all.rar\n\nRar!\n--b--\n"
    (tmp_path / "a.eml").write_text(f"From: a@example.org\n{parts}", encoding="utf-8")
    result = runner.invoke(app, ["feed", str(tmp_path / "a.eml"), "--kafka", "--patience", "2"])
    assert result.exit_code == 0, result.output
    assert "a.eml”: attached and no document: all.rar" in result.stderr
