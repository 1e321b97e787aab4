"""Environment variables → the worker that fetches sources, until SIGTERM; then exit 0."""

import asyncio
import signal
import sys

from services.ingest.sources.worker.app import Worker
from shared import log
from shared.configured import configured
from shared.errors import Misconfigured
from shared.private import keep_private
from shared.settings import CommonSettings, FetchSettings, HealthSettings, KafkaSettings, WebSettings


async def serve(worker: Worker) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await worker.run(stop)


def main() -> int:
    """Run the worker; the exit code."""
    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("fetch", common)
        web, health = configured(WebSettings), configured(HealthSettings)
        asyncio.run(serve(Worker(common, configured(KafkaSettings), configured(FetchSettings), web, health)))
    except Misconfigured as error:
        sys.stderr.write(f"fetch: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
