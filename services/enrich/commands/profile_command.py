"""`jianbao test-profile`: names of profiles → what comes out of their examples otherwise than expected."""

from typing import Annotated

import typer

from services.enrich.failed import say
from services.enrich.profiles import profiles
from services.enrich.profiles.trial import differences


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command(name="test-profile", epilog="Examples: jianbao test-profile · jianbao test-profile mujian")(profile_trial)


def profile_trial(
    names: Annotated[list[str] | None, typer.Argument(help="Profiles; all when none is named", metavar="[NAME]…", show_default=False)] = None,
) -> None:
    """Split the example beside each profile and say what comes out otherwise than expected."""
    try:
        known = {profile.name: profile for profile in profiles()}
    except ValueError as error:
        say(str(error))
        raise typer.Exit(1) from None
    failed = False
    for name in names or known:
        if name not in known:
            failed = say(f"{name}: no such profile; there are {', '.join(known)}")
            continue
        try:
            found = differences(known[name])
        except OSError as error:
            failed = say(f"{name}: its example can't be read: {error.strerror or error}; put NAME.example.txt and NAME.expected.json beside it")
            continue
        for line in found:
            failed = say(f"{name}: {line}")
        if not found:
            typer.echo(f"{name}: as expected")
    if failed:
        raise typer.Exit(1)
