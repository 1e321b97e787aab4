"""Environment variables → the ingest service, until SIGTERM: requests that are being answered still are, then exit 0."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from types import FrameType

import uvicorn

from services.ingest.app import create_app
from services.ingest.configured import configured
from services.ingest.publish import KafkaPublisher
from shared import log
from shared.errors import Misconfigured
from shared.settings import CommonSettings, IngestSettings, KafkaSettings

DRAIN_SECONDS = 5
"""Beyond the wait for Kafka: what answering takes once the acknowledgement is there."""


class Server(uvicorn.Server):
    """uvicorn that exits 0 after SIGTERM; its own way is to raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop accepting and drain on the first SIGINT or SIGTERM, stop at once on the second."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.force_exit = self.should_exit
            self.should_exit = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


async def serve(common: CommonSettings, kafka: KafkaSettings, settings: IngestSettings) -> None:
    """Serve until a signal. Raises Misconfigured when the port is taken or anyone on the network could feed."""
    publisher = KafkaPublisher(kafka, common.topics, ack_timeout=settings.ack_timeout)
    app = create_app(settings, publisher)
    with listening(settings.host, settings.port) as listener:
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


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket; port 0 takes a free one. Raises Misconfigured when the address can't be had."""
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is: each answer would else take 40 ms longer.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Misconfigured(f"can't listen on {host} port {port}: {why}; stop what uses it, or set INGEST_HOST and INGEST_PORT") from error
    with listener:
        yield listener


def address(listener: socket.socket) -> str:
    """The url of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
