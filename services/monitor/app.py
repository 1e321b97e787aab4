"""Settings → the monitor: health and what it found on its port; in the background rounds of comparing and of looking."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch
from starlette.applications import Starlette

from services.monitor import routes
from services.monitor.canary.worker import Canary
from services.monitor.completeness.compare import Comparer
from services.monitor.completeness.index import Index
from services.monitor.completeness.ledger import Ledger
from services.monitor.completeness.topics import TopicReader
from services.monitor.lag import measured
from services.monitor.ledger.store import Store
from services.monitor.ledger.writer import Writer
from services.monitor.notices import worker as notices
from services.monitor.notices.memory import MemoryFile, path_for
from services.monitor.notices.worker import Outlet
from services.monitor.report import series
from services.monitor.report.facts import Facts, LostFacts, Service, ServiceFacts, SourceFacts
from services.monitor.report.report import Reporter
from services.monitor.sources.look import SourceLook
from services.monitor.watch import elastic_look, service_look
from services.monitor.watch.history import History
from services.monitor.watch.kafka_look import KafkaLook
from services.monitor.watch.watcher import Watcher
from shared import elastic, log
from shared import health as shared_health
from shared.dead_letters.manifests import manifests
from shared.dead_letters.state import Known
from shared.freshness.history import Histories
from shared.health import Health, serving
from shared.health.conservation import Conservation
from shared.health.guard import Guard
from shared.health.report import Report
from shared.keys.own import own
from shared.notices import channel
from shared.notices.channel import Channel
from shared.registry.follow import Registry
from shared.registry.listing import Listing
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, KafkaSettings, MonitorSettings

_log = log.get(__name__)

SOLVED_SECONDS = 1.0
"""For what the index holds of digests with dead letters: it takes some ms."""


@dataclass
class Monitor:
    """What runs: the comparison of topics and index, and the looks at everything that runs."""

    common: CommonSettings
    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    settings: MonitorSettings
    health_settings: HealthSettings = field(default_factory=HealthSettings)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; raises Misconfigured when the settings can't be used."""
        client = elastic.connect(self.elasticsearch, connections=3)
        key = self.health_settings.key
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        api_key = own(self.settings.api_key, self.settings.api_key_file, variable="MONITOR_API_KEY")
        async with client, httpx.AsyncClient(headers=headers, trust_env=False) as asking:
            comparer = Comparer(
                TopicReader(self.kafka, self.common.topics, Ledger()),
                Index(client, self.elasticsearch, namespace=self.common.namespace),
                self.settings.every,
                self.settings.lost_after,
            )
            registry = Registry(self.kafka, self.common.topics.sources, light=True)
            history = History()
            sources = SourceLook(
                Histories(client, self.elasticsearch, namespace=self.common.namespace), registry.listing, self.settings.sources_every
            )
            canary = self._canary(asking, api_key)
            watcher = self._watcher(comparer, client, asking, history, registry.listing, sources, canary)
            guard = Guard(self.settings.host, self.health_settings)
            outlets = [Outlet(one, self.settings.page_url) for one in self._channels()]
            writer = Writer(self.kafka, self.common.topics, Store(client, self.elasticsearch, namespace=self.common.namespace))
            remembered = MemoryFile(path_for(self.settings.state, self.common.namespace))
            telling = notices.run(outlets, watcher.reports(), remembered)
            work = [comparer.run(), watcher.run(), writer.run(), sources.run(), telling]
            if self.settings.canary_seconds:
                work.append(canary.run())
            async with registry.following(), running(*work) as tasks:
                serves = Starlette(
                    routes=[
                        *shared_health.routes(health(comparer, watcher, tasks), guard),
                        *routes.routes(comparer, watcher, history, guard, stop),
                    ]
                )
                settings = self.settings
                variables = ("MONITOR_HOST", "MONITOR_HEALTH_PORT")
                async with serving(serves, host=settings.host, port=settings.health_port, variables=variables):
                    await stop.wait()

    async def _manifests(self, client: AsyncElasticsearch, digest_ids: Sequence[str]) -> dict[str, Known | None]:
        # Inside a look at Kafka: an Elasticsearch that hangs must not make Kafka seem away.
        asking = client.options(request_timeout=SOLVED_SECONDS)
        return await manifests(asking, self.elasticsearch, digest_ids, namespace=self.common.namespace)

    def _channels(self) -> tuple[Channel, ...]:
        path = self.settings.notices
        return channel.read(path) if path is not None else ()

    def _canary(self, asking: httpx.AsyncClient, api_key: str | None) -> Canary:
        settings = self.settings
        urls = settings.ingest_health_url, settings.search_health_url
        return Canary(asking, *urls, every=settings.canary_seconds, lost_after=settings.canary_lost_seconds, api_key=api_key)

    def _watcher(
        self,
        comparer: Comparer,
        client: AsyncElasticsearch,
        asking: httpx.AsyncClient,
        history: History,
        listing: Listing,
        sources: SourceLook,
        canary: Canary,
    ) -> Watcher:
        settings = self.settings
        urls: dict[Service, str] = {
            "ingest": settings.ingest_health_url,
            "enrich": settings.enrich_health_url,
            "index": settings.index_health_url,
            "search": settings.search_health_url,
            "fetch": settings.fetch_health_url,
        }
        services: dict[Service, Callable[[], Awaitable[ServiceFacts]]] = {
            service: partial(service_look.look, asking, url) for service, url in urls.items()
        }

        def completeness(facts: Facts) -> Facts:
            return replace(facts, completeness=comparer.latest, lost=lost(comparer.conservation))

        def pauses(facts: Facts) -> Facts:
            return replace(facts, sources=[*facts.sources, *paused(listing)])

        return Watcher(
            KafkaLook(self.kafka, self.common.topics, solved=partial(self._manifests, client)),
            partial(elastic_look.look, client, self.elasticsearch, namespace=self.common.namespace),
            services,
            further=(completeness, pauses, sources.add, canary.add),
            told=partial(_keep, history),
            reporter=Reporter(run_by=self.common.run_by),
        )


@contextlib.asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list["asyncio.Task[None]"]]:
    """Run these beside the block, and end them after it."""
    tasks = [asyncio.create_task(each) for each in work]
    for task in tasks:
        task.add_done_callback(_say_end)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _say_end(task: "asyncio.Task[None]") -> None:
    """Log what ended by itself, when it did: nothing waits for it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("monitor_part_ended", reason=f"{type(error).__name__}: {error}", exc_info=error)


def _keep(history: History, facts: Facts, report: Report) -> None:
    """Keep a round for charts and metrics."""
    history.add(facts, report.state)
    series.export(facts, report)
    measured.export(facts)


def lost(found: Conservation) -> dict[Service, LostFacts]:
    """Return what each stage lost, long enough for it to count."""
    return {one.stage: LostFacts(one.overdue, [each.id for each in one.ids]) for one in found.stages if one.overdue}


def paused(listing: Listing) -> list[SourceFacts]:
    """Return the sources that are on and fetched no more, as they failed too often."""
    return [
        SourceFacts(source, listing.shown(source), paused=state.error or "")
        for source, state in listing.fetched.items()
        if state.paused and listing.on(source)
    ]


def health(comparer: Comparer, watcher: Watcher, tasks: list["asyncio.Task[None]"]) -> Health:
    """Live: rounds come. Ready: the last one could ask Kafka and Elasticsearch; what was found there is for the routes to say."""

    async def rounds() -> None:
        if any(task.done() for task in tasks):
            raise RuntimeError("nothing is compared or looked at: start this process again")
        if comparer.latest.reason == "stale":
            raise RuntimeError("no round of comparing has ended lately")

    async def engines() -> None:
        if comparer.latest.reason == "away":
            raise RuntimeError(comparer.latest.detail)

    return Health("monitor", live={"rounds": rounds, "looks": watcher.check}, ready={"engines": engines})
