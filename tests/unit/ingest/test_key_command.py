"""`jianbao key` as typed."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.ingest import key_command
from shared.errors import JianbaoError
from shared.keys.file import read
from shared.keys.ring import Keyring

app = typer.Typer()
key_command.add_to(app)
runner = CliRunner()


def key(path: Path, *arguments: str) -> list[str]:
    """What it prints, a line each."""
    done = runner.invoke(app, ["key", *arguments, "--file", str(path)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_a_new_key_is_shown_once_and_opens(tmp_path: Path) -> None:
    """The file, in a folder that is made with it, holds its hash alone; others may not read it."""
    path = tmp_path / "new" / "keys.jsonl"
    [secret] = key(path, "make", "weekly", "--source", "shuangtan-weekly", "--source", "daily-*")
    assert secret not in path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    found = Keyring(path, service="test").find(secret)
    assert found is not None
    assert (found.name, found.scopes, found.sources) == ("weekly", ("ingest",), ("shuangtan-weekly", "daily-*"))


def test_as_json(tmp_path: Path) -> None:
    """With the key where it is made, and never again; hash and salt stay in the file."""
    path = tmp_path / "keys.jsonl"
    made = json.loads(key(path, "make", "duty", "--scope", "search", "--scope", "operate", "--expires", "2199-12-31", "--json")[0])
    secret = made.pop("key")
    [listed] = [json.loads(line) for line in key(path, "list", "--json")]
    assert listed == made
    assert {name: listed[name] for name in ("name", "scopes", "sources", "expires_at", "revoked_at", "standing")} == {
        "name": "duty",
        "scopes": ["search", "operate"],
        "sources": None,
        "expires_at": "2199-12-31T16:00:00Z",  # the end of that day in Shanghai
        "revoked_at": None,
        "standing": "valid",
    }
    assert secret not in "".join(key(path, "list"))


def test_a_revoked_key_stays_in_the_list(tmp_path: Path) -> None:
    """Revoking it again changes nothing; its name is not given to another."""
    path = tmp_path / "keys.jsonl"
    [secret] = key(path, "make", "weekly")
    assert key(path, "revoke", "weekly") == ["weekly  revoked"]
    before = read(path)[1]
    assert key(path, "revoke", "weekly") == ["weekly  revoked"]
    assert read(path)[1] == before
    found = Keyring(path, service="test").find(secret)
    assert found is not None
    assert found.revoked_at is not None
    assert "revoked" in "".join(key(path, "list"))
    with pytest.raises(JianbaoError, match=r"weekly in .* already"):
        key(path, "make", "weekly")


def test_what_is_not_there(tmp_path: Path) -> None:
    """Said in plain words, and nothing is changed or made."""
    path = tmp_path / "keys.jsonl"
    for arguments in (["list"], ["revoke", "weekly"]):
        with pytest.raises(JianbaoError, match="jianbao key make"):
            key(path, *arguments)
    assert not path.exists()
    key(path, "make", "weekly")
    before = path.read_bytes()
    with pytest.raises(JianbaoError, match="no key daily"):
        key(path, "revoke", "weekly", "daily")
    assert path.read_bytes() == before


def test_without_a_file_it_says_which_variable_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the services read the same one."""
    monkeypatch.delenv("JIANBAO_KEYS_FILE", raising=False)
    with pytest.raises(JianbaoError, match="JIANBAO_KEYS_FILE"):
        runner.invoke(app, ["key", "list"], catch_exceptions=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["two words"],
        ["x", "--scope", "admin"],
        ["x", "--source", "a b"],
        ["x", "--scope", "search", "--source", "a"],
        ["x", "--expires", "2199-02-30"],
        ["x", "--expires", "2199-W01-1"],
        ["x", "--expires", "2001-01-01"],
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    """Exit code 2, and no file."""
    path = tmp_path / "keys.jsonl"
    assert runner.invoke(app, ["key", "make", *arguments, "--file", str(path)]).exit_code == 2
    assert not path.exists()
