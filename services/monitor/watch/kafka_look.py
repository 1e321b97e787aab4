"""Kafka → which topics are missing, and how far each group is; by the admin API, so that it is known of dead stages too.

Two long-lived clients, as making them each round costs more than all they do: an admin client, and a consumer without a
group that reads the record at a committed offset for its time stamp. Neither subscribes or commits.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services.monitor.lag.window import Course, Look, Window, worst
from services.monitor.report.facts import CONSUMERS, DeadFacts, LagFacts, PartitionFacts, Service
from shared.dead_letters import letter
from shared.dead_letters.follow import LetterFollower
from shared.dead_letters.state import Known
from shared.errors import JianbaoError
from shared.ids import version_parts
from shared.kafka.clients import as_unavailable, client_options
from shared.kafka.groups import Group, read_group
from shared.settings import KafkaSettings
from shared.topics import Topics

REQUEST_MS = 3000
"""A broker that works answers in some ms."""

LOOKED_UP = 1000
"""Manifests that are read in a look: some ms; of more, some in each look."""

HEAD_SECONDS = 0.5
"""For reading one record that is there: some ms, or tens on a slow disk."""

MOVING_SECONDS = 10.0
"""Longer than a batch takes to be committed, shorter than anybody waits for a verdict."""

FETCH_BYTES = 2**20
"""Of one fetch of dead letters; a larger record still comes, alone."""

HEAD_BYTES = 2**10
"""Of one fetch for the time stamp of a single record; the broker sends a whole batch of records all the same."""

REPLAY_HEADER = "replay"
"""That a record of the enriched topic has which `jianbao replay` wrote (services.enrich.replay)."""


Solved = Callable[[Sequence[str]], Awaitable[dict[str, Known | None]]]


@dataclass(frozen=True)
class KafkaSeen:
    """One look."""

    lags: Mapping[Service, LagFacts]
    missing: tuple[str, ...]
    """Topics"""
    dead: Mapping[Service, DeadFacts] = field(default_factory=dict)


@dataclass
class KafkaLook:
    """Looks again and again; `close` frees the clients, and the next look makes new ones."""

    settings: KafkaSettings
    topics: Topics
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    solved: Solved | None = None
    """Asked what the index holds of digests with dead letters, so that those that are solved count no more"""
    _letters: LetterFollower = field(init=False)
    _admin: Any = field(default=None, init=False)
    _heads: Any = field(default=None, init=False)
    _windows: dict[tuple[Service, int], Window] = field(default_factory=dict, init=False)
    _times: dict[TopicPartition, tuple[int, "_Times"]] = field(default_factory=dict, init=False)
    """Of the record at an offset, read once"""
    _firsts: dict[TopicPartition, tuple[int, "_Times"]] = field(default_factory=dict, init=False)
    """The same of the first record that was never taken"""
    _taken: dict[TopicPartition, int] = field(default_factory=dict, init=False)
    """How far a group ever came: what it reads again is searchable already"""
    _dead_before: dict[Service, DeadFacts] = field(default_factory=dict, init=False)
    """Counted when all letters were read last"""

    def __post_init__(self) -> None:
        self._letters = LetterFollower(self.topics)

    async def look(self) -> KafkaSeen:
        """Return what is there now; raises Unavailable."""
        try:
            async with as_unavailable(self.settings):
                await self._start()
                return await self._look()
        except BaseException:  # or the time limit of whoever asked: nobody knows what state the clients are in
            await self.close()
            raise

    async def close(self) -> None:
        """Stop the clients, whatever state they are in."""
        clients, self._admin, self._heads = (self._admin, self._heads), None, None
        self._times.clear()
        self._firsts.clear()
        await self._letters.stop()
        for client, end in zip(clients, ("close", "stop"), strict=True):
            if client is not None:
                # In a task of its own: a consumer without a group that is stopped soon after its start raises CancelledError.
                ending = asyncio.ensure_future(getattr(client, end)())
                await asyncio.wait([ending], timeout=2)
                if ending.done() and not ending.cancelled():
                    ending.exception()

    async def _start(self) -> None:
        if self._heads is not None:
            return
        options = client_options(self.settings) | {"request_timeout_ms": REQUEST_MS, "retry_backoff_ms": 100}
        reading: dict[str, Any] = {"fetch_max_wait_ms": 200, "max_partition_fetch_bytes": FETCH_BYTES, "fetch_max_bytes": FETCH_BYTES}
        self._admin = AIOKafkaAdminClient(**options)
        await self._admin.start()
        reading |= options | {"group_id": None, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
        await self._letters.start(reading)
        self._heads = AIOKafkaConsumer(**reading | {"max_partition_fetch_bytes": HEAD_BYTES, "fetch_max_bytes": HEAD_BYTES})
        await self._heads.start()

    async def _look(self) -> KafkaSeen:
        existing = set(await self._admin.list_topics())
        followed: dict[Service, tuple[str, str]] = {
            "enrich": (self.topics.enrich_group, self.topics.raw.name),
            "index": (self.topics.index_group, self.topics.enriched.name),
        }
        there = [name for name in (*(topic for _, topic in followed.values()), *self._letters.names) if name in existing]
        described = await self._admin.describe_topics(there) if there else []
        places = [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]
        letters = [place for place in places if place.topic in self._letters.names]
        self._assign({place for place in places if place not in letters})
        lags: dict[Service, LagFacts] = {}
        for service, (name, topic) in followed.items():
            own = [place for place in places if place.topic == topic]
            if own:
                lags[service] = await self._lag(service, name, own)
        missing = tuple(topic.name for topic in self.topics.all if topic.name not in existing)
        return KafkaSeen(lags, missing, await self._dead(letters))

    async def _dead(self, places: list[TopicPartition]) -> dict[Service, DeadFacts]:
        begins = await self._heads.beginning_offsets(places) if places else {}
        ends = await self._heads.end_offsets(places) if places else {}
        complete = await self._letters.look(places, begins, ends)
        register = self._letters.register
        if self.solved is not None and (digest_ids := register.unsettled(LOOKED_UP)):
            with contextlib.suppress(JianbaoError):  # while Elasticsearch is away nothing more is known to be solved
                register.learn(await self.solved(digest_ids))
        counts = register.counts()
        if complete or not self._dead_before:  # many letters take some looks: until then too few are known
            dead = {service: _counted(counts[service][0]) for service in CONSUMERS if service in counts}
            self._dead_before = dead
        return self._dead_before

    def _assign(self, places: set[TopicPartition]) -> None:
        if places != self._heads.assignment():
            self._heads.assign(places) if places else self._heads.unsubscribe()
            self._heads.pause(*places)
            self._times.clear()
            self._firsts.clear()

    async def _lag(self, service: Service, name: str, places: list[TopicPartition]) -> LagFacts:
        # The group first: what is written meanwhile then counts as waiting, and never as taken.
        group = await read_group(self._admin, name, places[0].topic)
        begins, ends = await self._heads.beginning_offsets(places), await self._heads.end_offsets(places)
        goes_on = group.goes_on({place.partition: (begins[place], ends[place]) for place in places})
        waiting = [(place, at) for place in places if (at := goes_on[place.partition]) < ends[place]]
        times = {place: known.written if (known := await self._time(place, at, self._times)) else None for place, at in waiting}
        now = self.now()
        partitions = []
        for place in sorted(places, key=lambda place: place.partition):
            course = self._course(service, place, goes_on[place.partition], ends[place], group, now)
            time = times.get(place)
            partitions.append(PartitionFacts(place.partition, course, max(0.0, (now - time).total_seconds()) if time else None))
        moving = any(self._windows[service, place.partition].moved_within(MOVING_SECONDS) for place in places)
        oldest = max((one.oldest_seconds for one in partitions if one.oldest_seconds is not None), default=None)
        new = self._never_taken(goes_on, ends)
        firsts = [await self._time(place, at, self._firsts) for place, at in new]
        received = [known.received for known in firsts if known is not None]
        return LagFacts(
            total([one.course for one in partitions]),
            group.members,
            moving,
            oldest,
            partitions=tuple(partitions),
            unsearchable_from=min(received) if received and len(received) == len(firsts) else None,
            unsearchable=bool(new),
        )

    def _never_taken(self, goes_on: Mapping[int, int], ends: Mapping[TopicPartition, int]) -> list[tuple[TopicPartition, int]]:
        """Return the first offset of each partition that the group never took, where there is one."""
        new = []
        for place, end in ends.items():
            before = self._taken.get(place, 0)
            taken = max(goes_on[place.partition], before if before <= end else 0)  # a topic that was made anew begins with 0
            self._taken[place] = taken
            if taken < end:
                new.append((place, taken))
        return new

    def _course(self, service: Service, place: TopicPartition, at: int, end: int, group: Group, now: datetime) -> Course:
        window = self._windows.setdefault((service, place.partition), Window())
        return window.add(Look(now, at, end, group.members))

    async def _time(self, place: TopicPartition, offset: int, cache: dict[TopicPartition, tuple[int, "_Times"]]) -> "_Times | None":
        known = cache.get(place) or self._times.get(place)
        if known is not None and known[0] == offset:
            return known[1]
        self._heads.seek(place, offset)
        self._heads.resume(place)
        try:
            found = await self._heads.getmany(place, timeout_ms=int(HEAD_SECONDS * 1000), max_records=1)
        finally:
            self._heads.pause(place)
        for record in found.get(place, ()):
            cache[place] = (offset, _times(record))
            return cache[place][1]
        return None


class _Times(NamedTuple):
    """Of a record."""

    written: datetime
    received: datetime
    """When its digest was received; of one that is replayed, which is searchable as it was, when that
    happened"""


def _times(record: Any) -> _Times:
    written = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    headers = dict(record.headers)
    version = headers.get(letter.VERSION_HEADER, b"")
    if REPLAY_HEADER in headers or not version.isdigit():
        return _Times(written, written)
    revision, _, _ = version_parts(int(version))
    return _Times(written, min(written, datetime.fromtimestamp(revision / 1000, UTC)))


def _counted(errors: Mapping[str, int]) -> DeadFacts:
    return DeadFacts(sum(errors.values()), dict(errors))


def total(courses: list[Course]) -> Course:
    """Return how a group is doing over all its partitions: as in the worst of them, with the sums of the others' figures."""
    state = worst([course.state for course in courses])
    rates = [course.per_second for course in courses if course.per_second is not None]
    trends = [course.trend for course in courses if course.trend is not None]
    lag = sum(course.lag for course in courses)
    standing = max((course.standing for course in courses), default=0.0)
    return Course(state, lag, sum(rates) if rates else None, sum(trends) if trends else None, standing)
