"""Reports → grouped for each channel, delivered, and tried again while a channel is away.

Each channel has its own grouping and its own turn, so that one that is away or silent holds up no other. What a channel
refuses for good is logged and dropped; what it could not take for a day is news no more. While a notice waits for its
channel no other is made: once it is there, one more says all that has changed since. What was told and what waits is
written to a file at each change, so that a monitor that is started again goes on from there.
"""

import asyncio
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import httpx

from services.monitor.notices.memory import ChannelMemory, MemoryFile
from services.monitor.notices.words import notice, symptoms, unsure
from shared import log, metrics
from shared.health.report import Report
from shared.notices.answers import Answer, Outcome
from shared.notices.channel import Channel
from shared.notices.grouping import Bundle, Grouping
from shared.notices.notice import Notice
from shared.notices.send import send
from shared.retry import Backoff
from shared.text.dates import SHANGHAI

_log = log.get(__name__)

STALE = timedelta(days=1)

FIRST_SECONDS, LONGEST_SECONDS = 1.0, 300.0

ASKED_SECONDS = 3600.0
"""As long as a channel may ask to be left alone (Retry-After): a slip of its clock must not silence it for years."""


@dataclass
class Outlet:
    """One channel with what waits for it."""

    channel: Channel
    url: str | None
    """Of the page that every notice links to"""
    grouping: Grouping = field(default_factory=Grouping)
    waiting: Notice | None = None
    """That the channel has not taken yet"""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when what has to be remembered is another; one for all outlets"""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        for outcome in get_args(Outcome):  # counted from nothing: an increase from no series at all is none to Prometheus
            metrics.notices.labels(channel=self.channel.name, outcome=outcome)
        self._wait(None)

    def memory(self) -> ChannelMemory:
        """Return what to take along into another process."""
        return ChannelMemory(grouping=self.grouping.memory(), waiting=self.waiting)

    def recall(self, memory: ChannelMemory, now: datetime) -> None:
        """Go on where another process ended."""
        self.grouping.recall(memory.grouping, now)
        if memory.waiting is not None and now - memory.waiting.at <= STALE:
            self._wait(memory.waiting)

    def _wait(self, made: Notice | None) -> None:
        self.waiting = made
        metrics.notices_waiting.labels(channel=self.channel.name).set(made is not None)
        if made is not None:
            self._news.set()

    def take(self, report: Report) -> None:
        """Take a report; a notice of it waits then, where there is something to tell."""
        silent = self.waiting is not None or self.channel.is_silent(report.at.astimezone(SHANGHAI).time())
        # By itself for each channel: the end of what was told here is told here, whatever else comes with it.
        wanted = [one for one in symptoms(report) if one.colour in self.channel.levels]
        bundle = self.grouping.look(wanted, report.at, silent=silent, unsure=unsure(report))
        if bundle is not None:
            self.changed.set()
        if bundle is not None and "green" not in self.channel.levels:
            bundle = replace(bundle, over=())
        if bundle is None or bundle == Bundle():
            return
        self._wait(notice(bundle, channel=self.channel.name, url=self.url, at=report.at))

    async def deliver(self, client: httpx.AsyncClient) -> None:
        """Deliver what waits, and what will, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self.waiting is not None:
                await self._one(self.waiting, client)
                self._wait(None)
                self.changed.set()

    async def _one(self, made: Notice, client: httpx.AsyncClient) -> None:
        for delay in Backoff(first=FIRST_SECONDS, longest=LONGEST_SECONDS).delays():
            answer = await send(made, self.channel, client)
            metrics.notices.labels(channel=self.channel.name, outcome=answer.outcome).inc()
            if answer.outcome == "delivered" or self._given_up(made, answer):
                return
            await asyncio.sleep(max(delay, min(answer.after or 0.0, ASKED_SECONDS)))

    def _given_up(self, made: Notice, answer: Answer) -> bool:
        old = datetime.now(UTC) - made.at > STALE
        if answer.outcome == "wrong" or old:
            _log.error("notice_dropped", channel=self.channel.name, title=made.title, reason=answer.reason)
            return True
        _log.warning("notice_waits", channel=self.channel.name, reason=answer.reason)
        return False


async def run(outlets: Sequence[Outlet], reports: AsyncIterable[Report], file: MemoryFile | None = None) -> None:
    """Tell the outlets' channels of what changes in the reports, until cancelled; go on from what `file` holds."""
    changed = asyncio.Event()
    remembered = file.read() if file is not None and outlets else {}
    for outlet in outlets:
        outlet.changed = changed
        if (memory := remembered.get(outlet.channel.name)) is not None:
            outlet.recall(memory, datetime.now(UTC))
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.TaskGroup() as tasks:
        for outlet in outlets:
            tasks.create_task(outlet.deliver(client))
        if file is not None and outlets:
            tasks.create_task(_remember(outlets, file, changed))
        async for report in reports:
            for outlet in outlets:
                outlet.take(report)


async def _remember(outlets: Sequence[Outlet], file: MemoryFile, changed: asyncio.Event) -> None:
    """Write what has to be remembered whenever it changes, and at the end."""

    def memories() -> dict[str, ChannelMemory]:
        return {outlet.channel.name: outlet.memory() for outlet in outlets}

    try:
        while True:
            await changed.wait()
            changed.clear()
            await asyncio.to_thread(file.write, memories())
    finally:
        file.write(memories())
