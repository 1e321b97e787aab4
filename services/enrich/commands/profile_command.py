"""`jianbao profile`: one corrected issue → the source's other issues are split so; what was taught, shown, tried and forgotten."""

import asyncio
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import TypeAdapter, ValidationError

from services.enrich.commands.examples import NEXT, Trial, differences, example_of, pairs, tried, written
from services.enrich.failed import say
from services.enrich.taught.taught import LEARNED
from shared import log, sources
from shared.configured import configured
from shared.errors import Rejected
from shared.records import SourceId
from shared.registry.register import Register
from shared.settings import CommonSettings, KafkaSettings
from shared.sources import Source
from shared.terminal import file_name, printable, write_json

HELP = """Profiles: sources whose issues are split as a person split one of them.

The corrected issue with its right items is the profile, and nothing else is written by hand. Enrich takes what is known of a source when a
digest arrives. A source has four examples at most; the newest stay.

Examples: jianbao profile teach weekly 12.html --items right.jsonl · jianbao profile list · jianbao profile show weekly
"""
TEACH_HELP = """Teach a source by one of its issues: FILE, and the items that are in it.

Print the items that are found now, mend them by hand, and give them back: titles, sections, bodies, items that are missing or none. Gold sets'
JSON (title, section, starts, ends) is taken too. Digests that arrive from then on are split so; `jianbao replay --source SOURCE` splits those
that are there.

FILE is split again by what was learned. Where its items don't come out as they should, that is said; where they come out no better than
without, nothing is kept. Exits 1 then, and when FILE lacks more than a quarter of the items.

Examples:

  jianbao parse 12.html > right.jsonl

  jianbao profile teach weekly 12.html --items right.jsonl --dry-run

  jianbao profile teach weekly 12.html --items right.jsonl && jianbao replay --source weekly
"""
LIST_HELP = """List the sources that were taught: knowledge number, examples, when last and by whom.

Examples: jianbao profile list · jianbao profile list --json
"""
SHOW_HELP = """Show what is known of a source: its examples, the newest first; --to writes them to a folder, to be mended and given again.

Exits 1 when nothing is known of it.

Examples: jianbao profile show weekly · jianbao profile show weekly --to weekly-examples
"""
FORGET_HELP = """Forget all examples of a source: its digests are split as any others. What was split before stays until it is replayed.

Exits 1 when nothing is known of it.

Example: jianbao profile forget weekly && jianbao replay --source weekly
"""
TEST_HELP = """Try the examples in folders, without any server: NAME.html (or .md, .txt, …) with its right items in NAME.items.json.

Each is split by what it teaches, and so is NAME.next.html with NAME.next.items.json where there is such a one. Exits 1 where items come out
otherwise than given.

Examples: jianbao profile test weekly-examples · jianbao profile test tests/data/profiles
"""

profile = typer.Typer(no_args_is_help=True, help=HELP)
AsJson = Annotated[bool, typer.Option("--json", help="JSON objects, one a line.")]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` command."""
    app.add_typer(profile, name="profile")


@profile.command("teach", help=TEACH_HELP)
def teach(
    source: SourceName,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An issue, as it was fed; - for standard input.", show_default=False)],
    items: Annotated[str, typer.Option("--items", metavar="RIGHT.json", help="The items that it has: JSON lines as `jianbao parse` prints them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be learned; needs no server.")] = False,
    as_json: AsJson = False,
) -> None:
    """See TEACH_HELP."""
    _check(source)
    example = example_of(file, items)
    try:
        trial = tried(example)
    except Rejected as error:
        raise Rejected(error.kind, f"{file_name(file)}: {error.message}") from error
    keep = trial.learned or trial.better
    known = None
    if keep and not dry_run:
        register = _register()
        most = register.common.topics.sources.max_message_bytes
        known = asyncio.run(register.change(source, "teach", lambda before: sources.taught(before, source, example, most_bytes=most)))
    if as_json:
        facts = {"source": source, "knowledge": known.knowledge if known else None, "examples": len(known.examples) if known else None}
        write_json(orjson.dumps(facts | trial.facts()))
    else:
        _say_trial(trial, len(example.items))
        _say_kept(source, known)
    if not keep:
        say(f"it can't be learned: its own items come out no better than without it, so nothing is kept for {source}")
        raise typer.Exit(1)


def _say_trial(trial: Trial, count: int) -> None:
    own, plain = trial.round_trip, trial.untaught
    typer.echo(f"{_counted(count, 'item')}; split again by what they teach: titles {own.titles:.3f}, with sections and texts {own.spans:.3f}; "
               f"without: {plain.titles:.3f}, {plain.spans:.3f}")  # fmt: skip
    if not trial.learned:
        say(f"this can't be learned wholly (under {LEARNED}), so other issues will have such faults too:")
    for line in own.differences:
        typer.echo(f"  {printable(line)}", err=True)


def _say_kept(source: str, known: Source | None) -> None:
    if known is not None:
        typer.echo(f"{source}: knowledge {known.knowledge}, {_counted(len(known.examples), 'example')}; its digests are split so from now on")
        typer.echo(f"those that are there: jianbao replay --source {source}")


@profile.command("list", help=LIST_HELP)
def list_(as_json: AsJson = False) -> None:
    """See LIST_HELP."""
    found = [one for _, one in sorted(asyncio.run(_register().all()).items()) if one.examples]
    for one in found:
        newest = one.examples[0]
        if as_json:
            facts = {"source": one.source, "knowledge": one.knowledge, "examples": len(one.examples)}
            write_json(orjson.dumps(facts | {"taught_at": newest.taught_at, "by": newest.by}))
        else:
            typer.echo(f"{one.source}: knowledge {one.knowledge}, {_counted(len(one.examples), 'example')}, the last "
                       f"{newest.taught_at:%Y-%m-%d %H:%M} UTC by {printable(newest.by)}")  # fmt: skip
    if not found and not as_json:
        typer.echo("no source was taught")


@profile.command("show", help=SHOW_HELP)
def show(
    source: SourceName,
    to: Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Write each example and its items here.")] = None,
    as_json: AsJson = False,
) -> None:
    """See SHOW_HELP."""
    known = _known(asyncio.run(_register().all()), source)
    for number, example in enumerate(known.examples, 1):
        facts = {
            "source": source, "knowledge": known.knowledge, "number": number, "name": example.name, "media_type": example.media_type,
            "items": len(example.items), "sha256": example.sha256, "taught_at": example.taught_at, "by": example.by,
        }  # fmt: skip
        if as_json:
            write_json(orjson.dumps(facts))
        else:
            typer.echo(f"{number}. {file_name(example.name or '-')}, {example.media_type}, {_counted(len(example.items), 'item')}, "
                       f"{example.taught_at:%Y-%m-%d %H:%M} UTC by {printable(example.by)}")  # fmt: skip
            for item in example.items:
                typer.echo("   " + " · ".join(printable(text) for text in (item.section, item.title or item.starts) if text))
        for path in written(to, f"{source}-{number}", example) if to is not None else ():
            typer.echo(f"written: {path}", err=True)


@profile.command("forget", help=FORGET_HELP)
def forget(source: SourceName, as_json: AsJson = False) -> None:
    """See FORGET_HELP."""
    register = _register()
    known = _known(asyncio.run(register.all()), source)
    known = asyncio.run(register.change(source, "forget", lambda before: sources.forgotten(before or known)))
    if as_json:
        write_json(orjson.dumps({"source": source, "knowledge": known.knowledge, "examples": 0}))
    else:
        typer.echo(f"{source}: forgotten, knowledge {known.knowledge}; what was split before stays until: jianbao replay --source {source}")


@profile.command("test", help=TEST_HELP)
def test(folders: Annotated[list[Path], typer.Argument(metavar="FOLDER…", help="Where examples lie.", show_default=False)]) -> None:
    """See TEST_HELP."""
    failed = False
    for folder in folders:
        found = {issue.stem: example_of(str(issue), str(items)) for issue, items in pairs(folder)}
        for name, example in found.items():
            if not name.endswith(NEXT):
                lines = differences(example, found.get(name + NEXT))
                for line in lines:
                    failed = say(f"{name}: {printable(line)}")
                if not lines:
                    typer.echo(f"{name}: as given")
    if failed:
        raise typer.Exit(1)


def _check(source: str) -> None:
    try:
        TypeAdapter(SourceId).validate_python(source)
    except ValidationError:
        raise typer.BadParameter("one word of letters, digits, . _ and -", param_hint="SOURCE") from None


def _register() -> Register:
    common = configured(CommonSettings)
    log.setup("profile", common.model_copy(update={"log_level": "error"}))
    return Register(common, configured(KafkaSettings))


def _known(found: dict[str, Source], source: str) -> Source:
    if source not in found or not found[source].examples:
        names = ", ".join(sorted(name for name, one in found.items() if one.examples)) or "none was taught"
        raise Rejected("unknown_source", f"nothing is known of source {source}; of these something is: {names}")
    return found[source]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
