"""Files and what is said of them → each handed to ingest (or straight to Kafka), one outcome a file.

A file that fails does not stop the others. While ingest is away a file is tried again, honouring Retry-After, for a bounded time.
Batches of them are on their way at once; files of one external id go one after another.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from services.ingest.accept import Submission
from services.ingest.feeding.files import MOST, Batch, File, Reader, is_address
from services.ingest.feeding.targets import Answer, Api, BulkTarget, Refused, Result, Straight, Target
from shared.errors import Rejected, Unavailable

__all__ = ["Answer", "Api", "BulkTarget", "Outcome", "Patience", "Refused", "Straight", "Target", "feed", "is_address"]

RETRY_AFTER_AT_MOST = 30.0
"""Seconds of a Retry-After that are believed."""

AT_ONCE = 3
"""Batches on their way: one is read and packed here while another is taken there, and one waits for Kafka."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file: str
    digest_id: str | None = None
    revision: int | None = None
    status_url: str | None = None
    duplicate_of: str | None = None
    """The digest that it is, where it was fed before and nothing was written"""
    error: dict[str, object] | None = None
    """code, message, status: as ingest answered, or of the same shape"""
    left_out: tuple[str, ...] | None = None
    """Of a mail: names of what is attached to it and no document"""

    @property
    def ok(self) -> bool:
        """Whether the digest was taken."""
        return self.error is None

    def to_dict(self) -> dict[str, object]:
        """The fields that say something, for JSON."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass
class Patience:
    """Seconds of waiting that are left; a success brings them back, so that an outage costs them once and not once a file."""

    seconds: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    left: float = field(init=False)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    """Held by whoever waits and tries again, so that several batches wait together and not one second each"""

    def __post_init__(self) -> None:
        self.left = self.seconds


class Pace(Protocol):
    """Says when to go on, so that others are not delayed."""

    at_once: int
    """Files of a batch"""

    async def turn(self, digests: int) -> None:
        """Return once so many more may be fed."""


async def feed(
    files: Iterable[str],
    target: BulkTarget,
    *,
    said: Mapping[str, str | None],
    stdin: BinaryIO,
    max_bytes: int,
    media_type: str | None = None,
    id_from_name: bool = False,
    patience: Patience,
    waiting: Callable[[str], None] = lambda reason: None,
    fetch: Callable[[str], Awaitable[Submission]] | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[Outcome]:
    """Hand the files to `target`; the outcomes are in their order. `waiting` is told why a try is put off, `fetch` gets
    those that are addresses of the web, and `pace` holds back.

    Raises Misconfigured when no file can succeed.
    """
    reader = Reader(said, stdin, max_bytes, media_type, id_from_name, most=MOST if pace is None else pace.at_once)
    at_once = AT_ONCE if pace is None else 1  # so that what is waiting has all that was fed in it
    under_way: deque[tuple[Batch, asyncio.Task[list[Outcome]]]] = deque()
    try:
        for batch in reader.batches(files):
            while len(under_way) >= at_once or any(batch.names & other.names for other, _ in under_way):
                for outcome in await under_way.popleft()[1]:
                    yield outcome
            if pace is not None:
                await pace.turn(len(batch.files))
            under_way.append((batch, asyncio.create_task(_put(batch, target, patience, waiting, fetch))))
            await asyncio.sleep(0)
        while under_way:
            for outcome in await under_way.popleft()[1]:
                yield outcome
    finally:
        for _, task in under_way:
            task.cancel()


async def _put(
    batch: Batch, target: BulkTarget, patience: Patience, waiting: Callable[[str], None], fetch: Callable[[str], Awaitable[Submission]] | None
) -> list[Outcome]:
    """The outcomes of a batch, each file tried until it is taken, refused, or patience ends."""
    if fetch is not None:
        batch.files = [await _fetched(file, fetch) if is_address(file.name) else file for file in batch.files]
    results: list[Result] = [file.refused or Unavailable("not tried yet") for file in batch.files]
    left = [number for number, file in enumerate(batch.files) if file.submission is not None]
    await _try(batch, left, results, target)
    if _unavailable(left, results) is None:
        patience.left = patience.seconds if left else patience.left
        return _outcomes(batch, results)
    async with patience.turn:
        while (error := _unavailable(left, results)) is not None:
            seconds = min(max(float(error.retry_after), 0.1), RETRY_AFTER_AT_MOST)
            if seconds > patience.left:
                patience.left = 0.0
                break
            waiting(str(error))
            await patience.sleep(seconds)
            patience.left -= seconds
            left = [number for number in left if isinstance(results[number], Unavailable)]
            await _try(batch, left, results, target)
        else:
            patience.left = patience.seconds
    return _outcomes(batch, results)


async def _fetched(file: File, fetch: Callable[[str], Awaitable[Submission]]) -> File:
    try:
        return File(file.name, await fetch(file.name))
    except Rejected as error:
        return File(file.name, None, error)


async def _try(batch: Batch, numbers: list[int], results: list[Result], target: BulkTarget) -> None:
    """Put these files of a batch, and note what became of each."""
    if not numbers:
        return
    submissions = [submission for number in numbers if (submission := batch.files[number].submission) is not None]
    found: list[Result]
    try:
        found = [await target.put(submissions[0])] if len(submissions) == 1 else await target.put_all(submissions)
    except (Rejected, Refused, Unavailable) as error:
        found = [error] * len(numbers)
    for number, result in zip(numbers, found, strict=True):
        results[number] = result


def _unavailable(numbers: list[int], results: list[Result]) -> Unavailable | None:
    return next((result for number in numbers if isinstance(result := results[number], Unavailable)), None)


def _outcomes(batch: Batch, results: list[Result]) -> list[Outcome]:
    return [_outcome(file, result) for file, result in zip(batch.files, results, strict=True)]


def _outcome(file: File, result: Result) -> Outcome:
    if isinstance(result, Answer):
        return Outcome(file.name, **result._asdict(), left_out=file.left_out or None)
    if isinstance(result, Refused):
        error = result.error
    elif isinstance(result, Rejected):
        error = {"code": result.kind, "message": result.message}
    else:
        error = {"code": "unavailable", "message": str(result), "status": 503}
    return Outcome(file.name, error=error, left_out=file.left_out or None)
