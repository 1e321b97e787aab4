"""Settings in, one operation on the indices done: rebuild, rollback, clean, each after what a run before it left undone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from elasticsearch import AsyncElasticsearch

from services.operate.rebuild.lock import Lock
from services.operate.rebuild.move import Move
from services.operate.rebuild.outcome import Done, Options, Report
from services.operate.rebuild.pairs import Pairs
from services.operate.rebuild.plan import Pair, Survey, following
from shared.errors import Misconfigured, Unavailable
from shared.log import get
from shared.operations import Action, Operation, keep, operator
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings, KafkaSettings

log = get(__name__)

OLD = timedelta(days=1)
"""Of a standby that may be removed: a day to find out that the new one is no good. Pages of searches are done with it after minutes."""


@dataclass
class Rebuild:
    """Operations on the indices of one namespace; one at a time."""

    common: CommonSettings
    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    settings: IndexSettings
    client: AsyncElasticsearch
    report: Report
    lock: Lock = field(init=False)
    pairs: Pairs = field(init=False)
    move: Move = field(init=False)

    def __post_init__(self) -> None:
        self.lock = Lock(self.client, self.common.namespace, operator(), self.elasticsearch.replicas)
        self.pairs = Pairs(self.client, self.elasticsearch, self.common.namespace)
        self.move = Move(self.common, self.kafka, self.settings, self.client, self.pairs, self.lock, self.report)

    async def rebuild(self, options: Options) -> Done:
        """A new pair from the topic's beginning; raises Misconfigured where it must not be swapped in. What was made is then removed."""
        async with self.lock.held("rebuild"):
            found = await self._tidy()
            target = following(found.known, self.common.namespace, above=self.lock.state.get("generation", 0))
            await self.lock.say(generation=target.generation, phase="filling")
            operation = await self._record("rebuild", target)
            try:
                await self.pairs.make(target)
                self.report.say(f"filling {target} from {self.common.topics.enriched.name}")
                done = await self.move.bring_in(found.live, target, {}, options)
            except BaseException as error:
                await self._record_end(operation, "failed", str(error) or type(error).__name__)
                removed = await self.pairs.discard(target.indices)
                self.report.say(
                    f"removed the partial {', '.join(removed)}" if removed else f"{target} is live; `jianbao rebuild` finishes what is left"
                )
                if removed and self.lock.unfinished:
                    await self.lock.say(unfinished=None)
                raise
            if not options.keep_old:
                done.removed = await self._remove_old(OLD, but=found.live)
            await self._record_end(operation, "done", str(done))
            return done

    async def rollback(self, options: Options, to: str | None = None) -> Done:
        """The newest standby (or the one with the index `to`), caught up and swapped in; raises Misconfigured where it must not be."""
        async with self.lock.held("rollback"):
            found = await self._tidy()
            candidates = [one for one in found.standby if to is None or to in one.pair.indices]
            if not candidates:
                known = ", ".join(index for one in found.standby for index in one.pair.indices) or "none"
                raise Misconfigured(f"there is no {'standby' if to is None else f'standby {to}'} to go back to (standing by: {known})")
            target = candidates[0]
            await self.lock.say(phase="catching up")
            operation = await self._record("rollback", target.pair)
            await self.pairs.take_up(target.pair)
            try:
                self.report.say(f"catching {target.pair} up")
                done = await self.move.bring_in(found.live, target.pair, target.read_to, options)
            except BaseException as error:
                await self._record_end(operation, "failed", str(error) or type(error).__name__)
                if await self.pairs.let_go(target.pair):
                    await self.lock.say(unfinished=None)
                raise
            await self._record_end(operation, "done", str(done))
            return done

    async def clean(self, age: timedelta) -> list[str]:
        """Remove standbys older than that, and what a killed run left; the names of what is gone. The live pair is never touched."""
        async with self.lock.held("clean"):
            await self._tidy()
            return await self._remove_old(age)

    async def status(self) -> list[str]:
        """Lines for people; nothing is changed."""
        found, state = await self.pairs.survey(), await self.lock.read() or {}
        lines = [f"live      {found.live or 'none: start an indexer, which makes it, or run `jianbao rebuild`'}"]
        lines += [f"standby   {one.pair}, since {one.since.isoformat(timespec='seconds')}" for one in found.standby]
        lines += [f"partial   {index}" for index in found.partial]
        lines += [f"unknown   {index}: not made by `jianbao rebuild`, which leaves it alone" for index in found.unknown]
        if state.get("heartbeat_at"):
            lines.append(
                f"running   {state['action']} by {state['by']} since {state['begun_at']}: {state['phase']}, alive at {state['heartbeat_at']}"
            )
        if state.get("unfinished"):
            lines.append("unfinished: what was under way at the last swap is not followed to its end; the next `jianbao rebuild` does that first")
        return lines

    async def _tidy(self) -> Survey:
        """First of all: what a run before this one left undone, or left over."""
        found = await self.pairs.survey()
        if left := self.lock.unfinished:
            self.report.say("finishing what a run before this one left undone after its swap")
            await self.move.follow({int(partition): offset for partition, offset in left["since"].items()})
        if found.partial and (removed := await self.pairs.discard(found.partial)):
            self.report.say(f"removed {', '.join(removed)}, left over by a run that was cut off")
        return await self.pairs.survey()

    async def _remove_old(self, age: timedelta, *, but: Pair | None = None) -> list[str]:
        removed: list[str] = []
        for one in (await self.pairs.survey()).standby:
            if one.pair != but and datetime.now(UTC) - one.since >= age:
                await self._record_clean(one.pair)
                await self.pairs.remove(one.pair)
                removed += one.pair.indices
        return removed

    async def _record(self, action: Action, target: Pair) -> Operation:
        operation = Operation(action=action, subject=target.index("items"), by=self.lock.by, outcome="begun")
        await keep(self.kafka, self.common.topics.operations.name, [operation])
        return operation

    async def _record_end(self, operation: Operation, outcome: str, detail: str) -> None:
        """Once it is done (or has failed), a Kafka that is away must not make it look otherwise."""
        ended = operation.model_copy(update={"outcome": outcome, "detail": detail[:2000], "at": datetime.now(UTC)})
        try:
            await keep(self.kafka, self.common.topics.operations.name, [ended])
        except Unavailable as error:
            log.warning("the end of this operation was not recorded", error=str(error))

    async def _record_clean(self, pair: Pair) -> None:
        removed = Operation(action="rebuild", subject=pair.index("items"), by=self.lock.by, detail=f"removed the old {pair}")
        await keep(self.kafka, self.common.topics.operations.name, [removed])
