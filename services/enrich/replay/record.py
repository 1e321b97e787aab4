"""A replay ↔ its records in the operations topic: what it was to do, so that another process can go on with it. Pure."""

from collections.abc import Iterable

from pydantic import Field, ValidationError

from services.enrich.replay.choice import Choice
from shared.errors import Rejected
from shared.operations import Operation, Outcome, operator
from shared.records import Record


class Task(Record):
    """What a replay is to do; stands as JSON in the detail of its first record."""

    choice: Choice
    until: dict[int, int] = Field(description="Ends of the raw topic by partition when it began: what comes later is enriched by this build anyway")
    digests: int = Field(description="So many at the beginning")


def begun(task: Task, reason: str | None = None) -> Operation:
    """The record of a beginning; raises nothing."""
    subject = task.choice.source or ("digests" if task.choice.digests else "all")
    return Operation(action="replay", subject=subject, by=operator(), outcome="begun", reason=reason, detail=task.to_json().decode())


def ended(operation: Operation, outcome: Outcome, detail: str) -> Operation:
    """The record of the end of what began with `operation`."""
    return Operation(**operation.model_dump(exclude={"at", "outcome", "detail", "by"}), by=operator(), outcome=outcome, detail=detail)


def unfinished(operations: Iterable[Operation]) -> tuple[Operation, Task] | None:
    """The replay that began last and is not done, with its task; None where there is none."""
    replays = [operation for operation in operations if operation.action == "replay"]
    done = {operation.operation_id for operation in replays if operation.outcome == "done"}
    for operation in sorted(replays, key=lambda each: each.at, reverse=True):
        if operation.outcome == "begun" and operation.operation_id not in done:
            return operation, read(operation)
    return None


def read(operation: Operation) -> Task:
    """The task of a beginning; raises Rejected when a version of another form wrote it."""
    try:
        return Task.model_validate_json(operation.detail)
    except ValidationError as error:
        raise Rejected("unknown_form", f"replay {operation.operation_id} was begun by another version: begin a new one") from error
