"""The operations topic, read on and on → which records an operator has asked to skip, for the stage that is stuck on one of them.

    jianbao dead skip ──► recorded as begun ──► the stage that can't get past the record makes it a dead letter `skipped`
                      ◄── sees the letter  ──► recorded as done; as failed, when none came in time, which takes the wish back

A stage looks here only where a record has failed while others would pass, so nothing else is ever skipped.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared import log, operations
from shared.errors import JianbaoError, Rejected, Unavailable
from shared.kafka.clients import admin_client, client_options
from shared.operations import Operation
from shared.settings import KafkaSettings

logger = log.get(__name__)

SKIPPED = "skipped"
"""The error of the dead letters that come of it"""

VALID = timedelta(minutes=10)
"""A wish that is neither taken back nor fulfilled ends by itself: whoever was to watch over it is gone."""

AGAIN_SECONDS = 5.0
"""Between tries to reach Kafka; what a stage does meanwhile does not depend on it."""


def subject(topic: str, partition: int, offset: int) -> str:
    """A record's name in the operations topic, as a dead letter names its origin."""
    return f"{topic}/{partition}/{offset}"


def said(operation: Operation) -> str:
    """Who asked, and why: the beginning of the dead letter's message."""
    return f"skipped by {operation.by}" + (f": {operation.reason}" if operation.reason else "")


@dataclass
class Wishes:
    """Operations, one after another → those that hold now, by subject. Pure."""

    _open: dict[str, Operation] = field(default_factory=dict)

    def note(self, operation: Operation) -> None:
        """Take in what an operator did."""
        if operation.action != "skip":
            return
        if operation.outcome == "begun":
            self._open[operation.subject] = operation
        elif (known := self._open.get(operation.subject)) and known.operation_id == operation.operation_id:
            del self._open[operation.subject]

    def asked(self, topic: str, partition: int, offset: int, *, now: datetime | None = None) -> Operation | None:
        """Who wants this record skipped now; None where nobody does."""
        operation = self._open.get(subject(topic, partition, offset))
        if operation is None or (now or operations.now()) - operation.at > VALID:
            return None
        return operation


class Skips:
    """Reads what was asked for lately and what is asked for from now on; `run` is a task of its own beside the work."""

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        """Connects to nothing before `run`; `topic` is that of operations."""
        self._settings = settings
        self._topic = topic
        self._wishes = Wishes()

    def asked(self, topic: str, partition: int, offset: int) -> str | None:
        """By whom and why this record is to be skipped; None where nobody has asked for it."""
        operation = self._wishes.asked(topic, partition, offset)
        return said(operation) if operation else None

    async def run(self) -> None:
        """Read until cancelled; while Kafka is away nothing new is heard."""
        while True:
            try:
                await self._read()
            except (KafkaError, OSError, JianbaoError) as error:
                logger.debug("operations can't be read, tried again", error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read(self) -> None:
        options = client_options(self._settings)
        consumer = AIOKafkaConsumer(**options, group_id=None, enable_auto_commit=False, auto_offset_reset="latest")
        try:
            await consumer.start()
            await self._begin(consumer)
            while True:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    for record in records:
                        with suppress(Rejected):  # of another form: nothing that we understand
                            self._wishes.note(operations.read(record.value))
        finally:
            # In a task of its own: a consumer without a group that is stopped soon after its start raises CancelledError.
            await asyncio.wait([asyncio.ensure_future(consumer.stop())])

    async def _begin(self, consumer: Any) -> None:
        """Stand where wishes begin that may still hold."""
        async with admin_client(self._settings) as admin:  # the consumer knows only topics that it reads
            (described,) = await admin.describe_topics([self._topic])
        partitions = [TopicPartition(self._topic, known["partition"]) for known in described["partitions"]]
        if not partitions:
            raise Unavailable(f"topic {self._topic} is not there")
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)  # first, so that nothing is left out between the two answers
        since = round((datetime.now(UTC) - VALID).timestamp() * 1000)
        for partition, found in (await consumer.offsets_for_times(dict.fromkeys(partitions, since))).items():
            consumer.seek(partition, found.offset if found else ends[partition])
