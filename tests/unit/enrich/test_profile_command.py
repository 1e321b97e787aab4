"""`jianbao test-profile` as people call it."""

import typer
from typer.testing import CliRunner

from services.enrich.commands.profile_command import add_to

app = typer.Typer()
app.callback()(lambda: None)
add_to(app)


def test_profiles_are_tried_on_their_examples() -> None:
    """Each by name, and an unknown one is told."""
    assert CliRunner().invoke(app, ["test-profile"]).exit_code == 0
    result = CliRunner().invoke(app, ["test-profile", "none"])
    assert result.exit_code == 1
    assert "no such profile" in result.stderr
