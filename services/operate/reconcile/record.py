"""A repair → who did it when and what came of it, in the operations topic."""

from dataclasses import dataclass

from services.operate.reconcile.run import Report
from shared import operations
from shared.kafka.clients import ensure_topics
from shared.operations import Operation, operator
from shared.settings import KafkaSettings
from shared.topics import Topics


@dataclass
class Kept:
    """Begins with the first repair; without any, nothing is recorded."""

    settings: KafkaSettings
    topics: Topics
    operation: Operation | None = None

    async def begin(self) -> None:
        """Return once it is recorded; raises Unavailable."""
        await ensure_topics(self.settings, [self.topics.operations])
        self.operation = Operation(action="reconcile", subject="index", by=operator(), outcome="begun")
        await operations.keep(self.settings, self.topics.operations.name, [self.operation])

    async def end(self, report: Report) -> None:
        """The same; does nothing where nothing was begun."""
        if self.operation is None:
            return
        left = report.left.total()
        detail = f"{report.found.total()} differences, {report.repaired} digests repaired, {left} left"
        ended = self.operation.model_dump(exclude={"at", "outcome", "detail"})
        outcome: operations.Outcome = "done" if report.consistent else "failed"
        await operations.keep(self.settings, self.topics.operations.name, [Operation(**ended, outcome=outcome, detail=detail)])
