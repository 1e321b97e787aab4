"""Environment variables → the indexer, until SIGTERM: what is in flight is finished and committed, then exit 0."""

import asyncio
import signal
import sys

from services.index.app import Indexer
from shared import log
from shared.configured import configured
from shared.errors import Misconfigured
from shared.private import keep_private
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, IndexSettings, KafkaSettings


async def serve(indexer: Indexer) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await indexer.run(stop)


def main() -> int:
    """Run the service; the exit code."""
    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("index", common)
        engines = configured(KafkaSettings), configured(ElasticsearchSettings)
        asyncio.run(serve(Indexer(common, *engines, configured(IndexSettings), configured(HealthSettings))))
    except Misconfigured as error:
        sys.stderr.write(f"index: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
