"""Modules with commands → the `jianbao` command: each service's own commands under one name.

Commands live beside what they drive. COMMANDS says of each where it is and what it does, so that `jianbao --help` imports none of them, and
a command imports its own module alone: it is quick, and works where only its own extra is installed.
"""

import logging
import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from shared import version
from shared.errors import Unavailable


class Command(NamedTuple):
    """Where a command is, and its line in `jianbao --help`."""

    module: str
    """It has an `add_to(app)`, which adds this command and perhaps others."""

    does: str
    """The first paragraph of the command's own help, which stands in its module."""

    asks: bool = True
    """Whether it asks a running stack, whose addresses are found for it"""


# In the order that people meet them, groups last.
COMMANDS = {
    "demo": Command(
        "deploy.stack.commands", "Start everything on free ports with data that is gone afterwards, feed the sample digest and search it.", asks=False
    ),
    "up": Command(
        "deploy.stack.commands", "Start Kafka, Elasticsearch and the six services in the background, and return when all are ready.", asks=False
    ),
    "down": Command(
        "deploy.stack.commands", "Stop what `jianbao up` started, services first, and wait until all of it is gone. Data is kept.", asks=False
    ),
    "restart": Command(
        "deploy.stack.commands",
        "Restart one engine or service that `jianbao up` started, also one that hangs or was given up, and wait until it is ready.",
        asks=False,
    ),
    "status": Command(
        "deploy.stack.commands",
        "Say whether all works: the monitor's report with what is wrong, why, since when, what it means and what to do.",
        asks=False,
    ),
    "topics": Command("services.cli.topics", "Make the topics that are missing, and show all of them."),
    "feed": Command("services.ingest.feed_command", "Feed digests: each FILE (an address of the web, or - for standard input) becomes one digest."),
    "watch": Command("services.ingest.sources.folder.command", "Watch a folder: each file in it is fed once, as soon as it is whole."),
    "withdraw": Command(
        "services.operate.withdraw_commands", "Take digests back: their items leave search, facets and pages. Fed again, a digest comes back."
    ),
    "erase": Command("services.operate.withdraw_commands", "Erase digests for good: from all topics, the index, and the archives that are named."),
    "parse": Command(
        "services.enrich.commands.parse_command", "Split digests into items with their entities: one JSON object an item, one a line.", asks=False
    ),
    "extract": Command(
        "services.enrich.commands.extract_command",
        'Find entities: JSON lines {"id","title","text","published_on"} on standard input, {"id","entities":[…]} out.',
        asks=False,
    ),
    "replay": Command(
        "services.enrich.replay.commands",
        "Enrich again what is in the archive (the raw topic), such as for a newer build; without options all of it.",
    ),
    "search": Command("services.search.commands", 'Search items: words are all required, "quotes" search exactly, no query lists the newest.'),
    "digest": Command("services.search.digest_command", "Show the items of a digest in its order, page by page."),
    "where": Command(
        "services.search.where_command",
        "Say where a digest is: received, enriched, searchable, dead, quarantined, withdrawn or erased, and how it came there.",
    ),
    "notify": Command(
        "services.monitor.notices.command", "Show who is told of changes of health; with --test, send each a test notice, now and once."
    ),
    "reconcile": Command(
        "services.operate.reconcile.commands",
        "Compare the archive (raw topic), the enriched topic and the index: each digest by revision and version, each item by id and version.",
    ),
    "archive": Command(
        "services.operate.archive.commands",
        "The archive outside Kafka: every digest as received, in plain files, from which a lost cluster is made again.",
    ),
    "key": Command(
        "services.ingest.key_command",
        "API keys: who may feed, search and operate, in a file that ingest and search read again when it changes.",
    ),
    "source": Command("services.ingest.registry.command", "Sources: what they are called, how they are fetched, and whether they are on."),
    "profile": Command("services.enrich.commands.profile_command", "Profiles: sources whose issues are split as a person split one of them."),
    "dead": Command("services.operate.dead_letters.commands", "Dead letters: digests that a stage gave up on, with their original bytes."),
    "quarantine": Command(
        "services.operate.quarantine_commands", "Quarantine: what was fed and seems to be no digest, such as source code, logs or an error page."
    ),
    "rebuild": Command(
        "services.operate.rebuild.commands",
        "Make new indices from the enriched topic beside the live ones, compare, and swap them in; searches and writes go on meanwhile.",
    ),
}

HELP = """简报: Chinese news digests in, searchable news items out.

Commands ask the stack that `jianbao up` started; an option such as --from goes before the environment (KAFKA_BOOTSTRAP_SERVERS, ELASTICSEARCH_URL,
INGEST_URL, SEARCH_URL, JIANBAO_NAMESPACE), that before the stack, and this before the usual ports. Of several stacks, --data-dir names one.

Exit status: 0 fine, 1 something failed and was said on standard error, 2 wrong usage, 130 stopped by Ctrl-C, 141 the reader of a pipe left.

Examples: jianbao demo · jianbao parse weekly.txt --show · jianbao search 零碳工厂
"""


HELP_OPTIONS = {"-h", "--help"}


def _stack(data_dir: Path | None, *, asks: bool) -> Any:
    """Settle which stack is asked, before options take their defaults from the environment; raises Misconfigured."""
    if data_dir is not None:
        data_dir = data_dir.expanduser().absolute()
        os.environ["JIANBAO_DATA_DIR"] = str(data_dir)
    if not asks:
        return None
    # What libraries log is in the error that is told.
    logging.getLogger().addHandler(logging.NullHandler())
    from deploy.stack import found  # a tenth of a second that help needs not

    stack = found.here(os.environ, data_dir=data_dir)
    stack.settle(os.environ)
    return stack


class _Commands(TyperGroup):
    """Lists COMMANDS without importing them, and says what is wrong with an option without the words of the library that found it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=command.does))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the command itself in the place of its line; unlike `get_command`, not asked by what lists all of them."""
        name, _, rest = super().resolve_command(ctx, args)
        if name and not ctx.resilient_parsing and not HELP_OPTIONS & set(rest):
            ctx.obj = _stack(ctx.params.get("data_dir"), asks=COMMANDS[name].asks)
        return name, loaded(name) if name else None, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Unavailable as error:
            if hint := ctx.obj.hint(str(error)) if ctx.obj is not None else "":
                error.args = (f"{str(error).rstrip('.')}. {hint}",)
            raise
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ").replace("Input should be", "must be").partition(", unable to parse")[0]
            raise


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"jianbao {version.installed()}")
        raise typer.Exit


def loaded(name: str) -> Any:
    """The command, or group of commands, of this name in COMMANDS; imports its module."""
    app = typer.Typer(rich_markup_mode="rich")
    import_module(COMMANDS[name].module).add_to(app)
    return typer.main.get_group(app).commands[name]


def create_app() -> typer.Typer:
    """The command with all that is under it; imports none of it."""
    app = typer.Typer(
        name="jianbao",
        cls=_Commands,
        help=HELP,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": sorted(HELP_OPTIONS, key=len)},
    )
    app.callback()(_options)
    return app


def _options(
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The stack of `jianbao up --data-dir DIR`, where several run; JIANBAO_DATA_DIR says it too.")
    ] = None,
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Take the options that stand before a command; each acts by itself, so that none is left here."""
