"""A request → digests accepted and published → 202, or the refusal in the one error shape."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.ingest import fields
from services.ingest.accept import Submission, accept
from services.ingest.again.take import Taken, Taker
from services.ingest.http import body, examples, lines, submissions
from services.ingest.http.addresses import status_url
from services.ingest.http.guard import admit
from services.ingest.http.refusal import described
from services.ingest.http.room import Held, Room
from services.ingest.registry.desk import SourceDesk, check_on
from services.ingest.revision import Revisions
from services.ingest.sources.mail.identity import identified
from shared import log, metrics
from shared.errors import Rejected, Unavailable
from shared.kafka import canary
from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key
from shared.records import RawDigest
from shared.settings import IngestSettings

_log = log.get(__name__)

Raw = tuple[RawDigest, bytes]
"""A digest that was accepted"""

Error = Rejected | KeyRefused | Unavailable
"""Why one was not taken"""

RETRY_AFTER = 5
"""Seconds after which to send again the files that Kafka could not take."""

THREAD_BYTES = 64 * 1024
"""What has more bytes is looked at in a thread (a ms each 100 KiB), so that health checks are answered meanwhile."""


@dataclass(frozen=True)
class Ingest:
    """What the routes work with."""

    settings: IngestSettings
    taker: Taker
    revisions: Revisions
    room: Room
    door: Door
    sources: SourceDesk | None = None
    """Where it is given, digests of sources that are off are refused, and new sources noted"""

    def entered(self, request: Request, key: Key | None) -> AbstractContextManager[Held]:
        """Room for a request that may feed with that key while the block runs; raises as Room.entered does."""
        return self.room.entered(key.name if key else None, request.client.host if request.client else "")

    async def accepted(self, submission: Submission, key: Key | None) -> Raw:
        """The raw record of a submission that passed every check. Raises Rejected and KeyRefused."""
        judged = partial(self._accepted, submission, self.revisions.next(), key)
        return await asyncio.to_thread(judged) if len(submission.content) > THREAD_BYTES else judged()

    def _accepted(self, submission: Submission, revision: int, key: Key | None) -> Raw:
        self.door.check_source(key, fields.source(submission.source))
        submission = identified(submission)
        raw, content = accept(submission, revision=revision, max_bytes=self.settings.max_bytes, key_name=key.name if key else None)
        if self.sources is not None:
            check_on(self.sources.listing, raw.source)
        return raw, content

    async def take(self, submission: Submission, key: Key | None) -> dict[str, object]:
        """Accept and publish one digest; the answer, once Kafka acknowledged it. Raises Rejected, KeyRefused and Unavailable."""
        started = time.perf_counter()
        raw, content = await self.accepted(submission, key)
        taken, answer = await self._publish(raw, content, started)
        _log.info(
            "digest_received",
            digest_id=taken.digest_id,
            source=raw.source,
            revision=taken.revision,
            duplicate=taken.duplicate,
            bytes=len(content),
            media_type=raw.media_type,
            key=raw.key_name,
        )
        return answer

    async def take_all(self, several: Sequence[Submission | Rejected], key: Key | None) -> list[dict[str, object] | Error]:
        """Accept and publish several digests; in the place of each its answer, or why it was not taken. Those of one identity keep their order."""
        started = time.perf_counter()
        revisions = [self.revisions.next() for _ in several]
        if sum(len(each.content) for each in several if isinstance(each, Submission)) > THREAD_BYTES:
            accepted = await asyncio.to_thread(self._accepted_all, several, revisions, key)
        else:
            accepted = self._accepted_all(several, revisions, key)
        answers = await asyncio.gather(*[self._publish_one(each, started) for each in accepted])
        # One line for all of them: writing one takes half as long as judging a digest.
        refused = sum(isinstance(answer, Exception) for answer in answers)
        duplicates = sum("duplicate_of" in answer for answer in answers if isinstance(answer, dict))
        _log.info("digests_received", digests=len(answers), duplicates=duplicates, refused=refused, key=key.name if key else None)
        return answers

    def _accepted_all(self, several: Sequence[Submission | Rejected], revisions: Sequence[int], key: Key | None) -> list[Raw | Error]:
        found: list[Raw | Error] = []
        for submission, revision in zip(several, revisions, strict=True):
            try:
                if isinstance(submission, Rejected):
                    raise submission
                found.append(self._accepted(submission, revision, key))
            except (Rejected, KeyRefused) as error:
                found.append(error)
        return found

    async def _publish_one(self, accepted: Raw | Error, started: float) -> dict[str, object] | Error:
        if isinstance(accepted, Exception):
            return accepted
        try:
            return (await self._publish(*accepted, started))[1]
        except (Rejected, KeyRefused, Unavailable) as error:
            return error

    async def _publish(self, raw: RawDigest, content: bytes, started: float) -> tuple[Taken, dict[str, object]]:
        """What became of a digest, and the answer; raises Rejected and Unavailable."""
        taken = await self._taken(raw, content, started) if raw.source != canary.SOURCE else await self.taker.take(raw, content)
        url = status_url(self.settings.search_url, taken.digest_id, taken.revision)
        again = {"duplicate_of": taken.digest_id} if taken.duplicate else {}
        return taken, {"digest_id": taken.digest_id, "revision": taken.revision, "status_url": url} | again

    async def _taken(self, raw: RawDigest, content: bytes, started: float) -> Taken:
        """Take a digest of people's, and count it: the monitor's own is in no figure."""
        metrics.received.labels(stage="ingest").inc()
        try:
            taken = await self.taker.take(raw, content)
        except (Unavailable, Rejected) as error:
            reason = error.kind if isinstance(error, Rejected) else "unavailable"
            metrics.discarded.labels(stage="ingest", reason=reason).inc()
            raise
        if self.sources is not None:
            self.sources.fed(raw.source, f"key {raw.key_name}" if raw.key_name else "api")
        if taken.duplicate:
            metrics.discarded.labels(stage="ingest", reason="duplicate").inc()
        else:
            metrics.sent.labels(stage="ingest").inc()
        seconds = time.perf_counter() - started
        metrics.seconds.labels(stage="ingest").observe(seconds)
        metrics.latency.labels(stage="ingest").observe(seconds)
        return taken


def router(ingest: Ingest) -> APIRouter:
    """The routes of the push API."""
    routes = APIRouter()

    @routes.post("/v1/digests", status_code=202, summary="Feed a digest", openapi_extra=examples.OPERATION, response_model=None)
    async def feed(request: Request) -> Response:
        """Take one digest (or the files of a multipart form, or the lines of application/x-ndjson) and answer once Kafka has it.

        The same content sent again is told by `duplicate_of` and changes nothing; with another title or day
        it becomes a revision, and so does other content under the same identity.
        """
        key = await admit(request, ingest.door)
        most = ingest.settings.max_bytes
        with ingest.entered(request, key) as held:
            match submissions.media_type_of(request):
                case "multipart/form-data":
                    return await _feed_form(request, ingest, held, key)
                case lines.NDJSON:
                    return await _feed_lines(request, ingest, held, key)
                case "application/json":
                    submission = await submissions.from_json(request, held, max_bytes=most)
                case _:
                    submission = await submissions.from_raw(request, held, max_bytes=most)
            return _taken(await ingest.take(submission, key))

    return routes


async def _feed_form(request: Request, ingest: Ingest, held: Held, key: Key | None) -> Response:
    most = ingest.settings.max_bytes
    async with body.form(request, submissions.FILES_AT_ONCE * most, held) as form:
        said = submissions.form_metadata(request, form)
        if len(form.files) == 1:
            sending = submissions.sending(request)
            return _taken(await ingest.take(await submissions.from_file(form.files[0], said, max_bytes=most, sending=sending), key))
        several = [await submissions.from_file_of_several(file, said, max_bytes=most) for file in form.files]
        answers = await ingest.take_all(several, key)
        return _several([{"file": submissions.name_of(file)} | _said(answer) for file, answer in zip(form.files, answers, strict=True)])


async def _feed_lines(request: Request, ingest: Ingest, held: Held, key: Key | None) -> Response:
    most = ingest.settings.max_bytes
    several = lines.read(await body.read(request, submissions.largest_request(most), held), max_bytes=most)
    return _several([_said(answer) for answer in await ingest.take_all(several, key)])


def _said(answer: dict[str, object] | Error) -> dict[str, object]:
    """One's result among several: what stops it does not stop the others."""
    return {"error": described(answer)[0]} if isinstance(answer, Exception) else answer


def _taken(answer: dict[str, object]) -> Response:
    return JSONResponse(answer, status_code=202, headers={"Location": str(answer["status_url"])})


def _several(results: list[dict[str, object]]) -> Response:
    """202 when every one was taken, else 207: each result then says which was, with Retry-After where trying again helps."""
    errors = [error for result in results if isinstance(error := result.get("error"), dict)]
    headers = {"Retry-After": str(RETRY_AFTER)} if any(error["status"] == 503 for error in errors) else {}
    return JSONResponse(results, status_code=207 if errors else 202, headers=headers)
