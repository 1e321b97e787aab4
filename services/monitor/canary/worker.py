"""Every minute: a digest fed through ingest's API, and asked for in search's until it is found → figures, metrics.

One is under way at a time, as each replaces the one before it. A monitor that starts again waits for none that was
fed before, so that a restart loses none.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import httpx

from services.monitor.canary import content
from services.monitor.canary.beats import Beats
from services.monitor.report.facts import CanaryFacts, Facts
from shared import log, metrics

_log = log.get(__name__)

FEED_SECONDS = 15.0
"""For ingest's answer, which comes within the 10 s that it waits for Kafka."""

ASK_SECONDS = 10.0
"""For search's answer to one question."""

ASK_EVERY = 0.2
"""Seconds between questions; Elasticsearch makes findable what was written once a second."""

START_SECONDS = 15.0
"""Before the first: whoever starts everything at once starts us too early."""

BARRED = (401, 403)


@dataclass
class Canary:
    """Feeds and asks; `add` puts what came of it into a round's facts."""

    client: httpx.AsyncClient
    """Sends the key of health and metrics"""
    ingest_url: str
    search_url: str
    every: float
    """Seconds between two"""
    lost_after: float
    """Seconds after which one is given up"""
    api_key: str | None = None
    """Of ingest"""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    beats: Beats = field(default_factory=Beats)
    barred: str = field(default="", init=False)
    """Which key is missing; such a canary says nothing of the pipeline, and is not lost"""

    async def run(self) -> None:
        """Beat after beat, until cancelled; nothing that a beat raises ends it."""
        await self.sleep(min(self.every, START_SECONDS))
        while True:
            began = self.clock()
            try:
                await self.beat()
            except Exception:
                _log.exception("a canary failed")
            await self.sleep(max(0.0, began + self.every - self.clock()))

    async def beat(self) -> None:
        """Feed one, and ask for it until it is found or lost."""
        word, began = content.word(), self.clock()
        self.barred, refused = await self._feed(word)
        if not self.barred and not refused:
            while not await self._found(word) and not self.barred:
                if self.clock() - began > self.lost_after:
                    refused = f"not found within {self.lost_after:g} s"
                    break
                await self.sleep(ASK_EVERY)
        if self.barred:
            _log.warning("canary_barred", reason=self.barred)
        elif refused:
            _log.warning("canary_lost", reason=refused)
            self.beats.lost()
            metrics.canaries.labels(outcome="lost").inc()
        else:
            seconds = self.clock() - began
            self.beats.found(seconds)
            metrics.canaries.labels(outcome="found").inc()
            metrics.canary_seconds.observe(seconds)
        metrics.canaries_lost.set(self.beats.figures().lost_in_a_row)

    async def _feed(self, word: str) -> tuple[str, str]:
        """Return which key is missing, and why ingest did not take it; both empty where it did."""
        # Without keys ingest takes what addresses it as this machine itself, to keep out pages of other sites.
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {"Host": "localhost"}
        try:
            answer = await self.client.post(
                self.ingest_url.rstrip("/") + "/v1/digests", json=content.digest(word), headers=headers, timeout=FEED_SECONDS
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return "", f"ingest: {type(error).__name__}"
        if answer.status_code in BARRED:
            return "MONITOR_API_KEY", ""
        return "", "" if answer.is_success else f"ingest: HTTP {answer.status_code}"

    async def _found(self, word: str) -> bool:
        """Ask once; what can't answer has not found it yet."""
        try:
            answer = await self.client.get(self.search_url.rstrip("/") + "/canary", params={"word": word}, timeout=ASK_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        if answer.status_code in BARRED:
            self.barred = "JIANBAO_HEALTH_KEY"
            return False
        try:
            return answer.is_success and answer.json()["found"] is True
        except (ValueError, KeyError, TypeError):
            return False

    def add(self, facts: Facts) -> Facts:
        """Add what is known now."""
        figures = self.beats.figures()
        known = figures if figures.found or figures.lost else None
        return replace(facts, canary=CanaryFacts(figures.lost_in_a_row, figures.recent_p95, self.barred, known))
