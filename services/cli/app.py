"""Modules with commands → the `jianbao` command: each service's own commands under one name.

Commands live beside what they drive and import it when they run, so that `jianbao --help` is quick and each
works where only its own extra is installed.
"""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from shared import version

# Each names an `add_to(app)`. In the order that people meet them.
COMMANDS = (
    "deploy.stack.commands",
    "services.cli.topics",
    "services.ingest.commands",
    "services.operate.withdraw_commands",
    "services.operate.archive.commands",
    "services.enrich.commands",
    "services.enrich.replay.commands",
    "services.search.commands",
    "services.operate.dead_letters.commands",
    "services.operate.reconcile.commands",
    "services.operate.rebuild.commands",
)

HELP = """简报: Chinese news digests in, searchable news items out.

Exit status: 0 fine, 1 something failed and was said on standard error, 2 wrong usage, 130 stopped by Ctrl-C, 141 the reader of a pipe left.

Examples: jianbao demo · jianbao parse weekly.txt --show · jianbao search 零碳工厂
"""


class _Commands(TyperGroup):
    """Says what is wrong with an option without the words of the library that found it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ").replace("Input should be", "must be").partition(", unable to parse")[0]
            raise


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"jianbao {version.installed()}")
        raise typer.Exit


def create_app() -> typer.Typer:
    """The command with all that is under it."""
    app = typer.Typer(
        name="jianbao",
        cls=_Commands,
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for module in COMMANDS:
        import_module(module).add_to(app)
    return app


def _options(
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Take the options that stand before a command; each acts by itself, so that none is left here."""
