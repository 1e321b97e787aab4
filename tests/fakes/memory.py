"""A Memory that knows what a FakePublisher was given, and what a test says that others wrote."""

from collections.abc import Callable

from services.ingest.again.table import Table
from shared.records import RawDigest
from tests.fakes.publisher import FakePublisher


class FakeMemory:
    """`sure` says whether it comes to the topic's end; `meanwhile` is called when it does, and may note what others wrote."""

    def __init__(self, publisher: FakePublisher, *, sure: bool = True) -> None:
        self.table = Table()
        self.sure = sure
        self.meanwhile: Callable[[], None] = lambda: None
        self._publisher = publisher
        self._read = 0

    async def current(self) -> bool:
        """Read on."""
        self._read_on()
        return self.sure

    async def seen(self, digest_id: str, revision: int) -> bool:
        """Read on."""
        self._read_on()
        return self.sure

    def note(self, *raws: RawDigest) -> None:
        """Another instance's records."""
        for raw in raws:
            self.table.note(raw)

    def _read_on(self) -> None:
        self.meanwhile()
        self.meanwhile = lambda: None
        if self.sure:
            self.note(*(raw for raw, _ in self._publisher.published[self._read :]))
            self._read = len(self._publisher.published)
