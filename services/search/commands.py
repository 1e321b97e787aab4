"""`jianbao search`: a query → the hits as a table of their own, highlighted, or as the API's JSON."""

import json
from typing import Annotated, Any, Literal

import httpx
import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from shared.errors import Misconfigured, Rejected, Unavailable
from shared.terminal import marked, printable, write_json

HELP = """Search items: words are all required, "quotes" search exactly, no query lists the newest.

The query may say all that the search box takes: OR, -not, parentheses, 地区:昆山, after:2026-01, "碳市场 配额"~10, 零碳?厂, 目标:装机>=10GW.

Exits 0 also when nothing is found, 1 when the query can't be read or the search service does not answer.

Examples:

  jianbao search 零碳工厂

  jianbao search '"昆山:将新增"' --region 江苏 --sort date

  jianbao search '(光伏 OR 风电) -补贴 日期:上周' --exclude source:weekly --fold

  jianbao search --target '装机>=10GW@2030' --sort target

  jianbao search --from http://127.0.0.1:8402 --source weekly --limit 50 --json | jq -r '.hits[].title'
"""

SECONDS = 30.0
"""The service gives Elasticsearch 10 s and answers 503 then."""

ListOption = list[str] | None


def add_to(app: typer.Typer) -> None:
    """Add the command to the `jianbao` command."""
    app.command("search", help=HELP)(search)


def search(
    query: Annotated[str, typer.Argument(help='Words, and "exact phrases".')] = "",
    url: Annotated[str, typer.Option("--from", envvar="SEARCH_URL", help="Address of the search service.")] = "http://127.0.0.1:8402",
    section: Annotated[ListOption, typer.Option(help="Section; this and the other filters may be repeated.")] = None,
    about: Annotated[
        ListOption, typer.Option(help="Region that items are about, by GB/T 2260 code or any name (苏州, 粤), with all below it.")
    ] = None,
    region: Annotated[ListOption, typer.Option(help="Region that is mentioned, likewise.")] = None,
    agency: Annotated[ListOption, typer.Option(help="Agency, by any of its names (发改委).")] = None,
    company: Annotated[ListOption, typer.Option(help="Company, by any of its names or its code (宁王, 300750).")] = None,
    document: Annotated[ListOption, typer.Option(help="Document's name.")] = None,
    topic: Annotated[ListOption, typer.Option(help="Topic.")] = None,
    doc_type: Annotated[ListOption, typer.Option(help="Type.")] = None,
    level: Annotated[ListOption, typer.Option(help="Level: 国际, 国家, 省, 市, 县, 企业.")] = None,
    source: Annotated[ListOption, typer.Option(help="Who published it.")] = None,
    exclude: Annotated[ListOption, typer.Option(metavar="FACET:VALUE", help="Leave out, such as region:320583.")] = None,
    target: Annotated[ListOption, typer.Option(metavar="METRIC>=VALUE@YEAR", help="What shall be reached, over mixed units.")] = None,
    date_from: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Published on or after this day.")] = None,
    date_to: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Published on or before this day.")] = None,
    undated: Annotated[bool, typer.Option("--undated", help="Only what nobody knows the day of publication of.")] = False,
    sort: Annotated[
        Literal["relevance", "date", "date_asc", "target", "target_asc"] | None,
        typer.Option(help="By relevance (with a query), newest or oldest first, or by the value of a target."),
    ] = None,
    synonyms: Annotated[bool, typer.Option(help="Search for other names too, such as 发改委 for 发展和改革委员会.")] = True,
    relax: Annotated[bool, typer.Option(help="List what is like a text too, where less than a page fits it wholly.")] = True,
    story: Annotated[ListOption, typer.Option(help="All items of a story, by the keys in the JSON answer's story.keys.")] = None,
    fold: Annotated[bool, typer.Option(help="Show each story once, with how many tell it.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Hits to show.")] = 10,
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The API's answer.")] = False,
) -> None:
    """Search; the help is HELP."""
    filters: dict[str, Any] = {
        "section": section, "about": about, "region": region, "agency": agency, "company": company, "document": document, "topic": topic,
        "doc_type": doc_type, "level": level, "source": source, "exclude": exclude, "target": target, "story": story,
        "date_from": date_from, "date_to": date_to, "undated": "true" if undated else None,
        "sort": sort, "synonyms": None if synonyms else "false", "relax": None if relax else "false",
        "fold": "true" if fold else None,
    }  # fmt: skip
    # Counts are not shown here; who reads the JSON gets all of them.
    parameters = {"q": query, "size": limit} | ({} if as_json else {"facets": "none"}) | {name: value for name, value in filters.items() if value}
    answer = ask(url, parameters, api_key=api_key)
    if as_json:
        write_json(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(answer)


def ask(url: str, parameters: dict[str, Any], *, api_key: str | None = None, path: str = "/api/search", has: str = "hits") -> dict[str, Any]:
    """The search service's answer, which has the field `has`; raises Unavailable, Rejected or Misconfigured."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        # A proxy of the user's is asked for other hosts than this machine's.
        local = httpx.URL(url).host in ("127.0.0.1", "localhost", "::1")
        with httpx.Client(timeout=SECONDS, trust_env=not local) as client:
            answer = client.get(url.rstrip("/") + path, params=parameters, headers=headers)
    except httpx.ConnectError as error:
        raise Unavailable(f"the search service at {url} does not answer: start it with `jianbao up`, or name it with --from") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Unavailable(f"the search service at {url} gave no answer: {error or type(error).__name__}") from error
    try:
        body: dict[str, Any] = answer.json()
        if answer.status_code == 200 and has in body:
            return body
        message = body["error"]["message"]
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"{url} answers, but is no search service of jianbao (HTTP {answer.status_code}): check --from") from error
    if answer.status_code == 401:
        raise Misconfigured(f"{message}; set JIANBAO_API_KEY")
    if body["error"]["code"] == "bad_query":
        raise Rejected("bad_query", unread(str(parameters.get("q", "")), body["error"]))
    if answer.status_code >= 500:
        raise Unavailable(message)
    raise Rejected(body["error"]["code"], message)


def unread(query: str, error: dict[str, Any]) -> str:
    """What is wrong with a query, where, and how to mend it."""
    at, end = error["position"], error["position"] + error["length"]
    suggestion = f" 要找的是不是:{error['suggestion']}" if error.get("suggestion") else ""
    return printable(f"{query[:at]}»{query[at:end]}«{query[end:]} — 第 {at + 1} 个字:{error['chinese']}{suggestion}")


def show(answer: dict[str, Any]) -> None:
    """Hits on standard output, for people: what was found in colours where they are seen, in «» in a pipe."""
    console = Console(highlight=False)
    for notice in answer["notices"]:
        console.print(Text(notice, style="yellow"))
    if not answer["hits"]:
        told = (answer.get("others") or {}).get("total")
        console.print("条目中没有找到。" if told else "没有找到。")
        for meant in answer.get("did_you_mean", ()):
            console.print(Text(f"要找的是不是:{printable(meant)}"))
        for advice in answer.get("advice", ()):
            console.print(Text(printable(advice["message"] + (f" {advice['query']}" if advice.get("query") else ""))))
        for filter in answer.get("emptied_by", ()):
            console.print(Text(f"不限“{filter['label']}”,有 {filter['total']} 条"))
        _show_others(answer, console)
        return
    for number, hit in enumerate(answer["hits"], 1):
        marks = hit["highlights"]
        title = marked(marks["title"], console=console, base="bold") if marks["title"] else Text(printable(hit["headline"]), style="bold")
        console.print(Text(f"{number:>2}  ", style="dim") + title)
        facts = (
            hit["published_on"] or "日期不详",
            hit["section"],
            hit["digest_title"],
            hit["source"],
            "、".join(region["path"][-1] for region in hit["regions"]),
        )
        console.print(Padding(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"), (0, 0, 0, 4)))
        if marks["body"]:
            console.print(Padding(Text(" … ").join(marked(text, console=console) for text in marks["body"]), (0, 0, 0, 4)))
        elif hit.get("context"):
            sides = (("上文", hit["context"]["before"]), ("下文", hit["context"]["after"]))
            beside = " ".join(f"{label}:{';'.join(map(printable, said))}" for label, said in sides if said)
            console.print(Padding(Text(f"简报上下文 {beside}", style="dim"), (0, 0, 0, 4)))
        for target in hit.get("targets", ()):
            by = f" ({target['deadline']}年)" if target["deadline"] else ""
            console.print(Padding(Text(f"目标 {printable(target['metric'])} {printable(target['text'])}{by}", style="green"), (0, 0, 0, 4)))
        if hit.get("story"):
            least = "至少" if hit["story"].get("at_least") else ""
            console.print(Padding(Text(f"另有{least} {hit['story']['count'] - 1} 篇相近报道", style="dim"), (0, 0, 0, 4)))
        console.print()
    shown, total, groups = len(answer["hits"]), answer["total"], answer.get("stories")
    told = f"共 {total} 条" if groups in (None, total) else f"{'共' if answer['stories_exact'] else '约'} {groups} 组({total} 条)"
    console.print(told + (f",显示前 {shown} 条(--limit 可多显示)" if shown < (total if groups is None else groups) else ""), style="dim")
    _show_others(answer, console)


def _show_others(answer: dict[str, Any], console: Console) -> None:
    """Digests whose text outside items was found, below the items."""
    others = answer.get("others") or {"total": 0, "hits": ()}
    if not others["total"]:
        return
    console.print(Text(f"简报中的其他文字:{others['total']} 份简报", style="bold"))
    for hit in others["hits"]:
        console.print(Text(f"    {printable(hit['title'] or hit['digest_id'])}", style="bold"))
        facts = (hit["published_on"] or "日期不详", hit["source"], f"/digests/{hit['digest_id']}")
        console.print(Padding(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"), (0, 0, 0, 4)))
        console.print(Padding(Text(" … ").join(marked(text, console=console) for text in hit["highlights"]), (0, 0, 0, 4)))
