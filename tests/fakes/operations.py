"""Operations on record, as a test says they are."""

from collections.abc import Sequence
from datetime import datetime

from shared.operations import Operation


class FakeOperations:
    """Gives them all, and notes up to when it was asked."""

    def __init__(self, *operations: Operation, complete: bool = True) -> None:
        self.operations, self.complete = operations, complete
        self.asked: list[datetime | None] = []

    async def latest(self, until: datetime | None = None) -> tuple[Sequence[Operation], bool]:
        """Whatever the time."""
        self.asked.append(until)
        return self.operations, self.complete
