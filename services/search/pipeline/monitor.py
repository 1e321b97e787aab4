"""Every two seconds: Kafka, Elasticsearch and the services → the Measurement that the pipeline page is made from.

Each part is measured by itself within its own time, so that one that hangs or is away says nothing against the others; what fails keeps
its last value with the reason. The loop can't end silently: whatever is raised is logged and the next round comes, and `check` fails
when rounds stay away.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import httpx

from services.search.pipeline.elastic_probe import IndexMissing
from services.search.pipeline.figures import PipelineAnswer, assemble
from services.search.pipeline.measurement import DeadFacts, IndexFacts, KafkaFacts, Measurement, Seen, ServiceFacts, ServiceName
from shared.completeness import Completeness, read, unknown
from shared.dead_letters.register import Register
from shared.dead_letters.state import Known
from shared.errors import JianbaoError
from shared.health.asked import SECONDS as READY_SECONDS
from shared.health.asked import ask
from shared.log import get
from shared.settings import RunBy

log = get(__name__)
T = TypeVar("T")

EVERY = 2.0
"""Seconds between rounds: what people see as now, at some requests a second."""
PART_SECONDS = 8.0
"""For one part of a round: longer than its own requests may take."""
SILENT_SECONDS = 30.0
"""Without a finished round the monitor itself is broken: a round takes at most PART_SECONDS and the clients' stopping."""
LOOKED_UP = 1000
"""Manifests of digests with dead letters that are read in a round: some ms; of more, some in each round."""
WRONG_KEY = "密钥不对，看不到原因：检索的 JIANBAO_HEALTH_KEY 不在该服务的 JIANBAO_HEALTH_KEYS 之中"


class KafkaSource(Protocol):
    """What measures Kafka."""

    @property
    def register(self) -> Register:
        """Dead letters as they were seen last."""

    async def measure(self) -> KafkaFacts:
        """One round."""

    async def close(self) -> None:
        """Free what it holds."""


class IndexSource(Protocol):
    """What measures Elasticsearch."""

    async def measure(self) -> IndexFacts:
        """One round."""

    async def manifests(self, digest_ids: Sequence[str]) -> dict[str, Known | None]:
        """What the index holds of these digests."""

    async def answers(self) -> None:
        """Raise unless a search would be answered."""


class Monitor:
    """Measures in the background from `running` on; answers from what it saw last."""

    def __init__(
        self,
        kafka: KafkaSource,
        index: IndexSource,
        services: Mapping[ServiceName, str],
        *,
        completeness: str | None = None,
        key: str | None = None,
        run_by: RunBy = "hand",
        every: float = EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._kafka, self._index, self._services = kafka, index, services
        self._completeness = completeness
        self._key = key
        self._run_by = run_by
        self._every, self._clock = every, clock
        self._seen = Measurement()
        self._began: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Measure while the block runs."""
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        async with httpx.AsyncClient(timeout=READY_SECONDS, trust_env=False, headers=headers) as client:
            self._began = self._clock()
            self._task = asyncio.create_task(self._run(client), name="pipeline monitor")
            try:
                yield
            finally:
                self._task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._task
                await self._kafka.close()

    async def _run(self, client: httpx.AsyncClient) -> None:
        while True:
            try:
                await self.round(client)
            except Exception:
                log.exception("a round of the pipeline monitor failed")
            await asyncio.sleep(self._every)

    async def round(self, client: httpx.AsyncClient) -> None:
        """Measure everything once, all parts at the same time."""
        kafka, index, services, completeness = await asyncio.gather(
            self._part(self._seen.kafka, self._kafka.measure),
            self._part(self._seen.elastic, self._index.measure, empty=IndexFacts(0, 0)),
            asyncio.gather(*(_readyz(client, url) for url in self._services.values())),
            _found_complete(client, self._completeness),
        )
        if kafka.value is not None and not kafka.error:
            await self._look_up()
            kafka = replace(kafka, value=replace(kafka.value, dead=self._dead()))
        if not completeness.canaries:  # while the monitor is away they are still no digests of people
            completeness = completeness.model_copy(update={"canaries": self._seen.completeness.canaries})
        self._seen = Measurement(kafka, index, dict(zip(self._services, services, strict=True)), completeness, self._clock())

    @property
    def held(self) -> int:
        """Digests in quarantine when the index was last measured; 0 where it never was."""
        return self._seen.elastic.value.quarantined if self._seen.elastic.value else 0

    async def _look_up(self) -> None:
        """Learn which letters are solved; while Elasticsearch is away none is, as its own part says."""
        try:
            async with asyncio.timeout(PART_SECONDS):
                if digest_ids := self.register.unsettled(LOOKED_UP):
                    self.register.learn(await self._index.manifests(digest_ids))
        except (TimeoutError, JianbaoError):
            return
        except Exception:
            log.exception("looking up the digests of dead letters failed")

    def _dead(self) -> dict[str, DeadFacts]:
        return {stage: DeadFacts(dict(errors), newest) for stage, (errors, newest) in self.register.counts().items()}

    @property
    def register(self) -> Register:
        """Dead letters as they were seen last."""
        return self._kafka.register

    async def _part(self, last: Seen[T], measure: Callable[[], Awaitable[T]], *, empty: T | None = None) -> Seen[T]:
        began = self._clock()  # Whoever waits for something can tell by it that all was measured later.
        try:
            async with asyncio.timeout(PART_SECONDS):
                return Seen(await measure(), began)
        except TimeoutError:
            return replace(last, error=f"no answer within {PART_SECONDS:g} s")
        except IndexMissing:
            return Seen(empty, began)
        except JianbaoError as error:
            return replace(last, error=str(error))
        except Exception as error:
            log.exception("measuring a part of the pipeline failed")
            return replace(last, error=f"{type(error).__name__}: see the log of the search service")

    def pipeline(self) -> PipelineAnswer:
        """The pipeline as it was seen last, judged by the time that has passed since."""
        return assemble(self._seen, now=self._clock(), run_by=self._run_by)

    @property
    def dead_complete(self) -> bool:
        """Whether all dead letters have been read."""
        return self._seen.kafka.value is not None and self._seen.kafka.value.dead_complete

    async def index_answers(self) -> None:
        """Raise unless a search would be answered."""
        await self._index.answers()

    async def check(self) -> None:
        """Raise when rounds stay away: the pipeline page would show the past."""
        if self._task is None or self._task.done():
            raise RuntimeError("the pipeline monitor does not run")
        last = self._seen.at or self._began or self._clock()
        silent = (self._clock() - last).total_seconds()
        if silent > SILENT_SECONDS:
            raise RuntimeError(f"the pipeline monitor has not finished a round for {silent:.0f} s")


async def _readyz(client: httpx.AsyncClient, url: str) -> ServiceFacts:
    """A service as it says itself."""
    found = await ask(client, url)
    message = {
        "away": f"{url} 没有回应",
        "hangs": f"{url} {READY_SECONDS:g} 秒内没有答复",
        "no_name": f"{url} 不认这个主机名：请写进它的 JIANBAO_HEALTH_HOSTS",
        "foreign": f"{url} 不是 jianbao 的服务",
    }.get(found.kind, found.message)
    if found.hidden and found.kind == "not_ready":
        message = WRONG_KEY if found.key_refused else "原因要有密钥才看得到：请设置 JIANBAO_HEALTH_KEY"
    return ServiceFacts(alive=found.kind in ("ready", "not_ready", "hangs", "no_name"), ready=found.kind == "ready", message=message)


async def _found_complete(client: httpx.AsyncClient, url: str | None) -> Completeness:
    """What the monitor service found last; that nothing is known where it does not answer, or isn't ours."""
    if url is None:
        return unknown("stale")
    try:
        answer = await client.get(url.rstrip("/") + "/completeness")
    except (httpx.HTTPError, httpx.InvalidURL):
        return unknown("stale")
    return read(answer.content)
