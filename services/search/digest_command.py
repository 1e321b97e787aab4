"""`jianbao digest`: a digest's id → its items page by page, for people or as the API's JSON."""

import json
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.text import Text

from services.search.commands import ask
from services.search.models.digest import PAGE_ITEMS
from services.search.quarantine.words import reason
from shared.terminal import printable, write_json

HELP = """Show the items of a digest in its order, page by page.

The id stands in the address of the digest's page, and in each hit of `jianbao search --json` as digest_id.

Exits 1 when there is no such digest or page, or the search service does not answer.

Examples:

  jianbao digest b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1

  jianbao digest b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1 --page 2 --json | jq -r '.items[].title'
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("digest", help=HELP)(digest)


def digest(
    digest_id: Annotated[str, typer.Argument(help="Of the digest, 32 hex digits.")],
    url: Annotated[str, typer.Option("--from", envvar="SEARCH_URL", help="Address of the search service.")] = "http://127.0.0.1:8402",
    page: Annotated[int, typer.Option(min=1, help="Of its items.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=500, help="Items on a page.")] = PAGE_ITEMS,
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The API's answer.")] = False,
) -> None:
    """Show a digest; the help is HELP."""
    path = f"/api/digests/{quote(digest_id, safe='')}"
    answer = ask(url, {"page": page, "size": size}, api_key=api_key, path=path, has="items")
    if as_json:
        write_json(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(answer)


def show(answer: dict[str, Any]) -> None:
    """The page on standard output, each section under its name."""
    console = Console(highlight=False)
    console.print(Text(printable(answer["title"] or "未命名简报"), style="bold"))
    facts = (answer["published_on"] or "日期不详", answer["source"], answer["publisher"])
    console.print(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"))
    if answer["withdrawn"]:
        console.print("这份简报已撤回,其条目不再出现在检索结果中。")
    elif answer.get("quarantine"):
        console.print(Text(f"已隔离，不会出现在检索结果中：{reason(answer['quarantine']['code'])}", style="yellow"))
        console.print(Text(printable(answer["quarantine"]["beginning"]), style="dim"))
    for section, items in groupby(answer["items"], key=lambda item: item["section"]):
        if section:
            console.print(Text(f"\n{printable(section)}", style="bold"))
        for item in items:
            console.print(Text(f"{item['ordinal']:>4}  ", style="dim") + Text(printable(item["headline"])))
    if answer["missing_items"]:
        console.print(Text(f"还有 {answer['missing_items']} 条正在入库。", style="yellow"))
    more = f",第 {answer['page']} 页,共 {answer['pages']} 页" if answer["pages"] > 1 else ""
    following = f"(--page {answer['page'] + 1} 看下一页)" if answer["page"] < answer["pages"] else ""
    console.print(f"\n共 {answer['item_count']} 条{more}{following}", style="dim")
