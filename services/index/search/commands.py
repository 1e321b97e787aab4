"""`jianbao search`: a query → the hits as a table of their own, highlighted, or as the API's JSON."""

from typing import Annotated, Any, Literal

import typer

from shared.terminal import marked, printable, write_json

HELP = """Search items: words are all required, "quotes" search exactly, no query lists the newest.

Exits 0 also when nothing is found, 1 when the search service does not answer.

Examples:

  jianbao search 零碳工厂

  jianbao search '"昆山:将新增"' --region 江苏省 --sort date

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
    region: Annotated[ListOption, typer.Option(help="Region by GB/T 2260 code or name, with all below it.")] = None,
    agency: Annotated[ListOption, typer.Option(help="Agency.")] = None,
    company: Annotated[ListOption, typer.Option(help="Company.")] = None,
    document: Annotated[ListOption, typer.Option(help="Document's name.")] = None,
    topic: Annotated[ListOption, typer.Option(help="Topic.")] = None,
    doc_type: Annotated[ListOption, typer.Option(help="Type.")] = None,
    source: Annotated[ListOption, typer.Option(help="Who published it.")] = None,
    date_from: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Published on or after this day.")] = None,
    date_to: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Published on or before this day.")] = None,
    sort: Annotated[Literal["relevance", "date"] | None, typer.Option(help="By relevance (with a query) or newest first.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Hits to show.")] = 10,
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Better in the variable: arguments can be seen by others.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The API's answer.")] = False,
) -> None:
    """Search; the help is HELP."""
    filters: dict[str, Any] = {
        "section": section, "region": region, "agency": agency, "company": company, "document": document, "topic": topic,
        "doc_type": doc_type, "source": source, "date_from": date_from, "date_to": date_to, "sort": sort,
    }  # fmt: skip
    parameters = {"q": query, "size": limit} | {name: value for name, value in filters.items() if value}
    answer = ask(url, parameters, api_key=api_key)
    if as_json:
        import json

        write_json(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        show(answer)


def ask(url: str, parameters: dict[str, Any], *, api_key: str | None = None) -> dict[str, Any]:
    """The search service's answer; raises Unavailable, Rejected or Misconfigured in plain words."""
    import httpx

    from shared.errors import Misconfigured, Rejected, Unavailable

    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        # A proxy of the user's is asked for other hosts than this machine's.
        local = httpx.URL(url).host in ("127.0.0.1", "localhost", "::1")
        with httpx.Client(timeout=SECONDS, trust_env=not local) as client:
            answer = client.get(url.rstrip("/") + "/api/search", params=parameters, headers=headers)
    except httpx.ConnectError as error:
        raise Unavailable(f"the search service at {url} does not answer: start it with `jianbao up`, or name it with --from") from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Unavailable(f"the search service at {url} gave no answer: {error or type(error).__name__}") from error
    try:
        body: dict[str, Any] = answer.json()
        if answer.status_code == 200 and "hits" in body:
            return body
        message = body["error"]["message"]
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"{url} answers, but is no search service of jianbao (HTTP {answer.status_code}): check --from") from error
    if answer.status_code == 401:
        raise Misconfigured(f"{message}; set JIANBAO_API_KEY")
    if answer.status_code >= 500:
        raise Unavailable(message)
    raise Rejected(body["error"]["code"], message)


def show(answer: dict[str, Any]) -> None:
    """Hits on standard output, for people: what was found in colours where they are seen, in «» in a pipe."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    for notice in answer["notices"]:
        console.print(Text(notice, style="yellow"))
    if not answer["hits"]:
        console.print("没有找到。换个说法,或去掉一些筛选条件。")
        return
    for number, hit in enumerate(answer["hits"], 1):
        marks = hit["highlights"]
        title = marked(marks["title"], console=console, base="bold") if marks["title"] else Text(printable(hit["headline"]), style="bold")
        console.print(Text(f"{number:>2}  ", style="dim") + title)
        facts = (hit["published_on"], hit["section"], hit["digest_title"], hit["source"], "、".join(region["path"][-1] for region in hit["regions"]))
        console.print(Padding(Text(" · ".join(printable(fact) for fact in facts if fact), style="cyan"), (0, 0, 0, 4)))
        if marks["body"]:
            console.print(Padding(Text(" … ").join(marked(text, console=console) for text in marks["body"]), (0, 0, 1, 4)))
    shown, total = len(answer["hits"]), answer["total"]
    console.print(f"共 {total} 条" + (f",显示前 {shown} 条(--limit 可多显示)" if shown < total else ""), style="dim")
