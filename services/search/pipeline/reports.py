"""The monitor's report and its points of the last day, as search shows them; that the monitor is away is a report too."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from pydantic import ValidationError

from shared.errors import Rejected
from shared.health.report import Part, Points, Report, Trouble, Words, read

FRESH_SECONDS = 1.0
"""However many look, the monitor is asked once a second."""

POINTS_SECONDS = 15.0
"""A day's points are half a MB, and a new one comes each minute; open pages ask every two seconds."""

SECONDS = 3.0
"""For its answer, which it has at hand."""

AWAY = (
    Words(
        symptom="监测服务没有回应，各环节的状况无从得知。",
        action="请启动监测服务。",
        impact="检索与入库照常；出了问题暂时不会有提示。",
    ),
    Words(
        symptom="The monitor does not answer, so nobody knows how the stages are.",
        action="Start it.",
        impact="Search and indexing go on; trouble is not noticed for now.",
    ),
)


@dataclass
class Reports:
    """Asks the monitor; `close` frees the connections."""

    url: str
    key: str | None = None
    transport: httpx.AsyncBaseTransport | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    stopping: Callable[[], bool] = lambda: False
    """Whether the service ends, and streams of reports with it"""
    _client: httpx.AsyncClient = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _latest: tuple[float, Report] | None = field(default=None, init=False)
    _points_turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _points: tuple[float, Points] | None = field(default=None, init=False)
    _away_since: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=SECONDS, transport=self.transport, trust_env=False)

    async def latest(self) -> Report:
        """Return the report of now; raises nothing."""
        async with self._turn:
            if self._latest is None or time.monotonic() - self._latest[0] > FRESH_SECONDS:
                self._latest = time.monotonic(), await self._ask()
            return self._latest[1]

    async def points(self) -> Points:
        """Return the points of the last day; none where the monitor is away."""
        async with self._points_turn:
            if self._points is None or time.monotonic() - self._points[0] > POINTS_SECONDS:
                self._points = time.monotonic(), await self._ask_points()
            return self._points[1]

    async def _ask_points(self) -> Points:
        try:
            answer = await self._client.get(self.url.rstrip("/") + "/history")
            return Points.model_validate_json(answer.content, extra="ignore") if answer.is_success else Points()
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError):
            return Points()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self) -> Report:
        try:
            answer = await self._client.get(self.url.rstrip("/") + "/report")
            found = read(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, Rejected):
            return self._away()
        self._away_since = None
        return found

    def _away(self) -> Report:
        now = self.now()
        self._away_since = self._away_since or now
        trouble = Trouble(
            code="monitor_away",
            part="monitor",
            state="unknown",
            since=self._away_since,
            command="python -m services.monitor",
            chinese=AWAY[0],
            english=AWAY[1],
        )
        part = Part(name="monitor", state="unknown", since=self._away_since, troubles=("monitor_away",))
        return Report(state="unknown", at=now, causes=(trouble,), parts=(part,))
