"""Reports become notices of channels, by HTTP to a local receiver."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from services.monitor.lag.window import Course
from services.monitor.notices import worker
from services.monitor.notices.worker import Outlet
from services.monitor.report.facts import SERVICES, DeadFacts, EngineFacts, Facts, LagFacts, ServiceFacts
from services.monitor.report.report import Reporter
from shared.completeness import Completeness
from shared.notices.channel import Webhook, WeCom
from shared.notices.grouping import Grouping

NOW = datetime(2026, 2, 6, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
WELL = Facts(
    at=NOW,
    engines={"kafka": EngineFacts(True), "elasticsearch": EngineFacts(True)},
    services={service: ServiceFacts(alive=True, ready=True) for service in SERVICES},
    completeness=Completeness(state="green", reason="equal", at=NOW),
)
STALLED = replace(WELL, lags={"enrich": LagFacts(Course("STALL", 12), 1)})
URL = "http://127.0.0.1:8402/pipeline"


def outlet(**channel: object) -> Outlet:
    """To a program."""
    made = Webhook.model_validate({"name": "程序", "kind": "webhook", "url": "http://a/b"} | channel)
    return Outlet(made, URL, Grouping(hold=timedelta(seconds=30), pause=timedelta(0)))


def told(found: Outlet, *rounds: tuple[int, Facts]) -> list[tuple[str, list[str]]]:
    """Level and lines of what waits after these rounds (seconds, facts)."""
    reporter = Reporter()
    for second, facts in rounds:
        found.take(reporter.report(replace(facts, at=NOW + timedelta(seconds=second))))
    return [(made.level, [line.text for line in made.lines]) for made in found.waiting]


STALL = "加工停滞：积压 12 份，没有进展。"
REST = "新简报暂时检索不到，恢复后自动补上，不会丢失。请看它的日志，必要时重启。（python -m services.enrich）"


def test_trouble_and_its_end_are_told() -> None:
    """With what it means and what to do."""
    assert told(outlet(), (0, STALLED), (31, STALLED), (40, STALLED), (90, WELL)) == [
        ("red", [STALL + REST]),
        ("green", [f"已恢复：{STALL}"]),
    ]


def test_a_channel_takes_its_levels() -> None:
    """Red alone here."""
    assert [level for level, _ in told(outlet(levels=["red"]), (0, STALLED), (31, STALLED), (90, WELL))] == ["red"]


DEAD = replace(WELL, dead={"enrich": DeadFacts(3, {"undecodable": 3})})


def test_a_channel_is_told_of_the_end_whatever_begins_with_it() -> None:
    """Only of what it was told of, too."""
    red = outlet(levels=["red", "green"])
    rounds = ((0, STALLED), (31, STALLED), (60, DEAD), (91, DEAD), (130, WELL))
    assert [level for level, _ in told(red, *rounds)] == ["red", "green"]


def test_what_nobody_can_look_at_is_not_said_to_be_over() -> None:
    """Kafka dies while a stage is stalled."""
    away = replace(WELL, engines={"kafka": EngineFacts(False, "refused"), "elasticsearch": EngineFacts(True)})
    rounds = ((0, STALLED), (31, STALLED), (40, away), (80, away), (90, STALLED), (100, WELL))
    lines = [line for _, each in told(outlet(), *rounds) for line in each]
    assert [line[:9] for line in lines] == [STALL[:9], "Kafka 没有回", "已恢复：Kafka", f"已恢复：{STALL[:5]}"]


def test_in_times_of_silence_nothing_is_told() -> None:
    """Until they end; what still stands then is."""
    found = outlet(silent=["10:00-10:05"])
    assert told(found, (0, STALLED), (100, STALLED)) == []
    assert [level for level, _ in told(found, (301, STALLED))] == ["red"]


@asynccontextmanager
async def delivering(found: Outlet, client: httpx.AsyncClient) -> AsyncIterator[None]:
    """Deliver while the block runs."""
    task = asyncio.create_task(found.deliver(client))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until_empty(found: Outlet) -> None:
    """Return once nothing waits."""
    async with asyncio.timeout(5):
        while found.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_channel_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same notice, by its id, until it is taken."""
    monkeypatch.setattr(worker, "FIRST_SECONDS", 0.001)
    seen: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(orjson.loads(request.content)["id"])
        return httpx.Response(503 if len(seen) < 3 else 200)

    found = outlet()
    found.waiting.clear()
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client, delivering(found, client):
        now = datetime.now(UTC)
        reporter = Reporter()
        for second in (0, 31):
            found.take(reporter.report(replace(STALLED, at=now + timedelta(seconds=second))))
        await until_empty(found)
    assert len(seen) == 3
    assert len(set(seen)) == 1


async def test_what_a_channel_refuses_for_good_holds_up_nothing() -> None:
    """The next is delivered."""
    seen: list[bytes] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"errcode": 93000 if len(seen) == 1 else 0})

    found = Outlet(WeCom(name="群", kind="wecom", url="http://a/send"), URL, Grouping(hold=timedelta(0), pause=timedelta(0)))
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client, delivering(found, client):
        told(found, (0, STALLED), (1, WELL))
        await until_empty(found)
    assert len(seen) == 2
    assert "已恢复" in seen[1].decode()
