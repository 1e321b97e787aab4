"""Originals that are what a FakePublisher was given; held to the contract tests of those in Kafka."""

from services.search.original.records import Original
from tests.fakes.publisher import FakePublisher


class FakeOriginals:
    """As services.search.original.records.Originals says."""

    def __init__(self, publisher: FakePublisher) -> None:
        self._publisher = publisher

    async def find(self, digest_id: str, revision: int, *, at_ms: int, everywhere: bool) -> Original | None:
        """By what was published."""
        found = (Original(raw, content) for raw, content in self._publisher.published if (raw.digest_id, raw.revision) == (digest_id, revision))
        return next(found, None)
