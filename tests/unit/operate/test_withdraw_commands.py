"""`jianbao withdraw`, `erase` and `archive` as typed, where no Kafka is needed."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.operate import withdraw_commands as removal
from services.operate.archive import commands
from shared.errors import Misconfigured, Rejected
from tests.fakes.archive import archive, raw

app = typer.Typer()
removal.add_to(app)
commands.add_to(app)
runner = CliRunner()

ID = "0" * 32


@pytest.mark.parametrize(
    "words",
    [
        ["withdraw"],
        ["withdraw", ID],
        ["erase", ID],
        ["erase", "--reason", "x"],
        ["erase", ID, "--reason", "x", "--wait", "-1"],
        ["archive", "export"],
    ],
)
def test_wrong_usage_is_exit_code_2(words: list[str]) -> None:
    """Before anything is asked."""
    assert runner.invoke(app, words).exit_code == 2


@pytest.mark.parametrize("words", [["withdraw", "x", "--reason", "x"], ["erase", "x", "--reason", "x"], ["withdraw", ID, "--reason", " "]])
def test_what_can_never_be_done_is_told_without_kafka(words: list[str]) -> None:
    """No id, no reason."""
    assert isinstance(runner.invoke(app, words).exception, Rejected)


@pytest.mark.parametrize("words", [["withdraw"], ["erase"], ["archive", "export"], ["archive", "import"], ["archive", "verify"]])
def test_help_has_examples(words: list[str]) -> None:
    """For each."""
    result = runner.invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert f"jianbao {' '.join(words)}" in result.stdout


def test_verify(tmp_path: Path) -> None:
    """Exit status 1 where something is damaged, with its name; what is no archive is said."""
    archive(tmp_path, [raw("a", b"x")])
    fine = runner.invoke(app, ["archive", "verify", str(tmp_path)])
    assert (fine.exit_code, fine.stdout) == (0, "1 of 1 files are whole: 1 records\n")
    path = tmp_path / "2026/11/2026-11-22-0.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-1])
    damaged = runner.invoke(app, ["archive", "verify", str(tmp_path)])
    assert (damaged.exit_code, damaged.stdout) == (1, "0 of 1 files are whole: 0 records\n")
    assert "2026-11-22-0.jsonl.gz: damaged" in damaged.stderr
    assert isinstance(runner.invoke(app, ["archive", "verify", str(tmp_path / "nowhere")]).exception, Misconfigured)
