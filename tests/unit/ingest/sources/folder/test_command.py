"""`jianbao watch` as typed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.ingest.sources.folder import command
from shared.errors import Misconfigured, Unavailable

ROOT = Path(__file__).parents[5]

app = typer.Typer()
app.callback()(lambda: None)
command.add_to(app)
runner = CliRunner()


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file, and a state folder of its own."""
    monkeypatch.setenv("JIANBAO_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "5.md").write_text("一、昆山")
    return tmp_path / "in"


@pytest.mark.parametrize(
    "arguments",
    [["--source", "两 个"], ["--api-key", "钥匙"], ["--settle", "-1"], ["--id-from", "title"], ["--wait", "-1"]],
)
def test_wrong_usage_is_exit_code_2(inbox: Path, arguments: list[str]) -> None:
    """Before anything is looked at."""
    assert runner.invoke(app, ["watch", str(inbox), *arguments]).exit_code == 2


def test_a_folder_that_is_not_there(inbox: Path) -> None:
    """Is named."""
    result = runner.invoke(app, ["watch", str(inbox / "x"), "--once"])
    assert isinstance(result.exception, Misconfigured)
    assert str(result.exception).startswith("there is no folder")


@pytest.mark.parametrize("where", [".", ".."])
def test_a_folder_for_files_that_holds_the_watched_one(inbox: Path, where: str) -> None:
    """Would never be empty."""
    result = runner.invoke(app, ["watch", str(inbox), "--once", "--done", str(inbox / where)])
    assert isinstance(result.exception, Misconfigured)


def test_ingest_that_is_away_once(inbox: Path, unused_tcp_port: int) -> None:
    """Is waited for as long as was asked; the file stays, and nothing is on standard output."""
    to = f"http://127.0.0.1:{unused_tcp_port}"
    result = runner.invoke(app, ["watch", str(inbox), "--once", "--settle", "0", "--wait", "0", "--to", to])
    assert isinstance(result.exception, Unavailable)
    assert "stay where they are" in str(result.exception)
    assert (result.stdout, list(inbox.iterdir())) == ("", [inbox / "5.md"])
    assert result.stderr.startswith("waiting: ingest at http://127.0.0.1")


def test_an_empty_folder_once(inbox: Path, unused_tcp_port: int) -> None:
    """Is done at once, whether ingest is there or not."""
    (inbox / "5.md").unlink()
    result = runner.invoke(app, ["watch", str(inbox), "--once", "--to", f"http://127.0.0.1:{unused_tcp_port}"])
    assert (result.exit_code, result.stdout) == (0, "")


def test_ctrl_c_while_ingest_is_away(inbox: Path, unused_tcp_port: int) -> None:
    """Ends the waiting at once, without traceback; 130 is a shell's number for it."""
    words = ["watch", str(inbox), "--settle", "0", "--to", f"http://127.0.0.1:{unused_tcp_port}"]
    code = [sys.executable, "-c", "from services.cli.main import main; main()", *words]
    with subprocess.Popen(code, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(20) == 130
    assert [line.split()[0] for line in lines] == ["watching", "waiting:"]
    assert "Traceback" not in rest
