"""A Memory that knows what a FakePublisher was given, and what a test says that others wrote."""

from collections.abc import Callable

from services.ingest.again.table import Table
from shared.records import RawDigest
from tests.fakes.publisher import FakePublisher


class FakeMemory:
    """`sure` says whether it comes to the topic's end. `before_current` is called once before it does so, and
    `before_seen` before a record of ours is in the table: each may note what others wrote until then.
    """

    def __init__(self, publisher: FakePublisher, *, sure: bool = True) -> None:
        self.table = Table()
        self.sure = sure
        self.before_current: Callable[[], None] = _nothing
        self.before_seen: Callable[[], None] = _nothing
        self._publisher = publisher
        self._read = 0

    @property
    def complete(self) -> bool:
        """Whether it comes to the topic's end."""
        return self.sure

    async def current(self) -> bool:
        """Read on."""
        now, self.before_current = self.before_current, _nothing
        now()
        self._read_on()
        return self.sure

    async def seen(self, digest_id: str, revision: int) -> bool:
        """Read on."""
        now, self.before_seen = self.before_seen, _nothing
        now()
        self._read_on()
        return self.sure

    def note(self, *raws: RawDigest) -> None:
        """Another instance's records."""
        for raw in raws:
            self.table.note(raw)

    def _read_on(self) -> None:
        if self.sure:
            self.note(*(raw for raw, _ in self._publisher.published[self._read :]))
            self._read = len(self._publisher.published)


def _nothing() -> None:
    """Others wrote nothing."""
