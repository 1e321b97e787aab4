"""`jianbao key` as typed."""

import json

import typer
from typer.testing import CliRunner

from services.ingest import key_command
from shared.keys import hash_key
from shared.settings import IngestSettings

app = typer.Typer()
key_command.add_to(app)
runner = CliRunner()


def test_a_new_key_comes_with_its_hash() -> None:
    """As INGEST_API_KEYS wants it."""
    made = json.loads(runner.invoke(app, ["--json"]).stdout)
    assert made["sha256"] == hash_key(made["key"])
    assert IngestSettings(api_keys=made["sha256"]).api_keys == (made["sha256"],)
    printed = runner.invoke(app, []).stdout
    assert "INGEST_API_KEYS" in printed
