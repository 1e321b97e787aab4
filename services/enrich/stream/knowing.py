"""A pool whose children are told what is known of a digest's source when it arrives; what is known is read from `sources.v1` all the time.

It travels as a header of the record beside the digest's own, so that whatever stands between here and the child passes it on as it is. A header
of that name that came with the record itself is taken off: nobody but whoever may write to the topic teaches a source.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from services.enrich.stream.process import KNOWN_HEADER, Headers, Outcome
from shared import log, sources
from shared.errors import Rejected
from shared.records import DIGEST_HEADER
from shared.registry.listing import is_taught

logger = log.get(__name__)


@dataclass
class Known:
    """What is known, by source."""

    numbers: dict[str, int] = field(default_factory=dict)
    records: dict[str, bytes] = field(default_factory=dict)

    def add(self, key: bytes | None, value: bytes | None) -> None:
        """Learn a record of the topic; one of another form says nothing, one whose number is not higher came too late."""
        if not is_taught(key):
            return  # how a source is called and fetched changes nothing here
        try:
            source = sources.read(value)
        except Rejected as error:
            logger.warning("a record of what is known of a source can't be read", reason=error.message)
            return
        if source.knowledge > self.numbers.get(source.source, 0):
            self.numbers[source.source], self.records[source.source] = source.knowledge, value or b""

    def forget(self) -> None:
        """Know nothing."""
        self.numbers.clear()
        self.records.clear()

    def of(self, headers: Headers) -> bytes | None:
        """The record of the source that a raw record's header names."""
        header = next((data for name, data in headers if name == DIGEST_HEADER), b"")
        with suppress(orjson.JSONDecodeError, AttributeError):
            return self.records.get(str(orjson.loads(header).get("source")))
        return None


class Pool(Protocol):
    """Makes outcomes."""

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises Unavailable when it can't now."""


@dataclass(frozen=True)
class KnowingPool:
    """As the pool that it is given, which is told what is known."""

    pool: Pool
    known: Known

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises Unavailable, as the pool does."""
        own = [pair for pair in headers if pair[0] != KNOWN_HEADER]
        record = self.known.of(own)
        return await self.pool.outcome([*own, (KNOWN_HEADER, record)] if record is not None else own, content)
