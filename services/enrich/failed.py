"""What a command could not do → a line on standard error, while it goes on with the rest."""

from typing import Literal

import typer


def say(message: str) -> Literal[True]:
    """Say it; True, as in `failed = say(…)`."""
    typer.secho(f"jianbao: {message}", fg=typer.colors.RED, err=True)
    return True
