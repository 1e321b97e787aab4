"""Digest ids and a reason → each taken back: a raw record that says so, acknowledged, and who did it on record. The flow of `withdraw`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.ingest import fields
from services.ingest.erasure import note, withdrawal
from services.ingest.latest import latest
from services.ingest.publish import Publisher
from services.ingest.revision import Revisions, received_at
from shared import operations
from shared.errors import Rejected
from shared.kafka.scan import Scanner
from shared.operations import Operation
from shared.records import RawDigest
from shared.settings import KafkaSettings
from shared.topics import Topics

_HEX = set("0123456789abcdef")


class Desk(Protocol):
    """What is known and who is told: Kafka, or a stand-in for tests."""

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """The last raw record of each digest that is known; raises Unavailable."""

    async def keep(self, operations: Sequence[Operation]) -> None:
        """Put on record who did what; raises Unavailable."""


@dataclass(frozen=True)
class KafkaDesk:
    """The raw and operations topics: the archive itself, of which `latest` reads a partition."""

    settings: KafkaSettings
    topics: Topics

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """See services.ingest.latest."""
        async with Scanner(self.settings) as scanner:
            return await latest(scanner, self.topics.raw.name, digest_ids)

    async def keep(self, operations_: Sequence[Operation]) -> None:
        """See shared.operations."""
        await operations.keep(self.settings, self.topics.operations.name, operations_)


@dataclass(frozen=True)
class Withdrawn:
    """A digest that is taken back."""

    digest_id: str
    revision: int
    """Of the withdrawal: older writes can't bring it back, a digest fed again later does"""
    before: bool
    """It had been withdrawn already; nothing was written"""


def checked(digest_ids: Collection[str], reason: str) -> tuple[list[str], str]:
    """Ids without repetition, and the reason in one line; raises Rejected (`bad_id`, `bad_reason`). Pure."""
    for digest_id in digest_ids:
        if len(digest_id) != 32 or set(digest_id) - _HEX:
            raise Rejected("bad_id", f"{digest_id[:60]!r} is no digest's id: those are 32 hex digits, as `jianbao feed` and search show them")
    return list(dict.fromkeys(digest_ids)), fields.reason(reason)


async def withdraw(
    digest_ids: Collection[str],
    *,
    reason: str,
    by: str,
    desk: Desk,
    publisher: Publisher,
    revisions: Revisions,
    key_name: str | None = None,
    permit: Callable[[str], None] = lambda source: None,
) -> list[Withdrawn]:
    """Take digests back and return once Kafka has acknowledged it.

    `permit` is asked for each digest's source and raises what it has against it. Raises Rejected (`unknown_digest`) when one is not known,
    all before anything is written, and Unavailable.
    """
    ids, reason = checked(digest_ids, reason)
    known = await all_known(ids, desk)
    for digest_id in ids:
        permit(known[digest_id].source)
    done = []
    for digest_id in ids:
        last = known[digest_id]
        if last.withdrawn:
            done.append(Withdrawn(digest_id, last.revision, before=True))
            continue
        revision, at = after(last, revisions)
        raw = withdrawal(last, revision=revision, at=at, key_name=key_name)
        begun = Operation(
            action="withdraw", subject=digest_id, digest_id=digest_id, by=by, reason=reason, outcome="begun", detail=f"revision {raw.revision}"
        )
        await desk.keep([begun])
        raw = await publisher.publish(raw, b"", [note(by=by, reason=reason)])
        await desk.keep([ended(begun)])
        done.append(Withdrawn(digest_id, raw.revision, before=False))
    return done


async def all_known(digest_ids: Collection[str], desk: Desk) -> Mapping[str, RawDigest]:
    """The last raw record of each; raises Rejected (`unknown_digest`) that names those that were never received."""
    known = await desk.latest(digest_ids)
    if unknown := [digest_id for digest_id in digest_ids if digest_id not in known]:
        raise Rejected("unknown_digest", f"never received: {', '.join(unknown)}. Nothing was written")
    return known


def after(last: RawDigest, revisions: Revisions) -> tuple[int, datetime]:
    """A revision above a digest's last, also where that came from a clock ahead of ours; and the time,
    which is now in any case.
    """
    now = revisions.next()
    return max(now, last.revision + 1), received_at(now)


def ended(begun: Operation, *, outcome: operations.Outcome = "done", detail: str | None = None) -> Operation:
    """The record of an operation's end, by now."""
    said = begun.model_dump(exclude={"at", "outcome", "detail"})
    return Operation(**said, outcome=outcome, detail=begun.detail if detail is None else detail)
