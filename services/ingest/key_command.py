"""`jianbao key`: nothing → a new API key and its hash."""

import json
from typing import Annotated

import typer

from services.ingest.keys import new as new_key
from shared.keys import hash_key
from shared.terminal import write_json


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("key")(key)


def key(as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False) -> None:
    """Make a random API key: the key for the feeder, its SHA-256 for INGEST_API_KEYS.

    Nothing is stored: the key is shown once.

    Examples: jianbao key · jianbao key --json
    """
    new = new_key()
    if as_json:
        write_json(json.dumps({"key": new, "sha256": hash_key(new)}))
    else:
        typer.echo(f"key      {new}      (for the feeder: JIANBAO_API_KEY, or the header Authorization: Bearer)")
        typer.echo(f"sha256   {hash_key(new)}      (for the service: INGEST_API_KEYS, several with commas)")
