"""Canaries fed to a stand-in for ingest and asked of one for search."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from services.monitor.canary.worker import Canary
from services.monitor.report.facts import CanaryFacts, Facts
from shared.kafka import canary

Answer = Callable[[httpx.Request], httpx.Response]
NOW = datetime(2026, 2, 6, tzinfo=UTC)


class Stack:
    """Ingest and search: what was fed is found at the third question, unless a test says otherwise; time passes only while one waits."""

    def __init__(self, *, api_key: str | None = None) -> None:
        self.now, self.asked = 0.0, 0
        self.fed: list[dict[str, str]] = []
        self.keys: list[str | None] = []
        self.ingest: Answer = lambda _request: httpx.Response(202)
        self.search: Answer = self._search
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer), headers={"Authorization": "Bearer health"})
        urls = "http://ingest", "http://search"
        self.canary = Canary(client, *urls, every=60, lost_after=120, api_key=api_key, clock=lambda: self.now, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers.get("authorization"))
        if request.url.host == "ingest":
            self.fed.append(json.loads(request.content))
            return self.ingest(request)
        return self.search(request)

    def _search(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(200, json={"found": self.asked >= 3 and request.url.params["word"] in self.fed[-1]["text"]})

    def facts(self) -> CanaryFacts:
        """What a round of the watcher is told."""
        return self.canary.add(Facts(NOW)).canary


def answering(status: int) -> Answer:
    """Always with this status."""
    return lambda _request: httpx.Response(status, json={})


def away(request: httpx.Request) -> httpx.Response:
    """Nobody listens."""
    raise httpx.ConnectError("refused", request=request)


async def test_one_is_fed_and_asked_for_until_it_is_found() -> None:
    """It took as long as that."""
    stack = Stack()
    await stack.canary.beat()
    figures = stack.facts().figures
    assert figures is not None
    assert (figures.found, figures.lost) == (1, 0)
    assert figures.p50 == pytest.approx(0.4)


async def test_it_is_always_the_same_digest_with_other_words() -> None:
    """So that there is one of it in the index, however many were fed."""
    stack = Stack()
    await stack.canary.beat()
    await stack.canary.beat()
    one, other = stack.fed
    assert {(each["source"], each["external_id"]) for each in stack.fed} == {(canary.SOURCE, canary.EXTERNAL_ID)}
    assert one["text"] != other["text"]


@pytest.mark.parametrize("search", [answering(503), answering(500), away, lambda _request: httpx.Response(200, text="no JSON")])
async def test_what_is_not_found_in_time_is_lost(search: Answer) -> None:
    """Whatever search says meanwhile."""
    stack = Stack()
    stack.search = search
    await stack.canary.beat()
    assert stack.facts().lost == 1
    assert 120 < stack.now < 121


@pytest.mark.parametrize("ingest", [answering(503), answering(413), away])
async def test_what_ingest_does_not_take_is_lost(ingest: Answer) -> None:
    """At once; and it is found again when ingest takes the next."""
    stack = Stack()
    stack.ingest = ingest
    await stack.canary.beat()
    assert (stack.facts().lost, stack.asked, stack.now) == (1, 0, 0.0)
    stack.ingest = answering(202)
    await stack.canary.beat()
    assert stack.facts().lost == 0


@pytest.mark.parametrize("status", [401, 403])
async def test_a_missing_key_loses_nothing(status: int) -> None:
    """It says nothing of the pipeline, and which setting is wrong."""
    stack = Stack()
    stack.ingest = answering(status)
    await stack.canary.beat()
    assert stack.facts() == CanaryFacts(barred="MONITOR_API_KEY")
    stack.ingest, stack.search = answering(202), answering(status)
    await stack.canary.beat()
    assert stack.facts() == CanaryFacts(barred="JIANBAO_HEALTH_KEY")


async def test_ingest_gets_its_own_key() -> None:
    """And search that of health."""
    stack = Stack(api_key="ours")
    await stack.canary.beat()
    assert stack.keys[:2] == ["Bearer ours", "Bearer health"]
