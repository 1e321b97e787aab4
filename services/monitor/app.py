"""Settings → the monitor: health and what it found on its port, rounds of comparing in the background, until it is told to stop."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.monitor.completeness.compare import Comparer
from services.monitor.completeness.index import Index
from services.monitor.completeness.ledger import Ledger
from services.monitor.completeness.topics import TopicReader
from shared import elastic
from shared.health import Health, refusal, routes, serving
from shared.health.guard import Guard
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, KafkaSettings, MonitorSettings

COMPLETENESS = "/completeness"


@dataclass
class Monitor:
    """What runs: today the comparison of topics and index; each further thing to watch is a task and a route beside it."""

    common: CommonSettings
    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    settings: MonitorSettings
    health_settings: HealthSettings = field(default_factory=HealthSettings)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; raises Misconfigured when the settings can't be used."""
        client = elastic.connect(self.elasticsearch, connections=2)
        try:
            comparer = Comparer(
                TopicReader(self.kafka, self.common.topics, Ledger()),
                Index(client, self.elasticsearch, namespace=self.common.namespace),
                self.settings.every,
            )
            settings = self.settings
            async with serving(
                app(comparer, self.health(comparer), Guard(settings.host, self.health_settings)),
                host=settings.host,
                port=settings.health_port,
                variables=("MONITOR_HOST", "MONITOR_HEALTH_PORT"),
            ):
                self._task = asyncio.create_task(comparer.run(), name="completeness")
                await stop.wait()
                self._task.cancel()
                with suppress(asyncio.CancelledError):
                    await self._task
        finally:
            await client.close()

    def health(self, comparer: Comparer) -> Health:
        """Live: rounds come. Ready: the last one could ask Kafka and Elasticsearch; what it found there is for `/completeness` to say."""

        async def rounds() -> None:
            if self._task is None or self._task.done():
                raise RuntimeError("nothing is compared: start this process again")
            if comparer.latest.reason == "stale":
                raise RuntimeError("no round of comparing has ended lately")

        async def engines() -> None:
            if comparer.latest.reason == "away":
                raise RuntimeError(comparer.latest.detail)

        return Health("monitor", live={"rounds": rounds}, ready={"engines": engines})


def app(comparer: Comparer, health: Health, guard: Guard) -> Starlette:
    """Return the routes: health, and what was found, which is told to whom metrics are."""

    async def completeness(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        found = comparer.latest
        return Response(found.model_dump_json(), status_code=200 if found.state == "green" else 503, media_type="application/json")

    return Starlette(routes=[*routes(health, guard), Route(COMPLETENESS, completeness)])
