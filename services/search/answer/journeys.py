"""A digest's id, an item's, an address or an external id → the digest's way, from the ledger, the manifest and the dead letters.

What the ledger has not read yet is told by the dead letters that the search service follows itself; what Kafka no longer
keeps of those is told by the ledger.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch import NotFoundError as Missing

from services.search import reading
from services.search.answer.finder import READ_SECONDS
from services.search.elasticsearch_errors import from_elastic
from services.search.errors import NotFound
from services.search.models.journey import JourneyAnswer, LedgerState, OtherDigest, StepAnswer
from shared import index_names as names
from shared.dead_letters.letter import Letter
from shared.errors import Rejected
from shared.ledger.event import Event, Stage, from_document
from shared.ledger.journey import Indexed, Journey, journey
from shared.ledger.state import STATE, State
from shared.ledger.state import from_document as state_from_document
from shared.settings import ElasticsearchSettings
from shared.topics import Topics

Json = dict[str, Any]

EVENTS = 1000
"""Of one digest that are shown, the newest: it has some ten."""

OTHERS = 10
"""Further digests of the same address or external id that are named."""

ERASED_SOURCE = "erased"
"""As in services.monitor.ledger.events."""

KEPT = timedelta(milliseconds=Topics().dead.retention_ms)
"""Dead letters are in Kafka for so long; a ledger that is written anew has none from before."""

_HEX = re.compile(r"[0-9a-fA-F]{32}")
_STAGES: dict[str, Stage] = {"enrich": "enrich", "index": "index"}


class UnknownDigest(NotFound):
    """The ledger knows of no digest of that name."""

    code = "unknown_digest"
    chinese = "没有找到这份简报：它不是已知的编号或网址。刚送入的要等几秒才会出现。"


class Journeys:
    """Reads the ledger; raises SearchError alone."""

    def __init__(
        self,
        elastic: AsyncElasticsearch,
        settings: ElasticsearchSettings,
        *,
        namespace: str,
        letters: Callable[[str], Iterable[Letter]] = lambda _: (),
    ) -> None:
        """`letters` gives a digest's dead letters as they are known at this moment."""
        self._elastic = elastic.options(request_timeout=READ_SECONDS)
        self._settings = settings
        self._items, self._digests = names.alias(namespace, "items"), names.alias(namespace, "digests")
        self._ledger, self._dead_topic = names.ledger(namespace), Topics(namespace).dead.name
        self._letters = letters

    async def of(self, name: str) -> JourneyAnswer:
        """Return the way of the digest of that id, item, address or external id; raises UnknownDigest.

        Where several digests have the address or external id, it is the one that something was heard of last.
        """
        try:
            ids, state = await asyncio.gather(self._digest_ids(name.strip()), self._state())
            answers = [answer for digest_id in ids if (answer := await self._one(digest_id, state))]
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        if not answers:
            raise UnknownDigest(_unknown(name.strip(), _ledger(state)))
        answers.sort(key=_heard_of, reverse=True)
        others = tuple(OtherDigest(digest_id=other.digest_id, source=other.source) for other in answers[1:])
        return answers[0].model_copy(update={"others": others})

    async def digest(self, digest_id: str) -> JourneyAnswer | None:
        """Return a digest's way; None where nothing is known of it."""
        try:
            return await self._one(digest_id, await self._state())
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error

    async def way(self, digest_id: str, revision: int | None) -> Journey:
        """Return where a digest's revision is (None: its newest), `unknown` where nothing is known of it."""
        try:
            events, manifest = await asyncio.gather(self._events(digest_id), self._get(self._digests, digest_id))
        except (ApiError, TransportError) as error:
            raise from_elastic(error, self._settings) from error
        told = (event for event in events if revision is None or event.revision in (None, revision))
        return journey(told, _indexed(manifest))

    async def _one(self, digest_id: str, state: State | None) -> JourneyAnswer | None:
        """A digest's way; None where nothing is known of it, or nothing that the request at hand may read."""
        events, manifest = await asyncio.gather(self._events(digest_id), self._get(self._digests, digest_id))
        if not events and manifest is None:
            return None
        found = _answer(digest_id, journey(events, _indexed(manifest)), manifest, state)
        return found if reading.everything() or reading.may_read(found.source or "") else None

    async def _digest_ids(self, name: str) -> list[str]:
        """Digests that may be meant; the name itself where it looks like an id."""
        if _HEX.fullmatch(name):
            name = name.lower()
            if item := await self._get(self._items, name):
                return [item["digest_id"]]
            return list(dict.fromkeys([name, *await self._having(("item_ids",), (), name)]))
        return await self._having(("url", "external_id"), ("url", "external_id"), name)

    async def _having(self, events: Iterable[str], manifests: Iterable[str], name: str) -> list[str]:
        """Ids of digests one of whose events, or whose manifest, has the name in one of these fields."""
        ids: list[str] = []
        asked = ((self._ledger, events, "at"), (self._digests, manifests, "received_at"))
        for index, fields, time in asked:
            should = [{"term": {field: name}} for field in fields]
            if not should:
                continue
            found = await self._elastic.search(
                index=index,
                query={"bool": {"filter": [{"bool": {"should": should}}]}},
                size=OTHERS + 1,
                sort=[{time: {"order": "desc", "unmapped_type": "date"}}],
                collapse={"field": "digest_id"},
                source={"includes": ["digest_id"]},
                ignore_unavailable=True,
            )
            ids += [hit["_source"]["digest_id"] for hit in found["hits"]["hits"]]
        return list(dict.fromkeys(ids))

    async def _events(self, digest_id: str) -> list[Event]:
        """The ledger's events of a digest, with what its dead letters say besides."""
        found = await self._elastic.search(
            index=self._ledger,
            query={"bool": {"filter": [{"term": {"digest_id": digest_id}}]}},
            sort=[{"at": {"order": "desc", "unmapped_type": "date"}}],
            size=EVENTS,
            ignore_unavailable=True,
        )
        events = []
        for hit in found["hits"]["hits"]:
            with contextlib.suppress(Rejected):  # of a newer monitor
                events.append(from_document(hit["_source"]))
        known = {event.place for event in events}
        letters = (self._event(letter) for letter in self._letters(digest_id) if letter.stage in _STAGES)
        return events + [event for event in letters if event.place not in known]

    def _event(self, letter: Letter) -> Event:
        return Event(
            digest_id=letter.digest_id,
            kind="skipped" if letter.error == "skipped" else "dead",
            stage=_STAGES[letter.stage],
            at=letter.at,
            topic=self._dead_topic,
            partition=letter.place.partition,
            offset=letter.place.offset,
            revision=letter.revision,
            version=letter.version if letter.stage == "index" else None,
            source=letter.source or None,
            size=letter.size,
            error=letter.error,
            message=letter.message,
            origin=letter.origin,
            letter=str(letter.parent) if letter.parent else None,
            attempt=letter.tries or None,
        )

    async def _state(self) -> State | None:
        """What the writer says of the ledger; None where there is none."""
        said = await self._get(self._ledger, STATE)
        return state_from_document(said) if said else None

    async def _get(self, index: str, document: str) -> Json | None:
        try:
            found: Json = (await self._elastic.get(index=index, id=document))["_source"]
        except Missing:  # or the index: nothing is known either
            return None
        return found


def _ledger(state: State | None) -> LedgerState:
    if state is None:
        return "missing"
    return "filling" if state.behind else "complete"


def _unknown(name: str, ledger: LedgerState) -> str:
    """What to do about a name that nothing is known of."""
    why = {
        "complete": "a digest that was fed shows up after some seconds; one that ingest refused has no way, and its feeder was told why",
        "filling": "the ledger is being written anew from the topics: ask again when it is done",
        "missing": "the ledger's index is missing: is the monitor running? See `jianbao status`",
    }[ledger]
    return f"nothing is known of {name}: it is no digest's or item's id, and no digest's address or external id; {why}"


def _heard_of(answer: JourneyAnswer) -> datetime:
    return answer.steps[-1].at if answer.steps else datetime.min.replace(tzinfo=UTC)


def _indexed(manifest: Json | None) -> Indexed | None:
    if manifest is None:
        return None
    return Indexed(
        manifest["version"],
        manifest.get("item_count") or 0,
        withdrawn=manifest.get("withdrawn") is True,
        quarantined=bool(manifest.get("quarantine")),
        erased=manifest.get("withdrawn") is True and manifest.get("source") == ERASED_SOURCE,
        refused=bool(manifest.get("refused")),
    )


def _answer(digest_id: str, found: Journey, manifest: Json | None, state: State | None) -> JourneyAnswer:
    facts = manifest or {}

    def last(name: str) -> Any:
        """What was said last of the digest, by the index or by an event."""
        said = (getattr(event, name) for event in reversed(found.events))
        return facts.get(name) or next((one for one in said if one), None)

    steps = []
    before: Event | None = None
    for event in found.events:
        seconds = (event.at - before.at).total_seconds() if before else None
        said = event.model_dump(include=set(StepAnswer.model_fields))
        steps.append(StepAnswer(**said, seconds=seconds))
        before = event
    dead = found.dead
    erased = found.where == "erased"
    revisions = [event.revision for event in found.events if event.revision is not None]
    return JourneyAnswer(
        digest_id=digest_id,
        where=found.where,
        replacing=found.replacing,
        taken_back=found.taken_back,
        title=None if erased else last("title"),
        source=None if erased else last("source"),
        url=None if erased else last("url"),
        external_id=None if erased else last("external_id"),
        revision=max([*revisions, *([facts["revision"]] if "revision" in facts else [])], default=None),
        items=facts.get("item_count") if manifest else None,
        letter=f"{dead.partition}/{dead.offset}" if dead else None,
        steps=tuple(steps),
        ledger=_ledger(state),
        lost_before=_lost_before(found, state),
    )


def _lost_before(found: Journey, state: State | None) -> datetime | None:
    """Before when dead letters are missing, where that may be of this digest's way."""
    if state is None or state.since is None or not found.events:
        return None
    kept_from = state.since - KEPT
    return kept_from if found.events[0].at < kept_from else None
