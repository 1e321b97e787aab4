"""The `jianbao` command: each service's own commands under one name.

Commands live beside what they drive and import it when they run, so that `jianbao --help` is quick and each
works where only its own extra is installed.
"""

import sys
from importlib import import_module

import typer

from shared.errors import JianbaoError

app = typer.Typer(
    name="jianbao",
    help="简报: Chinese news digests in, searchable news items out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Each names an `add_to(app)`. In the order that people meet them.
COMMANDS = (
    "deploy.local.commands",
    "services.ingest.commands",
    "services.enrich.commands",
    "services.index.search.commands",
    "services.index.commands",
)

for module in COMMANDS:
    import_module(module).add_to(app)


def main() -> None:
    """Run the command; exit 0 when fine, 1 when it failed, 2 on wrong usage, 130 after Ctrl-C."""
    try:
        app()
    except JianbaoError as error:
        typer.secho(f"jianbao: {error}", fg=typer.colors.RED, err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
