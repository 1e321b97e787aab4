"""Environment variables → the ingest service, until SIGTERM: requests that are being answered still are, then exit 0."""

import asyncio
import sys

from services.ingest.again.follower import Follower
from services.ingest.app import create_app
from services.ingest.feeding.backlog import of_services
from services.ingest.http import guard
from services.ingest.known.desk import KnownDesk
from services.ingest.known.in_flight import InFlight
from services.ingest.known.manifests import Manifests
from services.ingest.preview.enricher import HttpEnricher
from services.ingest.publish import KafkaPublisher
from services.ingest.registry import seed
from services.ingest.registry.desk import KafkaSources
from services.ingest.release.shelf import KafkaShelf
from services.ingest.withdraw import KafkaDesk
from shared import log
from shared.configured import configured
from shared.connections.limits import within_open_files
from shared.connections.protocol import Config
from shared.connections.serving import Server, address, listening
from shared.errors import Misconfigured
from shared.private import keep_private
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, IngestSettings, KafkaSettings

DRAIN_SECONDS = 5
"""Beyond the wait for Kafka: what answering takes once the acknowledgement is there."""


async def serve(
    common: CommonSettings, kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, settings: IngestSettings, health: HealthSettings
) -> None:
    """Serve until a signal. Raises Misconfigured when the port is taken or anyone on the network could feed."""
    limits = within_open_files(common.limits)
    memory = Follower(kafka, common.topics.raw.name)
    sources = KafkaSources(common, kafka)
    seeds = seed.read(settings.sources_file)
    publisher = KafkaPublisher(
        kafka,
        common.topics,
        ack_timeout=settings.ack_timeout,
        clock_seconds=settings.clock_seconds,
        memory=memory,
        before=sources.ready,
    )
    door = guard.door(settings, common.keys_file)
    manifests = Manifests(elasticsearch, namespace=common.namespace)  # asked only where a digest is taken back
    desk = KnownDesk(manifests, InFlight(kafka, common.topics), KafkaDesk(kafka, common.topics))
    enricher = HttpEnricher(settings.enrich_url, health.key)
    backlog = of_services(kafka, common.topics)
    app = create_app(
        settings,
        publisher,
        memory=memory,
        desk=desk,
        shelf=KafkaShelf(kafka, common.topics.raw.name, manifests),
        enricher=enricher,
        sources=sources,
        backlog=backlog,
        door=door,
        connections=limits.connections,
        health_settings=health,
    )
    with listening(settings.host, settings.port, variables=("INGEST_HOST", "INGEST_PORT"), limits=limits) as listener:
        log.get("services.ingest").info("listening", url=address(listener))
        config = Config(app, listener, limits, drain_seconds=int(settings.ack_timeout) + DRAIN_SECONDS)
        async with manifests, enricher, sources.running(), seed.seeding(sources, seeds, by=_file(settings)), publisher:
            try:
                await Server(config).serve(sockets=[listener])
            finally:
                await backlog.close()


def _file(settings: IngestSettings) -> str:
    """Who makes the sources of the file, by the file's name."""
    return f"file {settings.sources_file.name}" if settings.sources_file else ""


def main() -> int:
    """Run the service; the exit code."""
    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("ingest", common)
        engines = configured(KafkaSettings), configured(ElasticsearchSettings)
        asyncio.run(serve(common, *engines, configured(IngestSettings), configured(HealthSettings)))
    except Misconfigured as error:
        sys.stderr.write(f"ingest: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
