"""What analysts read while not everything that was received is searchable."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from services.search.pipeline.behind import said
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.reports import Reports
from services.search.web.app import create_app
from shared.elastic import connect
from shared.health.report import Behind, Report
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

NOW = datetime(2026, 2, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "text"),
    [
        (
            datetime(2026, 2, 5, 23, 26, 59, tzinfo=UTC),
            "数据截至 07:26；之后收到的简报仍在处理，暂时检索不到。",
        ),
        (
            datetime(2026, 2, 5, 1, 5, tzinfo=UTC),
            "数据截至 2 月 5 日 09:05；之后收到的简报仍在处理，暂时检索不到。",
        ),
        (
            datetime(2025, 12, 31, 1, 5, tzinfo=UTC),
            "数据截至 2025-12-31 09:05；之后收到的简报仍在处理，暂时检索不到。",
        ),
        (None, "部分已收到的简报暂时检索不到，结果可能不全。"),
    ],
)
def test_the_sentence(until: datetime | None, text: str) -> None:
    """In Chinese time; no time where nobody knows it."""
    assert said(Behind(until=until), NOW) == text


@pytest.fixture
async def site() -> AsyncIterator[tuple[list[Behind | None], Reports, httpx.AsyncClient]]:
    """The app beside a monitor that says what a test wants."""
    late: list[Behind | None] = [None]

    def monitor(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=Report(state="green", at=NOW, parts=(), behind=late[0]).to_json())

    reports = Reports("http://monitor:8405", transport=httpx.MockTransport(monitor))
    elasticsearch = ElasticsearchSettings(url="http://127.0.0.1:9")
    elastic = connect(elasticsearch)
    made = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
    app = create_app(SearchSettings(), elastic, made, common=CommonSettings(), elasticsearch=elasticsearch, reports=reports)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield late, reports, client
    await elastic.close()


async def test_every_page_says_it(site: tuple[list[Behind | None], Reports, httpx.AsyncClient]) -> None:
    """And none while all is searchable."""
    late, reports, client = site
    await reports.latest()
    assert "数据截至" not in (await client.get("/syntax")).text
    late[0] = Behind(until=datetime(2026, 2, 5, 23, 26, tzinfo=UTC))
    reports._latest = None
    await reports.latest()
    page = (await client.get("/syntax")).text
    assert 'class="notice behind">数据截至' in page
    assert "07:26；之后收到的简报仍在处理" in page
