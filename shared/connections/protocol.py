"""One connection's bytes and the clock → it goes on, or is ended with 408 or without a word: uvicorn's HTTP
protocol with limits.

    waiting ──(a request's header)──► receiving ──(its body)──► answering ──(the answer is written)──► waiting …

h11 itself says where a connection is, so nothing here parses. Nothing is scheduled either: `sweep` looks at
every connection ten times a second.
"""

from collections.abc import Collection
from enum import Enum, auto
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared import log, metrics
from shared.connections.limits import Limits, Pace
from shared.connections.listener import Listener
from shared.connections.refusal import answer

_log = log.get(__name__)

UNREAD_BYTES = 64 * 2**20
"""Of answers that wait for their readers, all together; beyond, whoever has read nothing for the longest is
ended. Three of the largest, which are dead letters of 20 MiB."""

ON_ITS_WAY_SECONDS = 0.25
"""A request that is coming gets so long before its place is another's: a packet that was lost is sent again after
0.2 s. Shorter than whoever floods a port needs to fill half of its places, if that is a thousand times a second."""

PRESSED = 1 / 3
"""Of the time for which an upload may stand still, or an answer lie unread: beyond that its place is another's."""

BETWEEN_SWEEPS = 0.1
"""Seconds: uvicorn's own tick."""


class Config(uvicorn.Config):
    """uvicorn's, with what our protocol needs; the same for every service."""

    def __init__(self, app: ASGIApp, listener: Listener, limits: Limits, *, drain_seconds: int, lifespan: bool = False) -> None:
        """`drain_seconds` are for requests that are being answered when the service stops."""
        super().__init__(
            app,
            http=Protocol,
            ws="none",  # we speak none; whatever took over a connection would know no limits
            lifespan="on" if lifespan else "off",
            # No access log: what people search for is nobody else's business.
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=limits.idle_seconds,
            timeout_graceful_shutdown=drain_seconds,
        )
        self.places = listener.places
        self.limits = limits


class Phase(Enum):
    """Where a connection is."""

    WAITING = auto()
    RECEIVING = auto()
    ANSWERING = auto()


PHASES = {h11.IDLE: Phase.WAITING, h11.SEND_BODY: Phase.RECEIVING}
"""By the client's state as h11 has it; in all others there is an answer to be given"""


class Counting:
    """asyncio's transport, which also knows how many bytes were written; all else goes to it."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.written = 0

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self.written += len(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(H11Protocol):
    """A connection with limits."""

    transport: Any

    def __init__(self, config: Config, *args: Any, **options: Any) -> None:
        super().__init__(config, *args, **options)
        self._places, self._limits = config.places, config.limits
        self._phase = Phase.WAITING
        self._begun = True
        """Whether a header is under way; a new connection's is, as far as anybody knows"""
        self._heard = False
        self._since = self.loop.time()
        """When it began to wait, or its header did"""
        self._upload = Pace(0.0, 0.0)
        self._reading: Pace | None = None
        """Of the answer, while some of it waits for the client"""
        self._read = 0
        self.unread = 0
        """Bytes of answers that the system has taken for the client, and that wait for it, when last looked"""

    def connection_made(self, transport: Any) -> None:
        """Take the place that is kept for it."""
        super().connection_made(Counting(transport))  # type: ignore[arg-type]  # it is one in all but name
        self._guest = self._places.guest(transport.get_extra_info("peername"))
        self._guest.end = self._make_way
        self._settle()

    def data_received(self, data: bytes) -> None:
        """Take bytes as uvicorn does, and note what they are a part of."""
        self._heard = True
        if self._phase is Phase.RECEIVING:
            self._upload.move(self.loop.time(), len(data))
        super().data_received(data)
        if self._phase is Phase.WAITING and not self._begun:
            self._since, self._begun = self.loop.time(), True
            self._settle()

    def handle_events(self) -> None:
        """Go on as uvicorn does, and note where that leads."""
        super().handle_events()
        phase = PHASES.get(self.conn.their_state, Phase.ANSWERING)
        if phase is not self._phase:
            self._phase, self._since = phase, self.loop.time()
            self._upload = Pace(self._since, self._since)
            self._begun = bool(self.conn.trailing_data[0])  # of a next request that came with the last one
            self._settle()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in the one shape; not in the middle of an answer."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(answer(400, "bad_request", "this is no HTTP request that can be read"))
        self.transport.close()

    def _settle(self) -> None:
        """Say from when on another one may have our place."""
        free_at, pressed = None, PRESSED * self._limits.slow_seconds
        if self._reading is not None:
            free_at = self._reading.keeps_until(self._limits, pressed)
        elif self.transport.get_write_buffer_size():
            free_at = None  # an answer that was written just now
        elif self._phase is Phase.WAITING:
            free_at = self._since + (ON_ITS_WAY_SECONDS if self._begun else 0.0)
        elif self._phase is Phase.RECEIVING:
            free_at = self._since if self.cycle.response_complete else self._upload.keeps_until(self._limits, pressed)
        self._guest.free_at = free_at

    def check(self, now: float, stood_still: float) -> None:
        """End the connection if it is too slow; a time for which the loop stood still does not count."""
        self._watch_reader(now, stood_still)
        if self._reading is not None and now > self._reading.keeps_until(self._limits, self._limits.slow_seconds):
            self.end("answer")
        elif not self.transport.is_closing():
            self._check_request(now, stood_still)
            self._settle()

    def _check_request(self, now: float, stood_still: float) -> None:
        slow_seconds, header_seconds = self._limits.slow_seconds, self._limits.header_seconds
        self._since += stood_still
        self._upload.forgive(BETWEEN_SWEEPS + stood_still if self.flow.read_paused else stood_still)
        if self._phase is Phase.RECEIVING and now > self._upload.keeps_until(self._limits, slow_seconds):
            needed = f"it may stand still for {slow_seconds:g} s and takes {self._limits.slow_rate} bytes a second"
            self.end("upload", f"the request came too slowly: {needed}; send it again")
        has_begun = self._phase is Phase.WAITING and self._begun and self._reading is None
        if has_begun and now > self._since + header_seconds:
            self.end("header", f"the request's header did not come within {header_seconds:g} s; send it again")

    def _watch_reader(self, now: float, stood_still: float) -> None:
        before, self.unread = self._read, self.transport.get_write_buffer_size()
        self._read = self.transport.written - self.unread
        if not self.unread:
            if self._reading is not None and self._phase is Phase.WAITING:
                self._since = now  # nobody sends a request while reading the last one's answer
            self._reading = None
        elif self._reading is None:
            self._reading = Pace(now, now)
        else:
            self._reading.forgive(stood_still)
            if self._read > before:
                self._reading.move(now, self._read - before)

    @property
    def unread_since(self) -> float:
        """When the client last read something of what waits for it."""
        return self._reading.last if self._reading is not None else self.loop.time()

    def _make_way(self) -> None:
        self.end("crowded", "this went too slowly while others need the place; connect again and send the request at once")

    def end(self, reason: str, message: str | None = None) -> None:
        """End it now, with 408 where something of a request came and nothing of an answer went out."""
        asked = self._heard and self._begun if self._phase is Phase.WAITING else not self.cycle.response_started
        if message is not None and asked and not self.transport.is_closing():
            self.transport.write(answer(408, "too_slow", message))
        metrics.ended.labels(reason).inc()
        _log.warning("connection ended", reason=reason, origin=self._guest.origin)
        self.unread, self._guest.end = 0, None
        self.transport.abort()


class Sweeper:
    """Looks at all connections of a server."""

    def __init__(self) -> None:
        self._last: float | None = None

    def sweep(self, connections: Collection[Protocol], now: float) -> None:
        """End those that are too slow, or whose answers take too much memory."""
        # A loop that comes late stood still, or its whole machine did, and no client is to blame for that time.
        late = max(0.0, now - self._last - BETWEEN_SWEEPS) if self._last is not None else 0.0
        self._last = now
        for connection in connections:
            connection.check(now, late)
        metrics.connections.set(len(connections))
        unread = sum(connection.unread for connection in connections)
        if unread <= UNREAD_BYTES:
            return
        for connection in sorted(connections, key=lambda each: each.unread_since):
            if unread > UNREAD_BYTES and connection.unread:
                unread -= connection.unread
                connection.end("memory")
