"""The document that says who is rebuilding: made by one alone, kept alive by a heartbeat, taken over only when that has stopped.

It stays after the work, and holds what is left to do when a run was cut off after its swap.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, ConflictError, NotFoundError

from shared import index_names as names
from shared.errors import Misconfigured, Unavailable
from shared.log import get

log = get(__name__)

Json = dict[str, Any]

ID = "rebuild"

BEAT_SECONDS = 5.0

STALE_SECONDS = 60.0
"""Without a heartbeat: as long as one request to Elasticsearch may take, so that a slow moment is no death."""

WATCHED_BEATS = 3
"""A heartbeat that looks old by our clock is watched for so many: the other machine's clock may be wrong."""

KEPT = ("unfinished", "generation")
"""What a run leaves to the next: what is left to do after its swap, and the last number in a name of indices."""

MAPPING: Json = {"dynamic": False, "properties": {}}


class Lost(Misconfigured):
    """Somebody else holds the lock now."""


@dataclass
class Lock:
    """Held by this process while `held` is entered."""

    client: AsyncElasticsearch
    namespace: str
    by: str
    replicas: int = 0
    beat: float = BEAT_SECONDS
    stale: float = STALE_SECONDS
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    state: Json = field(default_factory=dict, init=False)
    _sequence: tuple[int, int] = field(default=(0, 0), init=False)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def index(self) -> str:
        """Where the document is."""
        return names.operations(self.namespace)

    @property
    def unfinished(self) -> Json | None:
        """What is left to do after a swap; None when nothing."""
        left: Json | None = self.state.get("unfinished")
        return left

    async def read(self) -> Json | None:
        """The document as it is, whoever holds it; None where nobody ever did."""
        with suppress(NotFoundError):
            found = (await self.client.get(index=self.index, id=ID)).body
            self._sequence = found["_seq_no"], found["_primary_term"]
            state: Json = found["_source"]
            return state
        return None

    @asynccontextmanager
    async def held(self, action: str) -> AsyncIterator["Lock"]:
        """Hold it; raises Unavailable when somebody does, and Lost (in place of what was going on) when it is taken away."""
        await self._take(action)
        working = asyncio.current_task()
        assert working is not None
        lost: list[Lost] = []
        ended = asyncio.Event()

        async def beating() -> None:
            while not await self._ended_within_a_beat(ended):
                try:
                    await self.confirm()
                except Lost as error:
                    lost.append(error)
                    working.cancel()
                    return
                except (ApiError, TransportError) as error:
                    log.warning("no heartbeat: Elasticsearch does not take it", error=type(error).__name__)

        heart = asyncio.create_task(beating())
        try:
            yield self
        except asyncio.CancelledError:
            if lost:
                raise lost[0] from None
            raise
        finally:
            # Not cancelled: a heartbeat cut off on its way may have been written, and what we write last would then be refused as another's.
            ended.set()
            await heart
            if not lost:
                with suppress(ApiError, TransportError, Lost):
                    await self.say(phase="", heartbeat_at=None)

    async def _ended_within_a_beat(self, ended: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(self.beat):
                return await ended.wait()
        except TimeoutError:
            return False

    async def confirm(self) -> None:
        """A heartbeat, which fails with Lost when the lock is no longer ours."""
        await self.say()

    async def say(self, **facts: Any) -> None:
        """Write further facts into the document, with a heartbeat."""
        async with self._writing:
            state = self.state | {"heartbeat_at": self.now().isoformat()} | facts
            try:
                answer = await self.client.index(
                    index=self.index, id=ID, document=state, if_seq_no=self._sequence[0], if_primary_term=self._sequence[1]
                )
            except ConflictError as error:
                raise Lost(
                    "another `jianbao rebuild` took this one's lock over, as this one gave no sign of life: it goes on, this one stops"
                ) from error
            self.state, self._sequence = state, (answer["_seq_no"], answer["_primary_term"])

    async def _take(self, action: str) -> None:
        with suppress(BadRequestError):  # it exists
            await self.client.indices.create(
                index=self.index, mappings=MAPPING, settings={"number_of_shards": 1, "number_of_replicas": self.replicas}
            )
        state = {"action": action, "by": self.by, "begun_at": self.now().isoformat(), "heartbeat_at": self.now().isoformat(), "phase": "beginning"}
        try:
            answer = await self.client.index(index=self.index, id=ID, document=state, op_type="create")
        except ConflictError:
            pass
        else:
            self.state, self._sequence = state, (answer["_seq_no"], answer["_primary_term"])
            return
        found = await self.read() or {}
        if found.get("heartbeat_at") is not None:
            await self._refuse_living(found)
        self.state = {name: found[name] for name in KEPT if found.get(name) is not None}
        try:
            await self.say(**state)
        except Lost as error:
            raise Unavailable("another `jianbao rebuild` began at the same moment and goes on: see `jianbao rebuild status`") from error

    async def _refuse_living(self, found: Json) -> None:
        """Return when its holder is dead, else raise Unavailable."""
        age = (self.now() - datetime.fromisoformat(found["heartbeat_at"])).total_seconds()
        if abs(age) >= self.stale:
            before = self._sequence
            await asyncio.sleep(self.beat * WATCHED_BEATS)
            found = await self.read() or {}
            if self._sequence == before:
                log.warning("taking over the lock of a run that gives no sign of life", by=found.get("by"), begun_at=found.get("begun_at"))
                return
        raise Unavailable(
            f"{found.get('by')} runs `jianbao rebuild` since {found.get('begun_at')} ({found.get('phase') or found.get('action')}): one at a time"
        )
