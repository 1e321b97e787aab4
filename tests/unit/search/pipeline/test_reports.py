"""The monitor's report as search shows it, also where the monitor is away."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from services.search.pipeline.reports import Reports
from shared.health.report import Behind, Part, Point, Points, Report
from shared.settings import RunBy

NOW = datetime(2026, 2, 6, tzinfo=UTC)
WELL = Report(state="green", at=NOW, parts=(Part(name="kafka", state="green", since=NOW),))
POINTS = Points(points=(Point(at=NOW, state="green", lag={"enrich": 1}, oldest={"enrich": 2.0}, per_second={"enrich": 3.0}),))


class Monitor:
    """Answers so, and counts how often it was asked."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        """As told."""
        self.asked.append(request.url.path + " " + request.headers.get("authorization", ""))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def reports(self) -> Reports:
        """Of it."""
        return Reports("http://monitor:8405/", "k1", transport=httpx.MockTransport(self.handle), now=lambda: NOW)


async def test_the_monitor_is_asked_once_for_all_who_look() -> None:
    """With the key for health."""
    monitor = Monitor(httpx.Response(200, content=WELL.to_json()))
    reports = monitor.reports()
    assert [await reports.latest() for _ in range(3)] == [WELL] * 3
    assert monitor.asked == ["/report Bearer k1"]
    await reports.close()


async def test_a_monitor_that_hangs_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many look: what it took to ask does not make the answer old."""
    monkeypatch.setattr("services.search.pipeline.reports.FRESH_SECONDS", 0.05)
    asked: list[str] = []

    async def hangs(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        await asyncio.sleep(0.2)
        raise httpx.ReadTimeout("slow")

    reports = Reports("http://monitor:8405/", transport=httpx.MockTransport(hangs))
    await asyncio.gather(*(reports.latest() for _ in range(3)), *(reports.conservation() for _ in range(3)))
    assert sorted(asked) == ["/conservation", "/report"]
    await reports.close()


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.Response(200, text="<html>")])
async def test_a_monitor_that_is_away_is_a_report_too(answer: httpx.Response | Exception) -> None:
    """Unknown, and never green."""
    report = await Monitor(answer).reports().latest()
    assert (report.state, [one.code for one in report.causes]) == ("unknown", ["monitor_away"])
    assert report.causes[0].chinese.symptom == "监测服务没有回应，各环节的状况无从得知。"


@pytest.mark.parametrize(
    ("status", "code", "symptom"),
    [
        (401, "monitor_key_refused", "监测服务不认检索的密钥：HEALTH_KEY 不一致，看不到各环节的状况。"),
        (403, "monitor_key_refused", "监测服务不认检索的密钥：HEALTH_KEY 不一致，看不到各环节的状况。"),
        (503, "monitor_not_ready", "监测服务在运行，还没有可用的结果。"),
    ],
)
async def test_a_monitor_that_answers_without_a_report_is_not_away(status: int, code: str, symptom: str) -> None:
    """A wrong key is said to be one."""
    report = await Monitor(httpx.Response(status, json={"error": {}})).reports().latest()
    assert (report.state, [(one.code, one.chinese.symptom) for one in report.causes]) == ("unknown", [(code, symptom)])


@pytest.mark.parametrize(
    ("run_by", "command"),
    [("up", "jianbao restart monitor"), ("compose", "docker compose restart monitor"), ("hand", "python -m services.monitor")],
)
async def test_the_command_fits_how_the_stack_runs(run_by: RunBy, command: str) -> None:
    """So that copying it works."""
    reports = Reports("http://monitor:8405/", run_by=run_by, transport=httpx.MockTransport(Monitor(httpx.ConnectError("refused")).handle))
    assert [one.command for one in (await reports.latest()).causes] == [command]


async def test_until_when_everything_is_searchable_is_said_at_once() -> None:
    """Nothing before the monitor was asked, nor where it is away."""
    late = Behind(until=NOW)
    reports = Monitor(httpx.Response(200, content=WELL.model_copy(update={"behind": late}).to_json())).reports()
    assert reports.behind() is None
    async with reports.following():
        async with asyncio.timeout(10):
            while reports.behind() is None:  # noqa: ASYNC110 - the follower sets no event
                await asyncio.sleep(0.01)
    assert reports.behind() == late
    away = Monitor(httpx.ConnectError("refused")).reports()
    await away.latest()
    assert away.behind() is None


async def test_points_of_the_last_day() -> None:
    """None where the monitor is away; asked for once for all open pages."""
    monitor = Monitor(httpx.Response(200, content=POINTS.to_json()))
    reports = monitor.reports()
    assert [await reports.points() for _ in range(3)] == [POINTS] * 3
    assert monitor.asked == ["/history Bearer k1"]
    assert await Monitor(httpx.ConnectError("refused")).reports().points() == Points()
    assert await Monitor(httpx.Response(401, json={})).reports().points() == Points()
