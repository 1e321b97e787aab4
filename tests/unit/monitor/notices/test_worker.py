"""Reports become notices of channels, by HTTP to a local receiver."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from services.monitor.lag.window import Course
from services.monitor.notices import worker
from services.monitor.notices.memory import ChannelMemory, MemoryFile
from services.monitor.notices.worker import Outlet
from services.monitor.report.facts import SERVICES, DeadFacts, EngineFacts, Facts, LagFacts, ServiceFacts
from services.monitor.report.report import Reporter
from shared.completeness import Completeness
from shared.health.report import Report
from shared.notices.channel import Channel, Webhook, WeCom
from shared.notices.grouping import Grouping
from shared.notices.notice import Notice
from tests.fakes.receiver import Receiver, receiver

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
    """Level and lines of what is told in these rounds (seconds, facts), each taken at once."""
    reporter, made = Reporter(), []
    for second, facts in rounds:
        found.take(reporter.report(replace(facts, at=NOW + timedelta(seconds=second))))
        if found.waiting is not None:
            made.append(found.waiting)
            found.waiting = None
    return [(each.level, [line.text for line in each.lines]) for each in made]


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
        while found.waiting is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_channel_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same notice, by its id, until it is taken."""
    monkeypatch.setattr(worker, "FIRST_SECONDS", 0.001)
    seen: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(orjson.loads(request.content)["id"])
        return httpx.Response(503 if len(seen) < 3 else 200)

    found = outlet()
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client, delivering(found, client):
        now = datetime.now(UTC)
        reporter = Reporter()
        for second in (0, 31):
            found.take(reporter.report(replace(STALLED, at=now + timedelta(seconds=second))))
        await until_empty(found)
    assert len(seen) == 3
    assert len(set(seen)) == 1


async def test_a_channel_that_asks_to_be_left_alone_is_for_an_hour_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Retry-After says: a slip of its clock must not silence it for years."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    def receive(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"Retry-After": "30" if not waited else "999999999"}) if len(waited) < 2 else httpx.Response(200)

    found, now, reporter = outlet(), datetime.now(UTC), Reporter()
    for second in (0, 31):
        found.take(reporter.report(replace(STALLED, at=now + timedelta(seconds=second))))
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client:
        monkeypatch.setattr(asyncio, "sleep", sleep)
        await found._one(found.waiting, client)  # type: ignore[arg-type]
    assert waited == [30, 3600]


async def test_what_a_channel_refuses_for_good_holds_up_nothing() -> None:
    """The next is delivered."""
    seen: list[bytes] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"errcode": 93000 if len(seen) == 1 else 0})

    found = Outlet(WeCom(name="群", kind="wecom", url="http://a/send"), URL, Grouping(hold=timedelta(0), pause=timedelta(0)))
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client, delivering(found, client):
        reporter = Reporter()
        for second, facts in ((0, STALLED), (1, WELL)):
            found.take(reporter.report(replace(facts, at=NOW + timedelta(seconds=second))))
            await until_empty(found)
    assert len(seen) == 2
    assert "已恢复" in seen[1].decode()


@asynccontextmanager
async def watching(channels: Sequence[Channel], file: MemoryFile, *rounds: tuple[float, Facts]) -> AsyncIterator[None]:
    """A monitor's notices while the block runs, with these rounds at seconds before or after now."""

    async def reports() -> AsyncIterator[Report]:
        reporter, now = Reporter(), datetime.now(UTC)
        for second, facts in rounds:
            yield reporter.report(replace(facts, at=now + timedelta(seconds=second)))
        await asyncio.Event().wait()

    outlets = [Outlet(one, URL, Grouping(hold=timedelta(seconds=30), pause=timedelta(0))) for one in channels]
    task = asyncio.create_task(worker.run(outlets, reports(), file))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def webhook(taking: Receiver, **more: object) -> Channel:
    """To a receiver here."""
    return Webhook.model_validate({"name": "程序", "kind": "webhook", "url": f"{taking.url}/s3cret-path"} | more)


async def test_a_monitor_that_is_started_again_tells_the_end_and_nothing_twice(tmp_path: Path) -> None:
    """Of what its predecessor told."""
    file = MemoryFile(tmp_path / "notices.json")
    async with receiver() as taking:
        async with watching([webhook(taking)], file, (-40, STALLED), (-9, STALLED)):
            await taking.until(1)
            await until_remembered_as_taken(file)
        async with watching([webhook(taking)], file, (1, WELL), (2, STALLED), (60, STALLED), (90, WELL)):
            [first, second] = await taking.until(2)
    assert (first.said["level"], second.said["level"]) == ("red", "green")
    assert [line["text"] for line in second.said["lines"]] == [f"已恢复：{STALL}"]


async def test_what_waited_for_a_channel_is_delivered_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same notice, once the channel is back; meanwhile another channel is told in time."""
    monkeypatch.setattr(worker, "FIRST_SECONDS", 0.001)
    file = MemoryFile(tmp_path / "notices.json")
    async with receiver() as taking, receiver() as other:
        taking.answers["/s3cret-path"] = (503, {})
        channels = [webhook(taking), webhook(other, name="另一个")]
        async with watching(channels, file, (-40, STALLED), (-9, STALLED)):
            tried = (await taking.until(2))[0].said
            await other.until(1)
        taking.answers.clear()
        del taking.taken[:]
        async with watching(channels, file, (1, STALLED)):
            [delivered] = await taking.until(1)
            await until_remembered_as_taken(file)
    assert delivered.said["id"] == tried["id"]
    assert len(other.taken) == 1


async def until_remembered_as_taken(file: MemoryFile) -> None:
    """Return once the file says that nothing waits for the channel."""
    async with asyncio.timeout(5):
        while (known := file.read().get("程序")) is None or known.waiting is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_channel_that_was_away_is_told_the_rest_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No storm of what came and went meanwhile: robots take twenty messages a minute."""
    monkeypatch.setattr(worker, "FIRST_SECONDS", 0.001)
    away, seen = True, []

    def receive(request: httpx.Request) -> httpx.Response:
        if not away:
            seen.append([line["text"][:9] for line in orjson.loads(request.content)["lines"]])
        return httpx.Response(503 if away else 200)

    found, reporter = outlet(), Reporter()

    def take(second: float, facts: Facts) -> None:
        found.take(reporter.report(replace(facts, at=now + timedelta(seconds=second))))

    async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client, delivering(found, client):
        now = datetime.now(UTC)
        for second, facts in ((0, STALLED), (31, STALLED), (40, WELL), (50, STALLED), (90, STALLED), (100, DEAD), (140, DEAD)):
            take(second, facts)
        away = False
        await until_empty(found)
        take(142, DEAD)
        await until_empty(found)
    assert seen == [[STALL[:9]], ["加工有 3 份未能"[:9], f"已恢复：{STALL}"[:9]]]


@pytest.mark.parametrize(("days", "delivered"), [(0, ["kept"]), (2, [])])
async def test_what_waited_for_more_than_a_day_is_dropped(tmp_path: Path, days: int, delivered: list[str]) -> None:
    """It is news no more."""
    file = MemoryFile(tmp_path / "notices.json")
    kept = Notice(id="kept", level="red", title="旧事", at=datetime.now(UTC) - timedelta(days=days))
    file.write(
        {"程序": ChannelMemory(waiting=kept), "另一个": ChannelMemory(waiting=kept.model_copy(update={"id": "other", "at": datetime.now(UTC)}))}
    )
    async with receiver() as taking, receiver() as other, watching([webhook(taking), webhook(other, name="另一个")], file):
        await other.until(1)
        await until_remembered_as_taken(file) if delivered else None
    assert [each.said["id"] for each in taking.taken] == delivered


async def test_no_address_or_secret_is_logged_or_remembered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where a channel refuses, nor where it is away: a robot's address is its password."""
    monkeypatch.setattr(worker, "FIRST_SECONDS", 0.001)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as shared/log sets it
    file = MemoryFile(tmp_path / "notices.json")
    async with receiver() as taking:
        taking.answers["/refused"] = (404, {})
        taking.answers["/busy"] = (503, {})
        channels = [webhook(taking, name=path, url=f"{taking.url}/{path}?key=s3cret-key", secret="s3cret-signature") for path in ("refused", "busy")]
        async with watching(channels, file, (-40, STALLED), (-9, STALLED)):
            await taking.until(4)
    said = caplog.text + "".join(capsys.readouterr()) + file.path.read_text("utf-8")
    assert "notice_dropped" in said
    assert "notice_waits" in said
    assert "s3cret" not in said
