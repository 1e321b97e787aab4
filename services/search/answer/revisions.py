"""A digest's manifest and Kafka → its revisions, and how two of them differ. Each record is read by its place: nothing is searched through."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import orjson

from services.search.answer.answers import Answers
from services.search.answer.diff import compare
from services.search.errors import BadRequest, KafkaAway, NotFound
from services.search.models.digest import DigestAnswer
from services.search.models.revision import DiffAnswer, RevisionAnswer, RevisionsAnswer
from services.search.threads import slow
from shared.errors import Unavailable
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings

Json = dict[str, Any]
Place = tuple[int, int]

SECONDS = 15.0
"""For two records of 16 MiB at most; a connection to Kafka takes some 0.1 s."""

AT_ONCE = 2
"""Comparisons: each may hold 32 MiB of records and their trees."""

FETCH_BYTES = 2**20
"""Or one record, where that is larger."""


class Gone(NotFound):
    """A revision whose record Kafka has deleted, or whose topic was made anew."""

    code = "revision_gone"
    chinese = "Kafka 中已没有这一版的原记录（已过保留期或主题重建），无法对照；其他各版仍可选择。"


class Records(Protocol):
    """Where enriched records are read from."""

    async def bounds(self) -> dict[int, tuple[int, int]]:
        """First offset and the one after the last by partition; raises KafkaAway."""

    async def read(self, places: Sequence[Place]) -> list[bytes | None]:
        """The values of the records at these places; None for one that is no longer there. Raises KafkaAway."""


class KafkaRecords:
    """The enriched topic, by a client for each question: they are rare."""

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self._settings = settings
        self._topic = topic

    async def bounds(self) -> dict[int, tuple[int, int]]:
        """As Records says."""
        try:
            async with asyncio.timeout(SECONDS), Scanner(self._settings, fetch_bytes=FETCH_BYTES) as scanner:
                return await scanner.bounds(self._topic)
        except (TimeoutError, Unavailable) as error:
            raise KafkaAway(str(error) or f"Kafka did not answer within {SECONDS:.0f} s") from error

    async def read(self, places: Sequence[Place]) -> list[bytes | None]:
        """As Records says."""
        found: list[bytes | None] = []
        try:
            async with asyncio.timeout(SECONDS), Scanner(self._settings, fetch_bytes=FETCH_BYTES) as scanner:
                for partition, offset in places:
                    value = None
                    async for scanned in scanner.read(self._topic, since={partition: offset}, until={partition: offset + 1}):
                        value = scanned.record.value if scanned.record.offset == offset else None
                    found.append(value)
        except (TimeoutError, Unavailable) as error:
            raise KafkaAway(str(error) or f"Kafka did not answer within {SECONDS:.0f} s") from error
        return found


class Revisions:
    """What the API and the pages show of revisions; raises SearchError alone."""

    def __init__(self, answers: Answers, records: Records) -> None:
        self._answers = answers
        self._records = records
        self._places = asyncio.Semaphore(AT_ONCE)

    async def list(self, digest_id: str) -> RevisionsAnswer:
        """The last revisions, and whether Kafka still has each; raises NotFound."""
        revisions = (await self._answers.digest(digest_id)).revisions
        try:
            bounds = await self._records.bounds() if revisions else {}
        except KafkaAway:
            return RevisionsAnswer(digest_id=digest_id, revisions=revisions)
        kept = [bounds.get(one.partition, (0, 0))[0] <= one.offset < bounds.get(one.partition, (0, 0))[1] for one in revisions]
        answers = tuple(one.model_copy(update={"kept": there}) for one, there in zip(revisions, kept, strict=True))
        return RevisionsAnswer(digest_id=digest_id, revisions=answers)

    async def diff(self, digest_id: str, since: str | None, to: str | None) -> DiffAnswer:
        """How `to` (by default the newest) differs from `since` (by default the one before it); raises BadRequest and NotFound."""
        digest = await self._answers.digest(digest_id)
        before, after = _chosen(digest, since, to)
        async with self._places:
            values = await self._records.read([(one.partition, one.offset) for one in (before, after)])
            # In a thread, as it may take seconds in which others search.
            difference = await slow(_difference, digest_id, (before, after), values)
        facts = {"digest_id": digest_id, "source": digest.source, "digest_title": digest.title, "from": before, "to": after}
        return DiffAnswer.model_validate(facts | {"revisions": digest.revisions} | vars(difference))


def _chosen(digest: DigestAnswer, since: str | None, to: str | None) -> tuple[RevisionAnswer, RevisionAnswer]:
    known = digest.revisions
    after = _named(known, to, "to") if to else (known[0] if known else None)
    if after is None or (since is None and after == known[-1]):
        raise NotFound(f"of digest {digest.digest_id} there is no revision to compare with: {len(known)} known")
    before = _named(known, since, "from") if since else known[known.index(after) + 1]
    return before, after


def _named(known: Sequence[RevisionAnswer], word: str, parameter: str) -> RevisionAnswer:
    """By `REVISION-BUILD` or `REVISION-BUILD.KNOWLEDGE`, or by `REVISION` the newest build of it."""
    for one in known:
        if word in (one.version, str(one.revision)):
            return one
    raise BadRequest(f"{parameter}={word} is none of this digest's revisions: {', '.join(one.version for one in known) or 'none is known'}")


def _difference(digest_id: str, revisions: Sequence[RevisionAnswer], values: Sequence[bytes | None]) -> Any:
    return compare(*(_record(digest_id, revision, value) for revision, value in zip(revisions, values, strict=True)))


def _record(digest_id: str, revision: RevisionAnswer, value: bytes | None) -> Json:
    """The enriched digest, when the record is still what the manifest says; raises NotFound."""
    try:
        found = orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        found = None
    own = [digest_id, revision.revision, revision.build, revision.knowledge]
    if isinstance(found, dict) and [found.get(name) for name in ("digest_id", "revision", "build", "knowledge")] == own:
        return found
    raise Gone(f"Kafka no longer has revision {revision.version} of digest {digest_id}, so it can't be compared")
