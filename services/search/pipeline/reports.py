"""The monitor's report, balance and points of the last day, as search shows them; that it is away is a report too."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from pydantic import ValidationError

from shared.errors import Rejected
from shared.health.commands import fitting
from shared.health.conservation import UNKNOWN, Conservation
from shared.health.conservation import read as read_balance
from shared.health.report import Behind, Part, Points, Report, Trouble, Words, read
from shared.settings import RunBy

FRESH_SECONDS = 1.0
"""However many look, the monitor is asked once a second."""

FOLLOW_SECONDS = 2.0
"""Between two looks for what every page shows; no page waits for them."""

SHOWN_SECONDS = 10.0
"""Within which what was answered last is still of now."""

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


KEY = (
    Words(
        symptom="监测服务不认检索的密钥：HEALTH_KEY 不一致，看不到各环节的状况。",
        action="请让检索的 JIANBAO_HEALTH_KEY 与监测 JIANBAO_HEALTH_KEYS 里的一个相符"
        "（或把地址里的主机名写进监测的 JIANBAO_HEALTH_HOSTS），然后重启检索。",
        impact="检索与入库照常；出了问题这里不会有提示。",
    ),
    Words(
        symptom="The monitor runs and does not take search's key: the keys differ, so nothing is known of the stages here.",
        action="Make search's JIANBAO_HEALTH_KEY one of those whose hashes are in the monitor's JIANBAO_HEALTH_KEYS, "
        "or name the host of its address in its JIANBAO_HEALTH_HOSTS; then restart search.",
        impact="Search and indexing go on; trouble is not shown here.",
    ),
)

NOT_YET = (
    Words(
        symptom="监测服务在运行，还没有可用的结果。",
        action="请稍候；若一直如此，请看监测服务的日志并重启它。",
        impact="检索与入库照常；各环节的状况暂不清楚。",
    ),
    Words(
        symptom="The monitor runs and has no result that is of now.",
        action="Wait some seconds; if it stays so, see the monitor's log and restart it.",
        impact="Search and indexing go on; how the stages are is not known for now.",
    ),
)


@dataclass
class Reports:
    """Asks the monitor; `close` frees the connections."""

    url: str
    key: str | None = None
    run_by: RunBy = "hand"
    transport: httpx.AsyncBaseTransport | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    stopping: Callable[[], bool] = lambda: False
    """Whether the service ends, and streams of reports with it"""
    _client: httpx.AsyncClient = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _latest: tuple[float, Report] | None = field(default=None, init=False)
    _points_turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _points: tuple[float, Points] | None = field(default=None, init=False)
    _balance_turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _balance: tuple[float, Conservation] | None = field(default=None, init=False)
    _away_since: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=SECONDS, transport=self.transport, trust_env=False)

    async def latest(self) -> Report:
        """Return the report of now; raises nothing."""
        async with self._turn:
            if self._latest is None or time.monotonic() - self._latest[0] > FRESH_SECONDS:
                found = await self._ask()
                self._latest = time.monotonic(), found
            return self._latest[1]

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Keep the report up to date while the block runs."""
        task = asyncio.create_task(self._follow(), name="reports of the monitor")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def behind(self) -> Behind | None:
        """Return until when what was received is searchable, at once; None where all is, or nobody knows."""
        if self._latest is None or time.monotonic() - self._latest[0] > SHOWN_SECONDS:
            return None
        return self._latest[1].behind

    async def _follow(self) -> None:
        while True:
            await self.latest()
            await asyncio.sleep(FOLLOW_SECONDS)

    async def points(self) -> Points:
        """Return the points of the last day; none where the monitor is away."""
        async with self._points_turn:
            if self._points is None or time.monotonic() - self._points[0] > POINTS_SECONDS:
                found = await self._ask_points()
                self._points = time.monotonic(), found
            return self._points[1]

    async def _ask_points(self) -> Points:
        try:
            answer = await self._client.get(self.url.rstrip("/") + "/history")
            return Points.model_validate_json(answer.content, extra="ignore") if answer.is_success else Points()
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError):
            return Points()

    async def conservation(self) -> Conservation:
        """Return the balance of what was received; that nothing is known where the monitor is away."""
        async with self._balance_turn:
            if self._balance is None or time.monotonic() - self._balance[0] > FRESH_SECONDS:
                found = await self._ask_balance()
                self._balance = time.monotonic(), found
            return self._balance[1]

    async def _ask_balance(self) -> Conservation:
        try:
            answer = await self._client.get(self.url.rstrip("/") + "/conservation")
            return read_balance(answer.content) if answer.is_success else UNKNOWN
        except (httpx.HTTPError, httpx.InvalidURL):
            return UNKNOWN

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self) -> Report:
        try:
            answer = await self._client.get(self.url.rstrip("/") + "/report")
            if answer.status_code in (401, 403):
                return self._blind("monitor_key_refused", KEY)
            if answer.status_code == 503:
                return self._blind("monitor_not_ready", NOT_YET, "restart monitor")
            found = read(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, Rejected):
            return self._blind("monitor_away", AWAY, "restart monitor")
        self._away_since = None
        return found

    def _blind(self, code: str, words: tuple[Words, Words], command: str | None = None) -> Report:
        """Return that nothing is known, and why."""
        now = self.now()
        self._away_since = self._away_since or now
        trouble = Trouble(
            code=code,
            part="monitor",
            state="unknown",
            since=self._away_since,
            command=fitting(command, self.run_by),
            chinese=words[0],
            english=words[1],
        )
        part = Part(name="monitor", state="unknown", since=self._away_since, troubles=(code,))
        return Report(state="unknown", at=now, causes=(trouble,), parts=(part,))
