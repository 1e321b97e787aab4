"""`jianbao where`: a digest's or item's id, an address or an external id → where the digest is, and each step of its way."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.search.commands import ask
from shared.terminal import printable, write_json
from shared.text.dates import SHANGHAI

HELP = """Say where a digest is: received, enriched, searchable, dead, quarantined, withdrawn or erased, and how it came there.

ID is a digest's id, an item's, the address that the digest was fed with, or its external id.

Exits 0 when it is known, whatever became of it; 1 when nothing is known of it, or the search service does not answer.

Examples:

  jianbao where b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1

  jianbao where https://example.org/weekly/12 --json | jq -r '.where'
"""

WORDS = {
    "unknown": "unknown: what is left of its way does not say where it is",
    "received": "received: it waits for enrich",
    "enriched": "enriched: it waits for index",
    "searchable": "searchable",
    "dead": "dead: a stage gave up on it",
    "quarantined": "quarantined: it seems to be no digest",
    "withdrawing": "withdrawing: it was taken back, and that is on its way",
    "withdrawn": "withdrawn",
    "erased": "erased",
}

LEDGER = {
    "filling": "the ledger is being written anew from the topics: steps may be missing still",
    "missing": "the ledger is missing, so steps are too: is the monitor running? See `jianbao status`",
}


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("where", help=HELP)(where)


def where(
    name: Annotated[str, typer.Argument(metavar="ID", help="Of a digest or an item, or a digest's address or external id.")],
    url: Annotated[str, typer.Option("--from", envvar="SEARCH_URL", help="Address of the search service.")] = "http://127.0.0.1:8402",
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The API's answer.")] = False,
) -> None:
    """Say where a digest is; the help is HELP."""
    answer = ask(url, {"id": name}, api_key=api_key, path="/api/journey", has="steps")
    if as_json:
        write_json(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(answer)


def show(answer: dict[str, Any]) -> None:
    """The way on standard output, a line for each step."""
    console = Console(highlight=False)
    console.print(Text(_headline(answer), style="bold"))
    facts = (answer["title"], answer["source"], answer["external_id"], answer["url"], answer["digest_id"])
    console.print(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"))
    for notice in _notices(answer):
        console.print(Text(notice, style="yellow"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for step in answer["steps"]:
        at = datetime.fromisoformat(step["at"]).astimezone(SHANGHAI)
        again = f", retry {step['attempt']}" if step["letter"] and step["stage"] != "operator" else ""
        place = f"{step['stage']} {step['partition']}/{step['offset']}"
        table.add_row(f"{at:%Y-%m-%d %H:%M:%S}", step["kind"] + again, printable(_said(step)), Text(place, style="dim"))
    console.print(table)
    if answer["letter"]:
        console.print(f"see why: jianbao dead show {answer['letter']}", style="yellow")
    for other in answer["others"]:
        console.print(Text(printable(f"also of this name: {other['digest_id']} of {other['source']}")))


def _headline(answer: dict[str, Any]) -> str:
    if answer["where"] == "dead" and answer["taken_back"]:
        return "dead: a stage gave up on its withdrawal"
    if answer["where"] == "searchable" and answer["letter"]:
        return "searchable, though a stage gave up on something of it"
    where: str = answer["where"]
    return WORDS.get(where, where)


def _notices(answer: dict[str, Any]) -> Iterator[str]:
    if answer["replacing"]:
        before = "it is" if answer["taken_back"] else "what was there before is"
        yield f"{before} searchable meanwhile"
    if answer["ledger"] in LEDGER:
        yield LEDGER[answer["ledger"]]
    if answer["lost_before"]:
        before = answer["lost_before"][:10]
        yield f"the ledger was lost and written anew: dead letters from before {before} are missing, as Kafka keeps none"


def _said(step: dict[str, Any]) -> str:
    if step["error"]:
        return f"{step['error']}: {step['message'] or ''}"
    items = f"{step['items']} items" if step["items"] is not None else ""
    by = f"by {step['by']}" if step["by"] else ""
    return ", ".join(part for part in (items, by, step["message"]) if part)
