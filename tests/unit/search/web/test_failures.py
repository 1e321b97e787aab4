"""The page and the JSON of what could not be processed: kinds, counts, and where a retry is offered."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import orjson
import pytest

from services.search.failures.grouped import MOST_GROUPS, fetch_failures
from services.search.failures.lines import BOM
from services.search.models.sources import Fetching, SourceAnswer
from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from shared.version import BUILD
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.letters import letter

EVIL = '=1+1"><script>alert(1)</script>'
CODE = f"0.1.0 build {BUILD}"


class Site:
    """The app with seven letters of four kinds, and a client; Elasticsearch is away."""

    def __init__(self) -> None:
        self.kafka = FakeKafkaSource()
        self.kafka.register.add_all(
            [
                *(letter(n, minutes=n, error="too_large", code=CODE, source="周报", message=f"{n} pages") for n in range(3)),
                *(letter(n, minutes=n, error="crashed", code=CODE) for n in (3, 4)),
                letter(5, minutes=5, error="encrypted", code=f"0.1.0 build {BUILD - 1}"),
                letter(6, minutes=6, stage="index", error=EVIL, message=EVIL, source=EVIL, digest_id=EVIL),
            ]
        )
        elasticsearch = ElasticsearchSettings(url="http://127.0.0.1:1")
        self.elastic = connect(elasticsearch)
        self.monitor = Monitor(self.kafka, FakeIndexSource(), {})
        app = create_app(SearchSettings(), self.elastic, self.monitor, common=CommonSettings(), elasticsearch=elasticsearch)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8402")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Without keys, on loopback."""
    made = Site()
    yield made
    await made.client.aclose()
    await made.elastic.close()


async def test_kinds_with_what_they_mean(site: Site) -> None:
    """The largest first, each with its title and what a retry promises and would send."""
    answer = (await site.client.get("/api/failures")).json()
    assert (answer["total"], answer["other_groups"]) == (7, 0)
    assert [(one["error"], one["kind"]["chinese"]["title"], one["count"], one["hope"], one["retryable"]) for one in answer["groups"]] == [
        ("too_large", "内容太大", 3, "no", 0),
        ("crashed", "处理进程意外退出", 2, "now", 2),
        ("encrypted", "文件设有密码", 1, "newer", 1),
        (EVIL, "入库失败", 1, "after", 1),
    ]
    assert (answer["groups"][0]["sample"]["place"], answer["groups"][0]["wordings"][0]["shape"]) == ("0/2", "… pages")


async def test_the_page_says_the_same_and_offers_a_retry_where_it_helps(site: Site) -> None:
    """One button for each kind that a retry can help; what letters say is text and nothing else."""
    page = (await site.client.get("/failures")).text
    for words in ("内容太大", "处理进程意外退出", "文件设有密码", "重新处理 2 份…", "程序已更新", "永久的"):
        assert words in page
    assert page.count('value="retry"') == 3
    assert "<script>alert" not in page
    assert "未能处理 7" in page, "the navigation says how many wait"


@pytest.mark.parametrize(
    ("query", "total"),
    [("stage=index", 1), ("error=crashed", 2), ("source=周报", 3), ("shape=… pages", 3), ("shape=none", 0), ("state=solved", 0)],
)
async def test_filters(site: Site, query: str, total: int) -> None:
    """The same on page and API."""
    assert (await site.client.get(f"/api/failures?{query}")).json()["total"] == total
    assert (await site.client.get(f"/failures?{query}&utm_source=x")).status_code == 200


async def test_confirming_a_permanent_kind_sends_nothing(site: Site) -> None:
    """It says why, and offers no button that would."""
    page = (await site.client.get("/dead/confirm?doing=retry&error=too_large")).text
    assert "3 封“内容太大”：重新处理也是同样的结果" in page
    assert "确认重新处理" not in page
    forced = (await site.client.get("/dead/confirm?doing=retry&error=too_large&force=true")).text
    assert "重新处理 3 封死信" in forced


async def test_export_as_csv(site: Site) -> None:
    """A line for each letter, as Excel opens it, and no cell that it would run."""
    answer = await site.client.get("/api/failures/export?format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="failures.csv"'
    text = answer.content.decode()
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert [(row["place"], row["title"], row["hope"]) for row in rows[:3]] == [
        ("0/6", "入库失败", "after"),
        ("0/5", "文件设有密码", "newer"),
        ("0/4", "处理进程意外退出", "now"),
    ]
    assert rows[0]["message"] == "'" + EVIL
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


async def test_export_as_json_lines(site: Site) -> None:
    """The same facts, of the letters that are asked for."""
    lines = (await site.client.get("/api/failures/export?format=jsonl&error=too_large")).content.splitlines()
    assert [orjson.loads(line)["place"] for line in lines] == ["0/2", "0/1", "0/0"]
    assert (await site.client.get("/api/failures/export?format=xlsx")).status_code == 422


async def test_kinds_are_bounded(site: Site) -> None:
    """Whatever errors there are, the page ends."""
    site.kafka.register.add_all(letter(n, minutes=n, error=f"kind_{n}") for n in range(100, 200))
    answer = (await site.client.get("/api/failures")).json()
    assert (answer["total"], len(answer["groups"]), answer["other_groups"]) == (107, MOST_GROUPS, 104 - MOST_GROUPS)


async def test_a_letter_that_changes_is_counted_anew(site: Site) -> None:
    """What is kept of an answer holds only until then."""
    before = (await site.client.get("/api/failures")).json()["total"]
    site.kafka.register.begin_at({0: 2})
    assert (before, (await site.client.get("/api/failures")).json()["total"]) == (7, 5)


def test_sources_whose_fetches_fail() -> None:
    """Paused ones first, then the most failures; none that is off or well."""
    at = datetime(2026, 2, 6, tzinfo=UTC)

    def source(name: str, fetching: Fetching | None, *, on: bool = True) -> SourceAnswer:
        return SourceAnswer(source=name, kind="feed", state="fresh", message="", on=on, fetching=fetching)

    found = fetch_failures(
        [
            source("well", Fetching(at=at)),
            source("pushed", None),
            source("off", Fetching(at=at, failures=9, error="404"), on=False),
            source("once", Fetching(at=at, failures=1, error="timeout", next_at=at)),
            source("often", Fetching(at=at, failures=4, error="500", next_at=at)),
            source("paused", Fetching(at=at, failures=2, error="401", paused=True, next_at=at)),
        ]
    )
    assert [(one.source, one.paused, one.failures, one.error) for one in found] == [
        ("paused", True, 2, "401"),
        ("often", False, 4, "500"),
        ("once", False, 1, "timeout"),
    ]
    assert found[0].next_at is None
