"""The `jianbao` command as shells start it: closed, full and leaving streams, narrow encodings, Ctrl-C. Nothing here needs a server."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from services.cli.app import create_app
from tests.unit.enrich.digests import SAMPLE

ROOT = Path(__file__).parents[3]
JIANBAO = shlex.join([sys.executable, "-c", "from services.cli.main import main; main()"])
NO_SPACE = "jianbao: can't write to standard output: No space left on device\n"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")

LINE = '{"id":"1","title":null,"text":"昆山市"}\\n'
"""For printf of the shell."""


def shell(script: str, *, stdin: bytes = b"", **environ: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a shell's script, in which `jianbao` and `$SAMPLE` stand for themselves."""
    run = subprocess.run(
        ["bash", "-c", f"set -o pipefail; jianbao() {{ {JIANBAO} \"$@\"; }}; {script}"],
        input=stdin, capture_output=True, cwd=ROOT, timeout=60, check=False, env=os.environ | {"SAMPLE": str(SAMPLE), "COLUMNS": "120"} | environ,
    )  # fmt: skip
    return run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("jianbao parse - <&-", "jianbao: standard input: can't be read: standard input is closed; give a file, or a pipe\n"),
        ("jianbao extract <&-", "jianbao: standard input is closed; give a file, or a pipe\n"),
        ('jianbao parse "$SAMPLE" >&-', "jianbao: can't write: standard output is closed\n"),
        ("jianbao key >&-", "jianbao: can't write: standard output is closed\n"),
        ('jianbao key >&- 2>&-', ""),
        ('jianbao parse no-such-file 2>&-', ""),
        pytest.param('jianbao parse "$SAMPLE" >/dev/full', NO_SPACE, marks=FULL),
        pytest.param('jianbao parse "$SAMPLE" --show >/dev/full', NO_SPACE, marks=FULL),
        pytest.param(f"printf '{LINE}' | jianbao extract >/dev/full", NO_SPACE, marks=FULL),
        pytest.param("jianbao --help >/dev/full", NO_SPACE, marks=FULL),
    ],
)  # fmt: skip
def test_streams_that_fail_are_told_in_plain_words(script: str, error: str) -> None:
    """Exit status 1; a failure to write is called one, and standard error that can't be written hinders nothing."""
    assert shell(script) == (1, "", error)


def test_a_closed_stream_is_not_taken_by_the_next_file(tmp_path: Path) -> None:
    """With standard output closed, the first file opened would get its number, and what is printed."""
    digest = tmp_path / "digest.txt"
    digest.write_bytes(SAMPLE.read_bytes())
    assert shell(f"jianbao parse {digest} <&- >&-")[0] == 1
    assert digest.read_bytes() == SAMPLE.read_bytes()


@pytest.mark.parametrize("options", ["", "--show"])
def test_a_reader_that_leaves_is_no_reason_for_a_message(options: str) -> None:
    """As other tools of Unix do: 141, quietly."""
    status, _, error = shell(f'jianbao parse "$SAMPLE" "$SAMPLE" {options} | head -c 1')
    assert (status, error) == (141, "")


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_letters_that_the_terminal_lacks_are_no_error(encoding: str) -> None:
    """The rest is shown; the number of a letter that is lacking stands for it."""
    status, _, error = shell('jianbao parse "$SAMPLE" --show', PYTHONIOENCODING=encoding)
    assert (status, error) == (0, "")


def test_json_is_utf_8_in_any_encoding() -> None:
    """JSON knows no other."""
    status, out, _ = shell('jianbao parse "$SAMPLE" --published-on 2026-02-06', PYTHONIOENCODING="gbk")
    assert status == 0
    assert json.loads(out.splitlines()[4])["title"] == "昆山:将新增(近)零碳工厂10家"


def test_the_posix_locale_is_enough() -> None:
    """Also where Python is kept from using UTF-8 in it."""
    assert shell('jianbao parse "$SAMPLE" --show', LC_ALL="POSIX", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")[::2] == (0, "")


@pytest.mark.parametrize("script", ["jianbao parse /dev/zero", "yes | jianbao parse -", "jianbao extract </dev/zero"])
def test_what_never_ends_is_not_read_to_the_end(script: str) -> None:
    """At most a digest, or a line, and a byte."""
    status, out, error = shell(script)
    assert status != 0
    assert out == ""
    assert "MiB" in error


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("jianbao parse x --published-on 2026-2-6", "a day as YYYY-MM-DD is expected, such as 2026-02-06"),
        ("jianbao parse x --media-type x", "'x' is not one of"),
        ("jianbao feed x --published-on 2026-02-30", "must be a day as YYYY-MM-DD"),
        ("jianbao search --limit x", "must be a valid integer"),
        ("jianbao search --sort x", "'x' is not one of 'relevance', 'date'"),
        ("jianbao dead list --limit 0", "must be greater than or equal to 1"),
    ],
)
def test_wrong_usage_is_told_without_the_words_of_a_library(script: str, words: str) -> None:
    """Exit status 2."""
    status, _, error = shell(script)
    told = " ".join(error.replace("│", " ").split())
    assert status == 2
    assert words in told
    assert "Value error" not in told
    assert "Input should be" not in told


def test_the_version_is_that_of_pyproject() -> None:
    """The only place where it is written."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert shell("jianbao --version") == (0, f"jianbao {wanted}\n", "")


def test_ctrl_c_at_any_moment_is_quiet() -> None:
    """130 without a traceback, also while modules are being imported."""
    command = [sys.executable, "-c", "import services.cli.main as cli; print(flush=True); cli.main()", "extract"]
    for milliseconds in range(0, 210, 30):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(milliseconds / 1000)  # Not to wait for something: to hit another moment each time.
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
        # At 0 it may come before `main` is entered; that is Python's own beginning.
        if milliseconds:
            assert (process.returncode, error) == (130, b""), milliseconds


def test_help_is_quick_as_it_imports_next_to_nothing() -> None:
    """0.2 s where all of it would take seconds; told by what is imported, as a time would depend on the machine."""
    heavy = "{'rich.console', 'pydantic_settings', 'httpx', 'aiokafka', 'faust', 'elasticsearch', 'fastapi', 'orjson'}"
    script = f"import sys; from services.cli.app import create_app; create_app(); print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    "command", ["", "demo", "up", "down", "status", "feed", "key list", "parse", "extract", "search", "dead", "dead list"]
)  # fmt: skip
def test_every_help_has_an_example(command: str) -> None:
    """One that begins with the command."""
    from typer.testing import CliRunner

    result = CliRunner().invoke(create_app(), [*command.split(), "--help"], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"jianbao {command}" in result.output.partition("Example")[2]


@pytest.mark.parametrize("command", ["up", "status", "feed", "key list", "parse", "search", "dead list"])
def test_what_is_printed_can_be_had_as_json(command: str) -> None:
    """Under the same option everywhere."""
    from typer.testing import CliRunner

    assert "--json" in CliRunner().invoke(create_app(), [*command.split(), "--help"], env={"COLUMNS": "120"}).output
