"""What the pipeline monitor measures, made up: Kafka and the index as a test says they are."""

from services.index.search.letters import Letters
from services.index.search.measurement import GroupFacts, IndexFacts, KafkaFacts


def quiet() -> KafkaFacts:
    """Kafka after nine digests, all of them through."""
    return KafkaFacts(raw=9, enriched=9, groups={"enrich": GroupFacts(taken=9, lag=0), "index": GroupFacts(taken=9, lag=0)}, dead={})


class FakeKafkaSource:
    """Gives its facts, or raises its error."""

    def __init__(self, facts: KafkaFacts | None = None) -> None:
        self.facts = facts or quiet()
        self.error: Exception | None = None
        self.letters = Letters()
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

    async def measure(self) -> IndexFacts:
        """One round."""
        if self.error:
            raise self.error
        return self.facts
