"""`jianbao search` against a made-up service."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import typer
from typer.testing import CliRunner

from services.search.commands import add_to
from shared.errors import Misconfigured, Rejected, Unavailable

HIT = {
    "headline": "题", "published_on": "2026-02-06", "section": "地方动态", "digest_title": None, "source": "s",
    "regions": [{"path": ["江苏省", "昆山市"]}], "highlights": {"title": "<em>零碳</em>&lt;b&gt;工厂", "body": ["正<em>文</em>"]},
}  # fmt: skip


class Service:
    """A search service that answers what a test says."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {"hits": [HIT], "total": 3, "notices": [], "facets": []}
        self.asked: dict[str, list[str]] = {}
        self.key: str | None = None
        self.url = ""


@pytest.fixture
def service() -> Iterator[Service]:
    """On a free port."""
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked, made.key = parse_qs(urlsplit(self.path).query), self.headers["Authorization"]
            data = json.dumps(made.body).encode()
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def run(*arguments: str) -> Any:
    """The command's result."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    add_to(app)
    return CliRunner().invoke(app, ["search", *arguments], env={"COLUMNS": "100"})


def test_hits_are_shown(service: Service) -> None:
    """Title, where from, snippet, how many there are."""
    result = run("零碳", "--from", service.url, "--region", "江苏省", "--region", "620000", "--sort", "date", "--limit", "1", "--api-key", "k")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    assert lines[:3] == ["1  «零碳»<b>工厂", "2026-02-06 · 地方动态 · s · 昆山市", "正«文»"]
    assert lines[-1] == "共 3 条,显示前 1 条(--limit 可多显示)"
    assert service.asked == {"q": ["零碳"], "size": ["1"], "facets": ["none"], "region": ["江苏省", "620000"], "sort": ["date"]}
    assert service.key == "Bearer k"


@pytest.mark.parametrize(
    ("exact", "told"), [(True, "共 2 组(3 条),显示前 1 条(--limit 可多显示)"), (False, "约 2 组(3 条),显示前 1 条(--limit 可多显示)")]
)
def test_stories_are_counted_beside_items(service: Service, exact: bool, told: str) -> None:
    """About so many where it is not known, at least so many where not all were compared."""
    story = {"count": 1200, "at_least": True}
    service.body = {"hits": [HIT | {"story": story}], "total": 3, "stories": 2, "stories_exact": exact, "notices": [], "facets": []}
    result = run("--fold", "--story", "9f1c", "--from", service.url)
    assert result.stdout.strip().splitlines()[-1] == told
    assert "另有至少 1199 篇相近报道" in result.stdout
    assert service.asked["story"] == ["9f1c"]


def test_an_item_without_a_body_shows_what_stands_beside_it(service: Service) -> None:
    """Said to be the digest's; of an older service that does not tell it, nothing."""
    bare = HIT | {"highlights": {"title": "题", "body": []}}
    service.body = {"hits": [bare | {"context": {"before": ["甲", "乙"], "after": ["丙"]}}, bare], "total": 2, "notices": [], "facets": []}
    lines = [line.strip() for line in run("题", "--from", service.url).output.splitlines()]
    assert [line for line in lines if "上文" in line] == ["简报上下文 上文:甲;乙 下文:丙"]


def test_what_is_like_it_can_be_left_out(service: Service) -> None:
    """By the switch that the page has too."""
    service.body = {"hits": [HIT], "total": 1, "notices": [], "facets": []}
    run("昆山光伏补贴", "--no-relax", "--from", service.url)
    assert service.asked["relax"] == ["false"]


OTHERS = {
    "total": 7,
    "hits": [{"digest_id": "d" * 32, "title": "周报<b>", "source": "s", "published_on": "2026-02-06", "highlights": ["<em>声明</em>:略"]}],
}


@pytest.mark.parametrize(("hits", "total"), [([HIT], 1), ([], 0)])
def test_other_text_of_digests_stands_below_the_items(service: Service, hits: list[Any], total: int) -> None:
    """With how many digests have it, and where each is; also where no item was found."""
    service.body = {"hits": hits, "total": total, "notices": [], "facets": [], "others": OTHERS}
    lines = [line.strip() for line in run("声明", "--from", service.url).output.splitlines()]
    assert lines[-4:] == ["简报中的其他文字:7 份简报", "周报<b>", f"2026-02-06 · s · /digests/{'d' * 32}", "«声明»:略"]
    assert ("条目中没有找到。" in lines) == (not hits)


def test_json(service: Service) -> None:
    """The answer as it came."""
    assert json.loads(run("零碳", "--from", service.url, "--json").output) == service.body


def test_nothing_found_is_no_failure(service: Service) -> None:
    """A message, and 0."""
    service.body = {"hits": [], "total": 0, "notices": [], "facets": []}
    result = run("没有", "--from", service.url)
    assert (result.exit_code, "没有找到" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (422, {"error": {"code": "invalid_parameter", "message": "sort: no", "status": 422}}, Rejected, "sort: no"),
        (503, {"error": {"code": "elasticsearch_away", "message": "away", "status": 503}}, Unavailable, "away"),
        (401, {"error": {"code": "key_needed", "message": "a key is needed", "status": 401}}, Misconfigured, "JIANBAO_API_KEY"),
        (200, {"ok": True}, Misconfigured, "no search service"),
        (200, [1], Misconfigured, "no search service"),
    ],
)
def test_failures_in_plain_words(service: Service, status: int, body: Any, error: type[Exception], words: str) -> None:
    """As errors of ours, which the command line prints without a traceback."""
    service.status, service.body = status, body
    result = run("碳", "--from", service.url)
    assert isinstance(result.exception, error)
    assert words in str(result.exception)


def test_no_service(unused_tcp_port: int) -> None:
    """Says how to start it."""
    result = run("碳", "--from", f"http://127.0.0.1:{unused_tcp_port}")
    assert isinstance(result.exception, Unavailable)
    assert "jianbao up" in str(result.exception)


def test_a_query_that_cannot_be_read_is_shown_with_the_place_and_the_mend(service: Service) -> None:
    """As the service says it."""
    service.status = 400
    service.body = {
        "error": {"code": "bad_query", "message": "m", "status": 400, "position": 0, "length": 1, "suggestion": "(零碳)", "chinese": "括号没有关上。"}
    }
    result = run("(零碳", "--from", service.url)
    assert isinstance(result.exception, Rejected)
    assert "»(«零碳 — 第 1 个字:括号没有关上。 要找的是不是:(零碳)" in str(result.exception)


def test_nothing_found_says_what_might_help(service: Service) -> None:
    """Another spelling, a filter less."""
    service.body = {
        "hits": [], "total": 0, "notices": [], "facets": [],
        "did_you_mean": ["昆山"], "emptied_by": [{"name": "region", "label": "提及地区", "total": 7}],
        "advice": [{"message": "去掉“补贴”,有 2 条。", "query": "坤山", "total": 2}, {"message": "没有地区“火星”的条目。", "query": None}],
    }  # fmt: skip
    assert run("坤山", "--from", service.url).output.splitlines()[1:] == [
        "要找的是不是:昆山", "去掉“补贴”,有 2 条。 坤山", "没有地区“火星”的条目。", "不限“提及地区”,有 7 条",
    ]  # fmt: skip
