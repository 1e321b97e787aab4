"""`jianbao extract`: JSON lines on standard input → their entities on standard output by the pure core, no server needed."""

import sys

import orjson
import typer

from services.enrich.asked import MAX_LINE, Asked, read_line
from services.enrich.commands.bounded import Bounded
from services.enrich.entities import Allowance
from services.enrich.entities import extract as entities_of
from services.enrich.failed import say
from services.enrich.stream.child import WARM_UP
from shared.configured import configured
from shared.errors import Rejected
from shared.settings import EnrichSettings
from shared.terminal import write_json


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command(name="extract", epilog='Example: echo \'{"id":"1","title":null,"text":"2月2日,昆山市人民政府印发…"}\' | jianbao extract')(extract)


def extract() -> None:
    """Find entities: JSON lines {"id","title","text","published_on"} on standard input, {"id","entities":[…]} out.

    `id` is a string or a number and comes back as it was; `title` and `published_on` may be null.

    A line of another form, or one that takes more than ENRICH_DIGEST_SECONDS (60) or ENRICH_CHILD_MEMORY_MB (1024), is told on standard error
    and does not stop the others; the exit status is then 1.
    """
    with Bounded(_found, configured(EnrichSettings), warm_up=(Asked(id=0, title=None, text=WARM_UP, published_on=None),)) as bounded:
        if not _extracted(bounded):
            raise typer.Exit(1)


def _extracted(bounded: Bounded) -> bool:
    """Answer line by line; whether all could be."""
    failed, number = False, 0
    while line := sys.stdin.buffer.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise Rejected("too_large", f"line {number}: a line is at most {MAX_LINE // 2**20} MiB; nothing was read beyond it")
        if not line.strip():
            continue
        try:
            asked = read_line(line, first=number == 1)
        except Rejected as refused:
            failed = say(f"line {number}: {refused.message}")
            continue
        try:
            found, left_out = bounded(asked)
        except Rejected as refused:
            failed = say(f"line {number}: {refused.message}")
            continue
        if left_out:
            typer.secho(f"jianbao: line {number}: {left_out}", fg=typer.colors.YELLOW, err=True)
        write_json(found)
    return not failed


def _found(asked: Asked) -> tuple[bytes, str | None]:
    """The line to print, and what was left out, made in the child."""
    allowance = Allowance()
    found = entities_of(asked.title, asked.text, published_on=asked.published_on, allowance=allowance)
    entities = [entity.model_dump(mode="json") for entity in found if not entity.inferred]
    return orjson.dumps({"id": asked.id, "entities": entities}), allowance.message()
