"""Digests that are handed over at once → few requests with many of them each; to each its own answer.

A request alone costs ingest and us more than a small digest does.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.ingest.accept import Submission
from services.ingest.feeding.targets import Answer, BulkTarget, Refused

REQUESTS = 4
"""Under way at once: while one is acknowledged by Kafka, others are read and written. More only makes them smaller."""

DIGESTS, BYTES = 64, 2**20
"""Of one request"""

ALONE = BYTES // 4
"""Bytes from which on a digest has a request of its own"""


@dataclass
class Bundle:
    """Puts what comes while other requests are under way into the next one."""

    target: BulkTarget
    _waiting: deque[tuple[Submission, asyncio.Future[Answer]]] = field(default_factory=deque, init=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def put(self, submission: Submission) -> Answer:
        """Return once it is taken; raises as the target does."""
        # Several are not told apart by keys.
        if submission.idempotency_key or len(submission.content) >= ALONE:
            return await self.target.put(submission)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((submission, answer))
        self._send()
        return await answer

    def _send(self) -> None:
        while self._waiting and len(self._under_way) < REQUESTS:
            task = asyncio.create_task(self._put(self._next()))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._send()

    def _next(self) -> list[tuple[Submission, asyncio.Future[Answer]]]:
        several: list[tuple[Submission, asyncio.Future[Answer]]] = []
        size = 0
        while self._waiting and len(several) < DIGESTS and size < BYTES:
            several.append(self._waiting.popleft())
            size += len(several[-1][0].content)
        return several

    async def _put(self, several: list[tuple[Submission, asyncio.Future[Answer]]]) -> None:
        results = await self._results([one for one, _ in several])
        for (_, answer), result in zip(several, results, strict=True):
            if answer.done():
                continue  # Who waited for it was cancelled.
            if isinstance(result, BaseException):
                answer.set_exception(result)
            else:
                answer.set_result(result)

    async def _results(self, submissions: list[Submission]) -> Sequence[Answer | Exception]:
        if len(submissions) > 1:
            try:
                results = await self.target.put_all(submissions)
                if len(results) != len(submissions):
                    raise ValueError(f"{len(results)} answers came to {len(submissions)} digests")
                return results
            except Refused:
                pass  # An ingest that takes no several: what it says is said of none of them.
            except Exception as error:  # Whatever it is, somebody waits for each.
                return [error] * len(submissions)
        return await asyncio.gather(*(self.target.put(one) for one in submissions), return_exceptions=True)  # type: ignore[return-value]
