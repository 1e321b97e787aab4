"""Environment variables → the monitor, until SIGTERM; then exit 0."""

import asyncio
import signal
import sys

from services.monitor.app import Monitor
from shared import log
from shared.configured import configured
from shared.errors import Misconfigured
from shared.private import keep_private
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, KafkaSettings, MonitorSettings


async def serve(monitor: Monitor) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await monitor.run(stop)


def main() -> int:
    """Run the service; the exit code."""
    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("monitor", common)
        engines = configured(KafkaSettings), configured(ElasticsearchSettings)
        asyncio.run(serve(Monitor(common, *engines, configured(MonitorSettings), configured(HealthSettings))))
    except Misconfigured as error:
        sys.stderr.write(f"monitor: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
