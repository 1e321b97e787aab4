"""Records that can't be indexed → the dead topic, with their original bytes; and the limit at which the fault must be ours."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from services.index.bulk import BACKOFF, Sleep
from services.index.flow_control.blockers import Blockers
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.kafka.clients import words
from shared.kafka.refusals import advice
from shared.kafka.sender import Message, Sender
from shared.log import get

log = get(__name__)

NEARLY_ALL = 0.95
"""Of the last records: with one good record among twenty bad ones the fault is still ours more likely than twenty feeders'."""


@dataclass
class DeadLimit:
    """Whether nearly all of the last `limit` records were refused. Pure."""

    limit: int
    _last: deque[bool] = field(init=False)

    def __post_init__(self) -> None:
        self._last = deque(maxlen=self.limit)

    def reached(self, refused: Sequence[bool]) -> bool:
        """Add what became of further records, in order; True when the limit is reached and nothing may be given up on now."""
        self._last.extend(refused)
        return len(self._last) == self.limit and sum(self._last) >= NEARLY_ALL * self.limit


class Letters(Protocol):
    """Where dead letters go."""

    async def send(self, letters: Sequence[tuple[SourceRecord, Failure]]) -> None:
        """Returns when all of them are kept."""


@dataclass
class DeadTopic:
    """The dead topic, by a sender that connects with the first letter."""

    sender: Sender
    topic: str
    blockers: Blockers
    sleep: Sleep = asyncio.sleep
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def send(self, letters: Sequence[tuple[SourceRecord, Failure]]) -> None:
        """Returns when Kafka has acknowledged all of them; tries again for as long as that takes."""
        messages = [Message(self.topic, record.key, record.value, to_headers(record, failure)) for record, failure in letters]
        async with self._lock:
            for delay in BACKOFF.delays():
                try:
                    await self.sender.deliver(messages)
                except (KafkaError, OSError) as error:
                    await self.sender.close()  # all go again by a fresh producer: a letter twice is better than none
                    too_large = isinstance(error, MessageSizeTooLargeError)
                    mend = f": raise max.message.bytes of topic {self.topic} (20 MiB as we make it)" if too_large else ""
                    refused = advice(error)
                    why = f"Kafka does not take dead letters: {refused or words(error)}{mend}"
                    self.blockers.begin(self.topic, why, operator=too_large or refused is not None)
                    await self.sleep(delay)
                    continue
                self.blockers.end(self.topic)
                return

    async def stop(self) -> None:
        """Close the connections."""
        async with self._lock:
            await self.sender.close()
