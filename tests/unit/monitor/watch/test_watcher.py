"""Rounds of looking at everything, with stand-ins for what is looked at."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from services.monitor.lag.window import Course
from services.monitor.report.facts import DeadFacts, EngineFacts, LagFacts, Service, ServiceFacts
from services.monitor.watch import service_look
from services.monitor.watch.kafka_look import KafkaSeen, total
from services.monitor.watch.watcher import Watcher
from shared.errors import Unavailable

NOW = datetime(2026, 2, 6, tzinfo=UTC)
SEEN = KafkaSeen({"enrich": LagFacts(Course("OK", 0), 1)}, ())


class Kafka:
    """Answers so, or raises."""

    def __init__(self, answer: KafkaSeen | Exception = SEEN) -> None:
        self.answer = answer

    async def look(self) -> KafkaSeen:
        """As told."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        """Nothing is held."""


def always(answer: EngineFacts) -> Callable[[], Awaitable[EngineFacts]]:
    """Elasticsearch is so."""

    async def look() -> EngineFacts:
        return answer

    return look


def service(answer: ServiceFacts) -> Callable[[], Awaitable[ServiceFacts]]:
    """A service is so."""

    async def look() -> ServiceFacts:
        return answer

    return look


def watcher(kafka: Kafka | None = None, *, elastic: EngineFacts = EngineFacts(True), **services: ServiceFacts) -> Watcher:  # noqa: B008
    """One that looks at these."""
    named: dict[Service, Callable[[], Awaitable[ServiceFacts]]] = {name: service(seen) for name, seen in services.items()}  # type: ignore[misc]
    return Watcher(kafka or Kafka(), always(elastic), named, now=lambda: NOW, every=0.001)


def codes(found: Watcher) -> list[str]:
    """Of the causes, but for what the comparison of topics and index says."""
    assert found.report is not None
    return [f"{one.code}/{one.part}" for one in found.report.causes if one.part != "index_content"]


async def test_a_round_reports_what_it_saw() -> None:
    """Each thing by itself."""
    found = watcher(ingest=ServiceFacts(alive=False), search=ServiceFacts(alive=True, ready=True))
    await found.round()
    assert codes(found) == ["service_down/ingest"]


async def test_kafka_away_is_a_fact_and_no_fault() -> None:
    """And what was said of it last goes."""
    kafka = Kafka()
    found = watcher(kafka)
    await found.round()
    kafka.answer = Unavailable("refused")
    await found.round()
    assert codes(found) == ["engine_away/kafka"]


async def test_a_fault_of_ours_ends_no_rounds() -> None:
    """The next comes; of one with Kafka's client there is a report: the last would seem to be of now."""
    kafka, faults = Kafka(RuntimeError("a fault")), [True]
    found = watcher(kafka)
    await found.round()
    assert codes(found) == ["engine_away/kafka"]
    kafka.answer, found.report = SEEN, None

    def told(_facts: object, _report: object) -> None:
        if faults and faults.pop():
            raise RuntimeError("a fault")

    found.told = told
    running = asyncio.create_task(found.run())
    async for report in found.reports():
        assert report.at == NOW
        break
    running.cancel()
    await asyncio.wait([running])


async def test_a_service_hangs_that_does_not_answer_twice_in_a_row() -> None:
    """Once is a busy machine: until it was asked again it is as it was, and a monitor that has just begun does not know."""
    told = []
    found = watcher(fetch=ServiceFacts(alive=False, hangs=True), search=ServiceFacts(alive=True, ready=True))
    for _ in range(2):
        await found.round()
        told.append(codes(found))
    found.services = {"search": service(ServiceFacts(alive=False, hangs=True))}
    for _ in range(2):
        await found.round()
        told.append(codes(found))
    assert told == [["service_unknown/fetch"], ["service_hangs/fetch"], [], ["service_hangs/search"]]


async def test_dead_letters_wait_on_while_kafka_is_away() -> None:
    """Since the same moment, as nobody solves them then."""
    kafka = Kafka(replace(SEEN, dead={"enrich": DeadFacts(3, {"undecodable": 3})}))
    found = watcher(kafka)
    await found.round()
    kafka.answer = Unavailable("refused")
    await found.round()
    assert codes(found) == ["engine_away/kafka", "dead_letters/enrich"]


async def test_news_come_to_whoever_waits() -> None:
    """The last report first, then each new one."""
    found = watcher()
    await found.round()
    reports = found.reports()
    first = await anext(reports)
    waiting = asyncio.ensure_future(anext(reports))
    await asyncio.sleep(0)
    second = await found.round()
    assert (await waiting, first) == (second, first)


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (httpx.Response(200, json={"ok": True, "checks": []}), ServiceFacts(alive=True, ready=True)),
        (
            httpx.Response(503, json={"ok": False, "checks": [{"name": "kafka", "ok": False, "message": "away"}]}),
            ServiceFacts(alive=True, message="kafka: away"),
        ),
        (
            httpx.Response(503, json={"ok": False, "checks": [{"name": "dead_letters", "ok": False, "message": "stopped consuming, 200"}]}),
            ServiceFacts(alive=True, message="dead_letters: stopped consuming, 200", stopped=True),
        ),
        (httpx.Response(503, json={"ok": False}), ServiceFacts(alive=True, message="its reasons need JIANBAO_HEALTH_KEY")),
        (httpx.Response(200, text="<html>"), ServiceFacts(alive=False, message="http://a is no service of jianbao (HTTP 200)")),
        (httpx.ConnectError("refused"), ServiceFacts(alive=False, message="http://a: ConnectError")),
        (httpx.ReadTimeout("late"), ServiceFacts(alive=False, hangs=True, message="http://a does not answer within 4 s")),
    ],
)
async def test_a_service_says_how_it_is(answer: httpx.Response | Exception, seen: ServiceFacts) -> None:
    """Or is not there."""

    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as client:
        assert await service_look.look(client, "http://a") == seen


def test_a_group_is_as_in_its_worst_partition() -> None:
    """With the sums of the others' figures."""
    assert total([Course("OK", 0, 1.0, -1.0), Course("STALL", 3, 0.0, 0.0, 80.0), Course("OK", 1)]) == Course("STALL", 4, 1.0, -1.0, 80.0)
