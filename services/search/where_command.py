"""`jianbao where`: a digest's or item's id, or an address → where the digest is, and each step of its way."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.search.commands import ask
from shared.terminal import printable, write_json
from shared.text.dates import SHANGHAI

HELP = """Say where a digest is: received, enriched, searchable, dead, quarantined or withdrawn, and how it came there.

ID is a digest's id, an item's, or the address that the digest was fed with.

Exits 1 when nothing is known of it, or the search service does not answer.

Examples:

  jianbao where b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1

  jianbao where https://example.org/weekly/12 --json | jq -r '.where'
"""

WORDS = {
    "unknown": "unknown: nothing is known of where it is",
    "received": "received: it waits for enrich",
    "enriched": "enriched: it waits for index",
    "searchable": "searchable",
    "dead": "dead: a stage gave up on it",
    "quarantined": "quarantined: it seems to be no digest",
    "withdrawn": "withdrawn",
}


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("where", help=HELP)(where)


def where(
    name: Annotated[str, typer.Argument(metavar="ID", help="Of a digest or an item, or a digest's address.")],
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
    console.print(Text(WORDS.get(answer["where"], answer["where"]), style="bold"))
    facts = (answer["title"], answer["source"], answer["digest_id"])
    console.print(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"))
    if answer["replacing"]:
        console.print("its revision before this one is searchable meanwhile")
    table = Table(box=None, pad_edge=False, show_header=False)
    for step in answer["steps"]:
        at = datetime.fromisoformat(step["at"]).astimezone(SHANGHAI)
        table.add_row(
            f"{at:%Y-%m-%d %H:%M:%S}",
            step["kind"] + (f", retry {step['attempt']}" if step["letter"] else ""),
            printable(_said(step)),
            Text(f"{step['partition']}/{step['offset']}", style="dim"),
        )
    console.print(table)
    if answer["letter"]:
        console.print(f"see why: jianbao dead show {answer['letter']}", style="yellow")


def _said(step: dict[str, Any]) -> str:
    if step["error"]:
        return f"{step['error']}: {step['message'] or ''}"
    items = f"{step['items']} items" if step["items"] is not None else ""
    by = f"by {step['by']}" if step["by"] else ""
    return ", ".join(part for part in (items, by) if part)
