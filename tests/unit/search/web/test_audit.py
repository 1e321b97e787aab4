"""操作记录: who may see it, what it shows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from shared.elastic import connect
from shared.keys.key import hash_key
from shared.operations import Operation
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.operations import FakeOperations
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

AT = datetime(2026, 2, 6, 1, tzinfo=UTC)
DIGEST = "d" * 32
OPERATIONS = [
    Operation(operation_id="a", action="withdraw", subject=DIGEST, digest_id=DIGEST, by="key desk", at=AT, reason="<b>撤稿</b>", outcome="begun"),
    Operation(operation_id="b", action="edit", subject="双碳周报", by="key desk", at=AT + timedelta(minutes=1), detail="edition 2"),
    *(Operation(operation_id=f"c{n}", action="retry", subject="2/17", by="甲@here", at=AT + timedelta(minutes=2 + n)) for n in range(60)),
]
SEARCH, OPERATE = {"X-API-Key": "search-key"}, {"X-API-Key": "operate-key"}


class Site:
    """The app with these operations."""

    def __init__(self) -> None:
        settings = SearchSettings(api_keys=(hash_key("search-key"),), operate_keys=(hash_key("operate-key"),))
        elasticsearch = ElasticsearchSettings()
        self.elastic, self.records = connect(elasticsearch), FakeOperations(*OPERATIONS, complete=False)
        monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
        app = create_app(settings, self.elastic, monitor, common=CommonSettings(), elasticsearch=elasticsearch, operations=self.records)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8402")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """With a key for searching and one for operating."""
    made = Site()
    async with made.client:
        yield made
    await made.elastic.close()


@pytest.mark.parametrize("path", ["/audit", "/api/audit"])
async def test_only_operators_see_it(site: Site, path: str) -> None:
    """Nothing is read for others."""
    statuses = [(await site.client.get(path, headers=headers)).status_code for headers in (SEARCH, OPERATE)]
    assert (statuses, len(site.records.asked)) == ([403, 200], 1)


async def test_what_is_shown(site: Site) -> None:
    """Digests, sources and letters are linked; nothing of it is markup; what did not end says so."""
    page = (await site.client.get("/audit?limit=100", headers=OPERATE)).text
    for part in (
        f'<a href="/digests/{DIGEST}">', '<a href="/sources/%E5%8F%8C%E7%A2%B3%E5%91%A8%E6%8A%A5">', '<a href="/dead/2/17">',
        "&lt;b&gt;撤稿&lt;/b&gt;", "开始后没有结果", "修改来源 1", "重新处理 60", "更早的请填“不晚于”",
    ):  # fmt: skip
        assert part in page, part


async def test_pages_and_filters(site: Site) -> None:
    """As JSON; `until` is read up to there."""
    first = (await site.client.get("/api/audit", headers=OPERATE)).json()
    assert (first["total"], len(first["operations"]), first["complete"]) == (62, 50, False)
    assert first["operations"][0]["operation_id"] == "c59"
    later = (await site.client.get("/api/audit?skip=50&action=", headers=OPERATE)).json()
    assert [one["operation_id"] for one in later["operations"]][-2:] == ["b", "a"]
    found = (await site.client.get(f"/api/audit?digest={DIGEST}&until=2026-02-06", headers=OPERATE)).json()
    assert [(one["operation_id"], one["outcome"], one["ended_at"]) for one in found["operations"]] == [("a", "begun", None)]
    assert site.records.asked[-1] == datetime(2026, 2, 6, 16, tzinfo=UTC)
    assert (await site.client.get("/api/audit?action=steal", headers=OPERATE)).status_code == 422
    assert (await site.client.get("/api/audit?since=gestern", headers=OPERATE)).status_code == 422
