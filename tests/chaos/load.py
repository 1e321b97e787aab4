"""A plan's operations and poison in, all of it sent as feeders send; what was acknowledged is noted as promises."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import httpx

from services.enrich.stream.publisher import Publisher
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER, DOCX, RawDigest
from tests import giants
from tests.chaos.editions import Edition
from tests.chaos.oracle import Promises
from tests.chaos.schedule import Giant, Operation, Plan, Poison
from tests.chaos.world import World

PATIENCE = 90.0
"""Seconds for which a feeder tries to get its 202: longer than any fault with the restart of what it hit."""

ANSWER_SECONDS = 60.0
"""To wait for one answer. Longer than ingest is ever stopped: a request given up earlier could still be read, and have a later revision than
the next one."""

PAUSE = 0.3
"""Between two tries."""


class Feeders:
    """All feeders of a round."""

    def __init__(self, world: World, plan: Plan, promises: Promises, said: Callable[[str], None]) -> None:
        self._world = world
        self._plan = plan
        self._promises = promises
        self._said = said
        self._publisher = Publisher(Sender(world.kafka_settings))
        self._publishing = asyncio.Lock()
        self._began = time.monotonic()
        self._http = httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS)

    async def run(self) -> None:
        """Returns when every operation was acknowledged or given up; raises TimeoutError when a patient feeder got no 202."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for chain in self._plan.chains:
                    tasks.create_task(self._chain(chain))
                for poison in self._plan.poison:
                    tasks.create_task(self._poison(poison))
                for giant in self._plan.giants:
                    tasks.create_task(self._giant(giant))
        finally:
            await self._http.aclose()
            await self._publisher.close()

    async def _until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, self._began + at - time.monotonic()))

    async def _chain(self, chain: Sequence[Operation]) -> None:
        edition = chain[0].edition
        acknowledged = False
        for operation in chain:
            await self._until(operation.at)
            edition = operation.edition or edition
            assert edition is not None, "a chain begins with an edition"
            acknowledged |= await self._sent(edition, operation)
            if operation.late is not None and acknowledged:
                await self._late(operation.late)

    async def _sent(self, edition: Edition, operation: Operation) -> bool:
        """Send or withdraw, once or until there is a 202; whether there was one."""
        path, body = "/v1/digests", {"source": edition.source, "text": edition.text, "external_id": edition.external_id, "published_on": "2026-02-06"}
        if operation.edition is None:
            path, body = f"/v1/digests/{edition.digest_id}/withdraw", {"reason": "发布方撤稿"}
        deadline = time.monotonic() + PATIENCE
        while True:
            revision = None
            try:
                answer = await self._http.post(self._world.url("ingest") + path, json=body)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code == 404 and operation.edition is None:  # nothing of it ever arrived
                    return False
                if answer.status_code not in (202, 408, 429, 503):
                    raise AssertionError(f"ingest answers {answer.status_code}: {answer.text[:300]}")
                revision = int(answer.json()["revision"]) if answer.status_code == 202 else None
            self._promises.note(edition.digest_id, operation.edition, revision)
            if revision is not None or not operation.patient:
                return revision is not None
            if time.monotonic() > deadline:
                raise TimeoutError(f"no 202 from ingest within {PATIENCE:g} s")
            await asyncio.sleep(PAUSE)

    async def _late(self, edition: Edition) -> None:
        """An old edition under a revision before all others: no promise, it must change nothing."""
        value = edition.text.encode()
        header = RawDigest(
            digest_id=edition.digest_id,
            source=edition.source,
            media_type="text/plain",
            charset="utf-8",
            external_id=edition.external_id,
            received_at=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
            sha256=hashlib.sha256(value).hexdigest(),
            revision=1000,
        )
        message = Message(self._world.topics.raw.name, edition.digest_id.encode(), value, ((DIGEST_HEADER, header.to_json()),))
        await self._published(message, lambda done: None)

    async def _poison(self, poison: Poison) -> None:
        await self._until(poison.at)
        message = poisonous(poison, seed=self._plan.seed, world=self._world)
        key = (message.topic, message.key, message.value, tuple(message.headers))
        await self._published(message, lambda done: self._promises.note_poison(key, acknowledged=done))

    async def _giant(self, giant: Giant) -> None:
        await self._until(giant.at)
        self._said(f"giant {giant.kind}")
        seed = self._plan.seed
        if giant.kind == "line":
            text = giants.line(seed=seed)
            revision, digest_id = await self._taken({"source": self._plan.sources[0], "text": text, "external_id": "giant"})
            self._promises.giants[digest_id] = (revision, text)
            return
        digest = giants.item(f"giant-{seed}", seed=seed)
        message = Message(self._world.topics.enriched.name, digest.digest_id.encode(), digest.to_json())
        key = (message.topic, message.key, message.value, tuple(message.headers))
        await self._published(message, lambda done: self._promises.note_poison(key, acknowledged=done))

    async def _taken(self, body: dict[str, str]) -> tuple[int, str]:
        """Send a digest until there is a 202: revision and id."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                answer = await self._http.post(self._world.url("ingest") + "/v1/digests", json=body)
                if answer.status_code == 202:
                    return int(answer.json()["revision"]), str(answer.json()["digest_id"])
                if answer.status_code != 503:
                    raise AssertionError(f"ingest answers {answer.status_code}: {answer.text[:300]}")
            await asyncio.sleep(PAUSE)
        raise TimeoutError(f"no 202 from ingest within {PATIENCE:g} s")

    async def _published(self, message: Message, note: Callable[[bool], None]) -> None:
        """Send until it is acknowledged; `note` is told of each try."""
        deadline = time.monotonic() + PATIENCE
        while True:
            async with self._publishing:  # a failed send closes the producer under the others'
                (error,) = await self._publisher.publish([message])
            note(error is None)
            if error is None:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"Kafka did not take a record within {PATIENCE:g} s: {error}")
            await asyncio.sleep(PAUSE)


def poisonous(poison: Poison, *, seed: int, world: World) -> Message:
    """A record that must become a dead letter; its key says which."""
    key = f"poison-{seed}-{poison.n}".encode()
    raw, enriched = world.topics.raw.name, world.topics.enriched.name
    match poison.kind:
        case "no_header":
            return Message(raw, key, "没有头".encode())
        case "unknown_header":
            return Message(raw, key, "未知的头".encode(), ((DIGEST_HEADER, '{"形式": 7}'.encode()), ("traceparent", b"00-1")))
        case "undecodable":
            header = RawDigest(digest_id="0" * 32, source="毒", media_type=DOCX, received_at=datetime.now(UTC), sha256="", revision=1)
            return Message(raw, key, b"\xff\xfe\x00\x80", ((DIGEST_HEADER, header.to_json()),))
        case "unknown_json":
            return Message(enriched, key, '{"形式": "未知"}'.encode())
        case "not_json":
            return Message(enriched, key, b"\xff\xfe{")
