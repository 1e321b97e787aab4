"""Faust's queue between consumer and agent, bounded in bytes besides records.

A record may have 16 MiB, so that a bound of 256 records alone would be 4 GiB. A full queue makes the consumer wait, which is
Faust's own backpressure.
"""

from typing import Any

from faust.types import EventT
from mode.utils.queues import ThrowableQueue

MAX_BYTES = 16 * 2**20
"""Of values in the queue, which may pass it by one record: the largest record still fits, and 100 usual digests do."""


class ByteBoundedQueue(ThrowableQueue[Any]):
    """Full at `maxsize` records or MAX_BYTES, whichever comes first."""

    _bytes = 0

    def full(self) -> bool:
        """Whether a producer has to wait."""
        return bool(super().full()) or self._bytes >= MAX_BYTES

    def clear(self) -> None:
        """Forget all, as Faust does on a rebalance."""
        super().clear()
        self._bytes = 0

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._bytes += _size(item)

    def _get(self) -> Any:
        item = super()._get()
        self._bytes -= _size(item)
        return item


def _size(item: Any) -> int:
    return len(item.message.value or b"") if isinstance(item, EventT) else 0
