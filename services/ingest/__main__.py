"""Environment variables → the ingest service, until SIGTERM: requests that are being answered still are, then exit 0."""

import asyncio
import sys

import uvicorn

from services.ingest.app import create_app
from services.ingest.http import guard
from services.ingest.publish import KafkaPublisher
from services.ingest.withdraw import KafkaDesk
from shared import log
from shared.configured import configured
from shared.errors import Misconfigured
from shared.serving import Server, address, listening
from shared.settings import CommonSettings, IngestSettings, KafkaSettings

DRAIN_SECONDS = 5
"""Beyond the wait for Kafka: what answering takes once the acknowledgement is there."""


async def serve(common: CommonSettings, kafka: KafkaSettings, settings: IngestSettings) -> None:
    """Serve until a signal. Raises Misconfigured when the port is taken or anyone on the network could feed."""
    publisher = KafkaPublisher(kafka, common.topics, ack_timeout=settings.ack_timeout)
    door = guard.door(settings, common.keys_file)
    app = create_app(settings, publisher, desk=KafkaDesk(kafka, common.topics), door=door)
    with listening(settings.host, settings.port, variables=("INGEST_HOST", "INGEST_PORT")) as listener:
        log.get("services.ingest").info("listening", url=address(listener))
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=int(settings.ack_timeout) + DRAIN_SECONDS,
        )
        async with publisher:
            await Server(config).serve(sockets=[listener])


def main() -> int:
    """Run the service; the exit code."""
    try:
        common = configured(CommonSettings)
        log.setup("ingest", common)
        asyncio.run(serve(common, configured(KafkaSettings), configured(IngestSettings)))
    except Misconfigured as error:
        sys.stderr.write(f"ingest: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
