"""Kafka → KafkaFacts: topics' ends, groups' offsets, the age of what waits; and a Register of dead letters. Works while every service is dead.

Three long-lived clients, as making and stopping them each round costs more than all they do: an admin client, a consumer without a group
that reads the record at a committed offset for its time stamp, and one that follows dead letters and operations. None subscribes or commits; topics
that don't exist are never asked for by name, as that alone would make some brokers create them.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.search.pipeline.measurement import GroupFacts, KafkaFacts, ServiceName
from shared.dead_letters.follow import LetterFollower
from shared.dead_letters.register import Register
from shared.kafka.clients import as_unavailable, client_options
from shared.kafka.groups import read_group
from shared.kafka.metadata import must_see
from shared.settings import KafkaSettings
from shared.topics import Topics

REQUEST_MS = 3000
"""A broker that works answers in some ms; a round must end while its figures are still news."""
HEAD_SECONDS = 0.5
"""For reading one record that is there: it takes some ms, a large one on a slow disk some tens."""
FETCH_BYTES = 2**20
"""Of one fetch; a larger record still comes, alone."""


class KafkaProbe:
    """Measures Kafka; `close` frees the clients, the next `measure` makes new ones."""

    def __init__(self, settings: KafkaSettings, topics: Topics, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._topics, self._clock = settings, topics, clock
        self._groups: dict[ServiceName, tuple[str, str]] = {
            "enrich": (topics.enrich_group, topics.raw.name),
            "index": (topics.index_group, topics.enriched.name),
        }
        self._letters = LetterFollower(topics)
        self._admin: AIOKafkaAdminClient | None = None
        self._heads: AIOKafkaConsumer | None = None
        self._times: dict[TopicPartition, tuple[int, datetime]] = {}

    @property
    def register(self) -> Register:
        """Dead letters as they were seen last."""
        return self._letters.register

    async def measure(self) -> KafkaFacts:
        """One round; raises Unavailable when Kafka does not answer."""
        try:
            async with as_unavailable(self._settings):
                await self._start()
                return await self._measure()
        except BaseException:
            # Kafka is away, or the round's time limit has cut us off: who knows what state the clients are in.
            await self.close()
            raise

    async def _start(self) -> None:
        if self._letters.started:
            return
        options = client_options(self._settings) | {"request_timeout_ms": REQUEST_MS, "retry_backoff_ms": 100}
        reading = options | {
            "group_id": None,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "fetch_max_wait_ms": 200,
            "max_partition_fetch_bytes": FETCH_BYTES,
            "fetch_max_bytes": FETCH_BYTES,
        }
        self._admin = AIOKafkaAdminClient(**options)
        await self._admin.start()
        self._heads = AIOKafkaConsumer(**reading)
        await self._heads.start()
        await self._letters.start(reading)

    async def close(self) -> None:
        """Stop the clients, whatever state they are in."""
        clients, self._admin, self._heads = (self._admin, self._heads), None, None
        self._times.clear()
        await self._letters.stop()
        for client in clients:
            if client is None:
                continue
            stop = client.close if isinstance(client, AIOKafkaAdminClient) else client.stop
            # A group-less consumer that is stopped right after its start raises CancelledError out of its own task.
            task = asyncio.ensure_future(stop())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wait([task]), timeout=2)
            if task.done() and not task.cancelled():
                task.exception()

    async def _measure(self) -> KafkaFacts:
        assert self._admin is not None
        assert self._heads is not None
        existing = set(await self._admin.list_topics())
        wanted = [topic.name for topic in self._topics.all]
        there = [name for name in wanted if name in existing]
        if len(there) < len(wanted):
            await must_see(self._admin, wanted)
        described = await self._admin.describe_topics(there) if there else []
        partitions = {topic["topic"]: [TopicPartition(topic["topic"], one["partition"]) for one in topic["partitions"]] for topic in described}
        places = [place for of in partitions.values() for place in of]
        self._assign(partitions)
        begins: dict[TopicPartition, int] = await self._heads.beginning_offsets(places) if places else {}
        ends: dict[TopicPartition, int] = {}
        groups: dict[ServiceName, GroupFacts] = {}
        # The end of each topic after what the stage before it has committed: what that stage has passed on since would be in nobody's lag.
        for name, (_, topic) in self._groups.items():
            ends |= await self._ends(partitions.get(topic, []))
            groups[name] = await self._group(name, partitions.get(topic, []), begins, ends)
        ends |= await self._ends([place for place in places if place not in ends])

        def kept(topic: str) -> int:
            return sum(ends[place] - begins[place] for place in partitions.get(topic, ()))

        letters = [place for name in self._letters.names for place in partitions.get(name, ())]
        complete = await self._letters.look(letters, begins, ends)
        return KafkaFacts(
            raw=kept(self._topics.raw.name),
            enriched=kept(self._topics.enriched.name),
            groups=groups,
            dead_complete=complete,
            missing=tuple(name for name in wanted if name not in existing),
        )

    async def _ends(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        assert self._heads is not None
        return dict(await self._heads.end_offsets(places)) if places else {}

    def _assign(self, partitions: dict[str, list[TopicPartition]]) -> None:
        """Follow topics that came, went or grew."""
        assert self._heads is not None
        heads = {place for topic, of in partitions.items() if topic not in self._letters.names for place in of}
        if heads != self._heads.assignment():
            self._heads.assign(heads) if heads else self._heads.unsubscribe()
            self._heads.pause(*heads)
            self._times.clear()

    async def _group(
        self, name: ServiceName, places: list[TopicPartition], begins: dict[TopicPartition, int], ends: dict[TopicPartition, int]
    ) -> GroupFacts:
        assert self._admin is not None
        group = await read_group(self._admin, *self._groups[name])
        goes_on = group.goes_on({place.partition: (begins[place], ends[place]) for place in places})
        at = {place: goes_on[place.partition] for place in places}
        waiting = {place: offset for place, offset in at.items() if offset < ends[place]}
        oldest = [time for place, offset in waiting.items() if (time := await self._time(place, offset))]
        return GroupFacts(
            taken=sum(offset - begins[place] for place, offset in at.items()),
            lag=sum(ends[place] - offset for place, offset in waiting.items()),
            oldest_at=min(oldest, default=None),
        )

    async def _time(self, place: TopicPartition, offset: int) -> datetime | None:
        """The time stamp of the record at an offset, read once."""
        known = self._times.get(place)
        if known and known[0] == offset:
            return known[1]
        assert self._heads is not None
        self._heads.seek(place, offset)
        self._heads.resume(place)
        try:
            found = await self._heads.getmany(place, timeout_ms=int(HEAD_SECONDS * 1000), max_records=1)
        finally:
            self._heads.pause(place)
        for record in found.get(place, ()):
            time = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            self._times[place] = (offset, time)
            return time
        return None
