"""`python -m services.search`: environment → the search service, until SIGTERM; then exit 0."""

import asyncio
import sys

from services.search.pipeline.elastic_probe import ElasticProbe
from services.search.pipeline.kafka_probe import KafkaProbe
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.reports import Reports
from services.search.web.app import create_app
from services.search.web.ingest_client import IngestClient
from shared import log
from shared.configured import configured
from shared.connections.limits import within_open_files
from shared.connections.protocol import Config
from shared.connections.serving import Server, address, listening
from shared.elastic import connect
from shared.errors import Misconfigured
from shared.private import keep_private
from shared.registry.follow import Registry
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, KafkaSettings, SearchSettings

DRAIN_SECONDS = 10
"""For requests that are being answered: as long as a search may take."""


async def serve(
    common: CommonSettings, kafka: KafkaSettings, elasticsearch: ElasticsearchSettings, settings: SearchSettings, health: HealthSettings
) -> None:
    """Serve until a signal; neither Kafka nor Elasticsearch has to be there. Raises Misconfigured when it can't or must not start."""
    limits = within_open_files(common.limits)
    elastic, ingest = connect(elasticsearch), IngestClient(settings.ingest_url)
    key = health.key.get_secret_value() if health.key else None
    reports = Reports(settings.monitor_health_url, key, common.run_by)
    try:
        monitor = Monitor(
            KafkaProbe(kafka, common.topics),
            ElasticProbe(elastic, elasticsearch, namespace=common.namespace),
            {"ingest": settings.ingest_health_url, "enrich": settings.enrich_health_url, "index": settings.index_health_url},
            completeness=settings.monitor_health_url,
            key=key,
            run_by=common.run_by,
        )
        registry = Registry(kafka, common.topics.sources, light=True)
        app = create_app(
            settings,
            elastic,
            monitor,
            common=common,
            elasticsearch=elasticsearch,
            ingest=ingest,
            reports=reports,
            kafka=kafka,
            health_settings=health,
            listing=registry.listing,
        )
        with listening(settings.host, settings.port, variables=("SEARCH_HOST", "SEARCH_PORT"), limits=limits) as listener:
            log.get("services.search").info("listening", url=address(listener))
            config = Config(app, listener, limits, drain_seconds=DRAIN_SECONDS, lifespan=True)
            server = Server(config)
            # Streams end by themselves: the server would wait for them, and then break them off.
            reports.stopping = lambda: server.should_exit
            async with registry.following():
                await server.serve(sockets=[listener])
    finally:
        await reports.close()
        await ingest.close()
        await elastic.close()


def main() -> int:
    """Run the service; the exit code."""
    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("search", common)
        asyncio.run(
            serve(common, configured(KafkaSettings), configured(ElasticsearchSettings), configured(SearchSettings), configured(HealthSettings))
        )
    except Misconfigured as error:
        sys.stderr.write(f"search: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
