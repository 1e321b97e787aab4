"""Settings and a choice → the chosen digests of the archive enriched again and acknowledged by Kafka. The one place of composition.

Two passes over the raw topic: the first learns which revision of each digest is the newest, the second enriches those. Everything that
happens to one digest is the live worker's own code: children, dead letters, tries again in place, the limit at which the fault is ours.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from services.enrich.replay.choice import Choice, Chooser, Highest, Plan
from services.enrich.replay.marked import Letter, MarkedPublisher, letters_of
from services.enrich.replay.pace import Pace
from services.enrich.replay.progress import Place
from services.enrich.replay.record import Task, begun, ended, unfinished
from services.enrich.stream import child
from services.enrich.stream.knowing import KnowingPool, Known
from services.enrich.stream.pool import DigestPool
from services.enrich.stream.progress import Progress
from services.enrich.stream.publisher import Publisher
from services.enrich.stream.worker import Worker
from shared import operations
from shared.dead_letters.headers import Headers, SourceRecord
from shared.errors import Misconfigured, Rejected, Unavailable
from shared.kafka.clients import ensure_topics
from shared.kafka.group_lag import GroupLag
from shared.kafka.scan import Scanner
from shared.kafka.sender import Sender
from shared.operations import Operation
from shared.registry.follow import SourcesTopic
from shared.settings import CommonSettings, EnrichSettings, KafkaSettings
from shared.version import BUILD

LOOK_SECONDS = 0.2
"""Between two looks at a batch that is under way."""

STOP_SECONDS = 5.0
"""For the batch in hand after Ctrl-C; what is not finished then is done again by `--resume`."""


@dataclass(frozen=True)
class Told:
    """How far a replay is."""

    step: str
    done: int
    total: int
    waiting_for: str | None = None


@dataclass(frozen=True)
class Replayed:
    """What came of it."""

    operation_id: str
    """Empty where nothing was begun"""
    plan: Plan
    enriched: int = 0
    dead: int = 0
    known_dead: int = 0
    """Dead letters that were there already and were not sent again"""
    already: int = 0
    """Done by the run that was gone on with"""
    waited_seconds: float = 0.0
    stopped: bool = False


@dataclass(frozen=True)
class Replay:
    """One run."""

    common: CommonSettings
    kafka: KafkaSettings
    settings: EnrichSettings
    rate: float
    max_lag: int
    stop: asyncio.Event
    """Set by whoever wants it to end; what is in hand is finished first"""
    tell: Callable[[Told], None] = lambda told: None
    function: str = child.ENRICH

    async def count(self, choice: Choice) -> Plan:
        """What would be done; raises Unavailable."""
        async with Scanner(self.kafka) as scanner:
            return await self._plan(scanner, choice, await self._ends(scanner))

    async def begin(self, choice: Choice) -> Replayed:
        """Do it; raises Unavailable, and Misconfigured when nearly everything becomes a dead letter."""
        async with Scanner(self.kafka) as scanner:
            until = await self._ends(scanner)
            plan = await self._plan(scanner, choice, until)
            operation = begun(Task(choice=choice, until=until, digests=plan.digests))
            if not plan.digests or self.stop.is_set():
                return Replayed("", plan, stopped=self.stop.is_set())
            await ensure_topics(self.kafka, [self.common.topics.operations])
            await self._keep(operation)
            return await self._run(scanner, operation, plan)

    async def resume(self) -> Replayed:
        """Go on with the replay that began last and is not done; raises Rejected when there is none, and as `begin`."""
        async with Scanner(self.kafka) as scanner:
            found = unfinished([each async for each in self._operations(scanner)])
            if found is None:
                raise Rejected("nothing_to_resume", "no replay is unfinished: begin one without --resume")
            operation, task = found
            plan = await self._plan(scanner, task.choice, task.until)
            if self.stop.is_set():
                return Replayed(operation.operation_id, plan, stopped=True)
            return await self._run(scanner, operation, plan)

    async def _ends(self, scanner: Scanner) -> dict[int, int]:
        return {partition: end for partition, (_, end) in (await scanner.bounds(self.common.topics.raw.name)).items()}

    async def _plan(self, scanner: Scanner, choice: Choice, until: Mapping[int, int]) -> Plan:
        topics = self.common.topics
        chooser = Chooser(choice)
        await self._through(scanner, topics.raw.name, "reading the archive", chooser.add, until)
        versions = Highest()
        if choice.build_below is not None:
            await self._through(scanner, topics.enriched.name, "reading builds", versions.add)
        return chooser.plan(versions.found)

    async def _through(
        self, scanner: Scanner, topic: str, step: str, each: Callable[[SourceRecord], None], until: Mapping[int, int] | None = None
    ) -> None:
        bounds = await scanner.bounds(topic)
        total, seen = sum(max(0, (until or {}).get(partition, end) - first) for partition, (first, end) in bounds.items()), 0
        async for scanned in scanner.read(topic, until=until):
            each(scanned.record)
            seen += 1
            if seen % 200 == 0:
                self.tell(Told(step, seen, total))
                if self.stop.is_set():
                    return
        self.tell(Told(step, total, total))

    async def _operations(self, scanner: Scanner) -> AsyncIterator[Operation]:
        async for scanned in scanner.read(self.common.topics.operations.name):
            with suppress(Rejected):  # a record of another form is not ours to judge
                yield operations.read(scanned.record.value)

    async def _keep(self, operation: Operation) -> None:
        await operations.keep(self.kafka, self.common.topics.operations.name, [operation])

    async def _letters(self, scanner: Scanner) -> set[Letter]:
        """Revisions with a dead letter and no enriched record: where a retry made one, the letter is off the list, and a new one belongs on it."""
        found: list[Headers] = []
        await self._through(scanner, self.common.topics.dead.name, "reading dead letters", lambda record: found.append(record.headers))
        letters, versions = letters_of(found), Highest()
        if letters:
            await self._through(scanner, self.common.topics.enriched.name, "reading what was enriched", versions.add)
        return {(digest_id, revision) for digest_id, revision in letters if versions.revision(digest_id) < revision}

    async def _run(self, scanner: Scanner, operation: Operation, plan: Plan) -> Replayed:
        topics = self.common.topics
        letters = await self._letters(scanner)
        known = Known()
        await SourcesTopic(self.kafka, topics.sources, known.add, known.forget).look(scanner)
        async with AsyncExitStack() as stack:
            pool = DigestPool(
                processes=self.settings.processes,
                seconds=self.settings.digest_seconds,
                max_record_bytes=topics.enriched.max_message_bytes,
                function=self.function,
                memory_mb=self.settings.child_memory_mb,
            )
            sender = Publisher(Sender(self.kafka))
            lags = (
                ("enrich", GroupLag(self.kafka, topic=topics.raw.name, group=topics.enrich_group)),
                ("index", GroupLag(self.kafka, topic=topics.enriched.name, group=topics.index_group)),
            )
            stack.push_async_callback(pool.close)
            stack.push_async_callback(sender.close)
            for _, lag in lags:
                stack.push_async_callback(lag.close)
            place = await stack.enter_async_context(Place(self.kafka, topics, operation.operation_id))
            left = plan.since(await place.read(plan.places))
            publisher = MarkedPublisher(sender, topics, operation.operation_id, letters)
            progress = Progress()
            worker = Worker(KnowingPool(pool, known), publisher, topics, progress, dead_limit=self.settings.dead_limit, code=f"build {BUILD}, replay")
            pace = Pace(self.rate, self.max_lag, lags)
            await pool.start()
            run = _Run(worker, progress, pace, place, plan.digests, plan.digests - left.digests, self.tell, self.stop)
            try:
                finished = await run.through(scanner, topics.raw.name, left)
            except Misconfigured as error:
                await self._keep(ended(operation, "failed", str(error)))
                raise
        replayed = Replayed(
            operation.operation_id,
            plan,
            enriched=progress.digests - len(publisher.dead) - len(publisher.known),
            dead=len(publisher.dead),
            known_dead=len(publisher.known),
            already=plan.digests - left.digests,
            waited_seconds=pace.waited,
            stopped=not finished,
        )
        if not replayed.stopped:
            already = f" ({replayed.already} before it was stopped)" if replayed.already else ""
            await self._keep(ended(operation, "done", f"{replayed.enriched} enriched, {replayed.dead} dead{already}"))
        return replayed


@dataclass(frozen=True)
class _Run:
    """The second pass."""

    worker: Worker
    progress: Progress
    pace: Pace
    place: Place
    total: int
    before: int
    """Digests that an earlier run has done"""
    tell: Callable[[Told], None]
    stop: asyncio.Event

    async def through(self, scanner: Scanner, topic: str, left: Plan) -> bool:
        """Until all is done; False when it was stopped before."""
        since = {partition: min(offsets) for partition, offsets in left.places.items() if offsets}
        until = {partition: max(offsets) + 1 for partition, offsets in left.places.items() if offsets}
        batch: list[SourceRecord] = []
        reading = scanner.read(topic, since=since, until=until)
        try:
            async for scanned in reading:
                record = scanned.record
                if record.offset in left.places[record.partition]:
                    batch.append(record)
                if len(batch) >= self.pace.at_once:
                    if not await self._batch(batch):
                        return False
                    batch = []
            return not batch or await self._batch(batch)
        finally:
            await reading.aclose()

    async def _batch(self, batch: list[SourceRecord]) -> bool:
        """Whether the batch is done; False when it was stopped before."""
        turn = asyncio.create_task(self.pace.turn(len(batch), self.stop.is_set))
        while not (await asyncio.wait([turn], timeout=LOOK_SECONDS))[0]:
            self._tell(self.pace.waiting_for)
        if not turn.result():
            return False
        working = asyncio.create_task(self.worker.handle(batch))
        loop = asyncio.get_running_loop()
        stopped_at = None
        while not (await asyncio.wait([working], timeout=LOOK_SECONDS))[0]:
            self._tell(self.progress.waiting_for)
            if self.progress.red:
                await _cancelled(working)
                raise Misconfigured(f"stopped: {self.progress.red}. Mend the cause, then `jianbao replay --resume`")
            if self.stop.is_set():
                stopped_at = loop.time() if stopped_at is None else stopped_at
                if loop.time() - stopped_at > STOP_SECONDS:
                    await _cancelled(working)
                    return False
        working.result()
        for record in batch:
            self.place.done(record.partition, record.offset)
        with suppress(Unavailable):  # the next commit says the same and more
            await self.place.keep()
        self._tell(None)
        return True

    def _tell(self, waiting_for: str | None) -> None:
        self.tell(Told("replaying", self.before + self.progress.digests, self.total, waiting_for))


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
