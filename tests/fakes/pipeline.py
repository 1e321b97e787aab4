"""What the pipeline monitor measures, made up: Kafka and the index as a test says they are."""

from collections.abc import Sequence

from services.search.pipeline.measurement import GroupFacts, IndexFacts, KafkaFacts
from shared.dead_letters.register import Register
from shared.dead_letters.state import Known


def quiet() -> KafkaFacts:
    """Kafka after nine digests, all of them through."""
    return KafkaFacts(raw=9, enriched=9, groups={"enrich": GroupFacts(taken=9, lag=0), "index": GroupFacts(taken=9, lag=0)})


class FakeKafkaSource:
    """Gives its facts, or raises its error."""

    def __init__(self, facts: KafkaFacts | None = None) -> None:
        self.facts = facts or quiet()
        self.error: Exception | None = None
        self.register = Register()
        self.closed = False

    async def measure(self) -> KafkaFacts:
        """One round."""
        if self.error:
            raise self.error
        return self.facts

    async def close(self) -> None:
        """Note it."""
        self.closed = True


class FakeIndexSource:
    """Gives its facts, or raises its error."""

    def __init__(self, facts: IndexFacts | None = None) -> None:
        self.facts = facts or IndexFacts(items=81, digests=9)
        self.error: Exception | None = None
        self.known: dict[str, Known] = {}

    async def measure(self) -> IndexFacts:
        """One round."""
        if self.error:
            raise self.error
        return self.facts

    async def manifests(self, digest_ids: Sequence[str]) -> dict[str, Known | None]:
        """What a test says is there."""
        return {digest_id: self.known.get(digest_id) for digest_id in digest_ids}

    async def answers(self) -> None:
        """As a measurement would."""
        await self.measure()
