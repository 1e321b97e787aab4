"""Operations on an index → a final judgement on each (done, stale or poison); what passes is tried again in place, for ever.

Retrying in place is the backpressure: whoever waits here holds a place in flight, and the consumer takes no more than there are places.

What Elasticsearch is too busy or too broken for is tried for ever while nothing else gets through, as that is overload or an outage. Where it
takes others meanwhile, which a write of the same weight without effect finds out, the tries are counted, and after the last, alone in a request of
its own, the operation is poison. One that is larger than a write may be is poison at once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError

from services.index.batch import LARGEST, Operation, requests, witness
from services.index.flow_control.blockers import Blockers
from services.index.flow_control.congestion import Congestion
from services.index.verdicts import Judgement, Verdict, judge, judge_request, judgements, may_be_its_own
from shared import metrics
from shared.dead_letters.skips import SKIPPED
from shared.elastic import tls_advice
from shared.retry import Backoff

FILTER_PATH = "errors,items.*.status,items.*.error.type,items.*.error.reason"
"""25 bytes an operation instead of 200."""

BACKOFF = Backoff(first=0.5, longest=15.0)
"""15 s at most: that long everything may stand still after Elasticsearch is back."""

TRIES = 10
"""Of an operation that is not taken while others are: some 40 s of them, more than a shard takes to move or a node to be left."""

ALONE = 3
"""Tries after which it goes in a request of its own: an answer to the request as a whole names no culprit."""

OVERLOAD = {"es_rejected_execution_exception", "circuit_breaking_exception"}
"""What is too much for Elasticsearch at the moment, by its own words for single operations."""


class Answer(Protocol):
    """An answer of Elasticsearch."""

    @property
    def body(self) -> Any:
        """Parsed JSON."""


class Client(Protocol):
    """What the writer uses of Elasticsearch's client."""

    # The client types operations as dicts, but takes lines of bytes too, which is what makes it fast.
    async def bulk(self, *, index: str, operations: Any, require_alias: bool, include_source_on_error: bool, filter_path: str) -> Answer:
        """Run operations."""

    async def mget(self, *, index: str, ids: Sequence[str], source_includes: Sequence[str]) -> Answer:
        """Documents by id, in real time."""


Sleep = Callable[[float], Awaitable[None]]

Skipped = Callable[[int], str | None]
"""Says why the digest at a place of the batch is to be given up, where somebody asked for that"""


def _nobody(_owner: int) -> None:
    return None


@dataclass
class Bulk:
    """Sends requests, several at once, and judges the answers."""

    client: Client
    batch_bytes: int
    in_flight: int
    blockers: Blockers
    backoff: Backoff = BACKOFF
    sleep: Sleep = asyncio.sleep
    congestion: Congestion = field(init=False)

    def __post_init__(self) -> None:
        self.congestion = Congestion(self.batch_bytes, self.in_flight)

    async def run(self, index: str, operations: Sequence[Operation], *, skipped: Skipped = _nobody) -> list[Judgement]:
        """A final judgement on each operation, in their order; returns only when Elasticsearch has answered for all.

        What is not taken while others are is given up at once where `skipped` says so of its owner.
        """
        final = [_bounded(operation) for operation in operations]
        pending = [at for at, judged in enumerate(final) if judged.verdict is Verdict.RETRY]
        tries: Counter[int] = Counter()
        before: set[int] = set()
        for delay in self.backoff.delays():
            parts = _cut([at for at in pending if tries[at] < ALONE], operations, self.congestion.bytes)
            alone = [at for at in pending if tries[at] >= ALONE]
            requested = [self._request(index, [operations[at] for at in part]) for part in parts]
            requested += [self._request(index, [operations[at]], alone=True) for at in alone]
            for part, judged in zip([*parts, *([at] for at in alone)], await asyncio.gather(*requested), strict=True):
                for at, judgement in zip(part, judged, strict=True):
                    final[at] = judgement
            suspects = {at for at in pending if may_be_its_own(final[at])}
            # Once is no sign of anything, and costs nobody a further request.
            for at in await self._taken_others(index, operations, sorted(suspects & before), tries):
                tries[at] += 1
                if why := skipped(operations[at].owner):
                    final[at] = Judgement(Verdict.POISON, SKIPPED, f"{why} ({final[at].reason})")
                elif tries[at] >= TRIES:
                    final[at] = _given_up(final[at])
            before = suspects
            pending = [at for at in pending if final[at].verdict in (Verdict.RETRY, Verdict.FAULT, Verdict.OPERATOR)]
            if not pending:
                self.blockers.end(index)
                return final
            await self._wait(index, [final[at] for at in pending], delay)
        raise AssertionError("delays never end")

    async def get(self, index: str, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any] | None]:
        """The documents of those ids in real time (None for one that is not there), in order, each with its `_seq_no` and `_primary_term`."""
        for delay in self.backoff.delays():
            trouble: list[Judgement]
            try:
                async with self.congestion.place():
                    answer = await self.client.mget(index=index, ids=ids, source_includes=fields)
            except (ApiError, TransportError) as error:
                trouble = [_judge_error(error, 1)]
            else:
                found = answer.body["docs"]
                trouble = [judge(404 if "not_found" in doc["error"].get("type", "") else 503, doc["error"]) for doc in found if "error" in doc]
                if not trouble:
                    self.blockers.end(index)
                    return [
                        doc["_source"] | {name: doc[name] for name in ("_seq_no", "_primary_term")} if doc.get("found") else None for doc in found
                    ]
            await self._wait(index, trouble, delay)
            if len(ids) > 1 and any(judged.error in OVERLOAD for judged in trouble):
                half = len(ids) // 2  # the answer may be what is too large
                return await self.get(index, ids[:half], fields) + await self.get(index, ids[half:], fields)
        raise AssertionError("delays never end")

    async def _request(self, index: str, operations: Sequence[Operation], *, alone: bool = False) -> list[Judgement]:
        """Judgements on one request; split as long as it must be. `alone`: how it fares says nothing of how much others may ask."""
        since = 0
        try:
            async with self.congestion.place() as since:
                # require_alias: a missing index must not be made by our writing, with a guessed mapping.
                # include_source_on_error: reasons must not quote the digest's text, as dead letters and logs carry them.
                answer = await self.client.bulk(
                    index=index,
                    operations=[operation.lines for operation in operations],
                    require_alias=True,
                    include_source_on_error=False,
                    filter_path=FILTER_PATH,
                )
        except (ApiError, TransportError) as error:
            judged = _judge_error(error, len(operations))
            if _is_overload(error) and not alone:
                self.congestion.ease(since)
            if judged.verdict is not Verdict.SPLIT:
                return [judged] * len(operations)
        else:
            each = judgements(operations, answer.body)
            if not alone:
                overloaded = any(judgement.error in OVERLOAD for judgement in each)
                self.congestion.ease(since) if overloaded else self.congestion.press()
            if not any(judgement.verdict is Verdict.SPLIT for judgement in each):
                return each
            if len(operations) == 1:
                return [Judgement(Verdict.POISON, each[0].error, each[0].reason)]
        half = len(operations) // 2
        metrics.retries.labels(stage="index", reason="split").inc()
        return await self._request(index, operations[:half]) + await self._request(index, operations[half:])

    async def _taken_others(self, index: str, operations: Sequence[Operation], suspects: Sequence[int], tries: Counter[int]) -> list[int]:
        """Those of `suspects` beside which Elasticsearch takes others now; of all others the tries count no more, as what meets them meets all.

        What goes in requests of its own has witnesses of its own; for the others, which may be many, the heaviest's stands.
        """
        together = [at for at in suspects if tries[at] < ALONE]
        groups = [[at] for at in suspects if tries[at] >= ALONE] + ([together] if together else [])
        witnesses = [witness(max((operations[at] for at in group), key=lambda operation: len(operation.lines))) for group in groups]
        answers = await asyncio.gather(*(self._request(index, [each], alone=True) for each in witnesses))
        found: list[int] = []
        for group, (judged,) in zip(groups, answers, strict=True):
            if judged.verdict in (Verdict.DONE, Verdict.STALE):  # it came through to where versions are compared
                found += group
            else:
                for at in group:
                    tries[at] = 0
        return found

    async def _wait(self, index: str, trouble: Sequence[Judgement], delay: float) -> None:
        worst = next((judged for judged in trouble if judged.verdict is Verdict.OPERATOR), trouble[0])
        metrics.retries.labels(stage="index", reason=worst.error).inc()
        self.blockers.begin(index, worst.reason, operator=worst.verdict is Verdict.OPERATOR)
        await self.sleep(delay)


def _cut(pending: Sequence[int], operations: Sequence[Operation], limit: int) -> list[list[int]]:
    """Pending operations by place, cut into requests."""
    parts, at = [], 0
    for part in requests([operations[place] for place in pending], limit=limit):
        parts.append(list(pending[at : at + len(part)]))
        at += len(part)
    return parts


def _bounded(operation: Operation) -> Judgement:
    """Not tried yet; poison where it is larger than a write may be."""
    if (size := len(operation.lines)) <= LARGEST:
        return Judgement(Verdict.RETRY)
    return Judgement(Verdict.POISON, "too_large", f"{size:,} bytes in one write are more than the {LARGEST:,} that a small Elasticsearch takes")


def _given_up(judged: Judgement) -> Judgement:
    return Judgement(Verdict.POISON, judged.error, f"{judged.reason} ({TRIES} times, while others were taken)")


def _is_overload(error: ApiError | TransportError) -> bool:
    return isinstance(error, ConnectionTimeout) or (isinstance(error, ApiError) and error.meta.status in (408, 429, 504))


def _judge_error(error: ApiError | TransportError, operations: int) -> Judgement:
    if isinstance(error, ApiError):
        return judge_request(error.meta.status, error.body, operations=operations)
    if isinstance(error, TlsError):
        return Judgement(Verdict.OPERATOR, "tls", f"Elasticsearch can't be talked to: {tls_advice(error)}")
    return Judgement(Verdict.RETRY, "unreachable", f"Elasticsearch does not answer: {type(error).__name__}")
