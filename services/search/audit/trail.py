"""Records of operations → one entry for each operation, the newest first, and those that somebody asks for. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.operations import Operation


@dataclass(frozen=True)
class Entry:
    """An operation by its last record, with when it began."""

    last: Operation
    began_at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which operations; all that is given must hold."""

    action: str | None = None
    by: str | None = None
    """Somewhere in the name, whatever the case"""
    digest: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(records: Iterable[Operation]) -> list[Entry]:
    """One for each operation, by when it began, the newest first."""
    begun: dict[str, datetime] = {}
    last: dict[str, Operation] = {}
    for record in records:
        known = last.get(record.operation_id)
        begun[record.operation_id] = min(begun.get(record.operation_id, record.at), record.at)
        # Of two of one time the one that is no beginning came later.
        if known is None or (record.at, record.outcome != "begun") >= (known.at, known.outcome != "begun"):
            last[record.operation_id] = record
    made = [Entry(operation, begun[name]) for name, operation in last.items()]
    return sorted(made, key=lambda entry: (entry.began_at, entry.last.operation_id), reverse=True)


def chosen(found: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """Those that are asked for, in their order."""
    return [entry for entry in found if _fits(entry, wanted)]


def counts(found: Iterable[Entry]) -> Mapping[str, int]:
    """How many of each action, the most first."""
    return dict(Counter(entry.last.action for entry in found).most_common())


def _fits(entry: Entry, wanted: Wanted) -> bool:
    one = entry.last
    return (
        wanted.action in (None, one.action)
        and (wanted.by is None or wanted.by.casefold() in one.by.casefold())
        and wanted.digest in (None, one.digest_id, one.subject)
        and wanted.subject in (None, one.subject)
        and (wanted.since is None or entry.began_at >= wanted.since)
        and (wanted.until is None or entry.began_at <= wanted.until)
    )
