"""What `jianbao` lists against what its modules have, and what it imports for that."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
import typer.main
from typer.testing import CliRunner

from services.cli.app import COMMANDS, create_app, loaded

ROOT = Path(__file__).parents[3]


def test_help_imports_no_command() -> None:
    """`jianbao --help` lists all of them as COMMANDS has them, in its order; only what draws the list is imported for it."""
    modules = {command.module for command in COMMANDS.values()}
    heavy = modules | {"pydantic_settings", "httpx", "aiokafka", "faust", "elasticsearch", "fastapi", "orjson"}
    script = f"""
import sys
from services.cli.main import main
sys.argv[1:] = ["--help"]
try:
    main()
finally:
    print(sorted({heavy} & set(sys.modules)), file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True, env=os.environ | {"COLUMNS": "200"})
    rows = [line.strip("│ ").split(maxsplit=1) for line in run.stdout.partition("─ Commands ─")[2].splitlines()[1:] if line.startswith("│")]
    assert rows == [[name, command.does] for name, command in COMMANDS.items()]
    assert run.stderr == "[]\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    """The first paragraph of its own help."""
    command = loaded(name)
    assert command.name == name
    assert " ".join((command.short_help or command.help).partition("\n\n")[0].split()) == COMMANDS[name].does


ADDS = "\ndef add_to(app: typer.Typer)"
"""What a module of commands has."""


def test_every_command_is_listed() -> None:
    """All that any module adds, each under the module that has it."""
    files = [file for folder in ("services", "deploy") for file in (ROOT / folder).rglob("*.py") if ADDS in file.read_text("utf-8")]
    modules = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    assert {command.module for command in COMMANDS.values()} == modules
    for module in modules:
        app = typer.Typer()
        import_module(module).add_to(app)
        assert set(typer.main.get_group(app).commands) == {name for name, command in COMMANDS.items() if command.module == module}


EXTRAS = {
    "ingest": {"fastapi", "python_multipart"},
    "enrich": {"faust", "markdown_it", "selectolax", "pebble", "docx", "pypdfium2"},
    "index": {"elasticsearch", "fastapi", "jinja2", "lark", "pypinyin", "rapidfuzz", "rjieba"},
}
"""What each extra of pyproject.toml brings."""


@pytest.mark.parametrize(
    ("commands", "extra"),
    [
        ("demo up down status topics feed key withdraw erase search archive", None),
        ("parse profile extract replay", "enrich"),
        ("watch", "ingest"),
        ("reconcile dead rebuild", "index"),
    ],
)
def test_commands_need_no_extra_but_their_own(commands: str, extra: str | None) -> None:
    """So that each works where nothing else is installed."""
    names = commands.split()
    others = set().union(*EXTRAS.values()) - EXTRAS.get(extra or "", set())
    script = f"import sys; from services.cli.app import loaded; [loaded(name) for name in {names}]; print(sorted({others} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True).stdout == "[]\n"


def test_a_command_imports_no_other(tmp_path: Path) -> None:
    """Neither for its help nor to complete its options."""
    script = """
import sys
from services.cli.app import COMMANDS
from services.cli.main import main
try:
    main()
finally:
    print(sorted({command.module for command in COMMANDS.values()} & set(sys.modules)), file=sys.stderr)
"""
    completing = {"_JIANBAO_COMPLETE": "complete_bash", "COMP_WORDS": "jianbao topics --", "COMP_CWORD": "2"}
    for words, environ, out in (["topics", "--help"], {}, "--json"), ([], completing, "--json"):
        file = tmp_path / "jianbao"
        file.write_text(script, "utf-8")
        run = subprocess.run(
            [sys.executable, str(file), *words], capture_output=True, text=True, cwd=ROOT, check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environ,
        )  # fmt: skip
        assert out in run.stdout
        assert run.stderr == "['services.cli.topics']\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lost"], "No such command 'lost'."),
        (["serch"], "No such command 'serch'. Did you mean 'search'?"),
        (["dead", "lost"], "No such command 'lost'."),
    ],
)
def test_a_command_that_is_none_is_told(words: list[str], told: str) -> None:
    """Exit status 2, with the one that may be meant."""
    result = CliRunner().invoke(create_app(), words)
    assert result.exit_code == 2
    assert told in result.stderr
