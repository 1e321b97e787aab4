"""What is to be done, and how the stack runs → the command to copy. Pure.

Texts name what is to be done (`restart enrich`, `another index`, or a command of `jianbao`); which command does it depends on
what holds the services: `jianbao up`, `docker compose`, or nobody that we know of.
"""

from shared.settings import RunBy

MODULES = {"fetch": "ingest.sources"}
"""Of services, where it is not their name."""

ENGINES = ("kafka", "elasticsearch")


def fitting(command: str | None, run_by: RunBy) -> str | None:
    """Return the command that fits; None where there is none that would do."""
    if command is None:
        return None
    verb, _, name = command.partition(" ")
    if verb == "restart":
        return _restart(name, run_by)
    if verb == "another":
        return {"compose": f"docker compose up -d --scale {name}=2", "hand": _module(name), "up": None}[run_by]
    if verb == "jianbao" and run_by == "compose":
        return f"docker compose run --rm search {command}"
    return command


def _restart(name: str, run_by: RunBy) -> str | None:
    if run_by == "up":
        return f"jianbao restart {name}"
    if run_by == "compose":
        return f"docker compose restart {name}"
    return None if name in ENGINES else _module(name)


def _module(name: str) -> str:
    return f"python -m services.{MODULES.get(name, name)}"
