"""A request → digests accepted and published → 202, or the refusal in the one error shape."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from services.ingest import fields
from services.ingest.accept import Submission, accept
from services.ingest.again.take import Taker
from services.ingest.http import body, examples, submissions
from services.ingest.http.guard import admit
from services.ingest.http.refusal import described
from services.ingest.http.room import Held, Room
from services.ingest.registry.desk import SourceDesk, check_on
from services.ingest.revision import Revisions
from shared import log, metrics
from shared.errors import Rejected, Unavailable
from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key
from shared.records import RawDigest
from shared.settings import IngestSettings

_log = log.get(__name__)

RETRY_AFTER = 5
"""Seconds after which to send again the files that Kafka could not take."""

THREAD_BYTES = 64 * 1024
"""A digest of more bytes is looked at in a thread (some ms each 100 KiB), so that health checks are answered meanwhile."""


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

    async def accepted(self, submission: Submission, key: Key | None) -> tuple[RawDigest, bytes]:
        """The raw record of a submission that passed every check. Raises Rejected and KeyRefused."""
        self.door.check_source(key, fields.source(submission.source))
        judged = partial(
            accept,
            submission,
            revision=self.revisions.next(),
            max_bytes=self.settings.max_bytes,
            key_name=key.name if key else None,
        )
        raw, content = await asyncio.to_thread(judged) if len(submission.content) > THREAD_BYTES else judged()
        if self.sources is not None:
            check_on(self.sources.listing, raw.source)
        return raw, content

    async def take(self, submission: Submission, key: Key | None) -> dict[str, object]:
        """Accept and publish one digest; the answer, once Kafka acknowledged it. Raises Rejected, KeyRefused and Unavailable."""
        started = time.perf_counter()
        raw, content = await self.accepted(submission, key)
        name = raw.key_name
        metrics.received.labels(stage="ingest").inc()
        try:
            taken = await self.taker.take(raw, content)
        except (Unavailable, Rejected) as error:
            reason = error.kind if isinstance(error, Rejected) else "unavailable"
            metrics.discarded.labels(stage="ingest", reason=reason).inc()
            raise
        if self.sources is not None:
            self.sources.fed(raw.source, f"key {name}" if name else "api")
        if taken.duplicate:
            metrics.discarded.labels(stage="ingest", reason="duplicate").inc()
        else:
            metrics.sent.labels(stage="ingest").inc()
        seconds = time.perf_counter() - started
        metrics.seconds.labels(stage="ingest").observe(seconds)
        metrics.latency.labels(stage="ingest").observe(seconds)
        _log.info(
            "digest_received",
            digest_id=taken.digest_id,
            source=raw.source,
            revision=taken.revision,
            duplicate=taken.duplicate,
            bytes=len(content),
            media_type=raw.media_type,
            key=name,
        )
        url = status_url(self.settings.search_url, taken.digest_id, taken.revision)
        again = {"duplicate_of": taken.digest_id} if taken.duplicate else {}
        return {"digest_id": taken.digest_id, "revision": taken.revision, "status_url": url} | again


def status_url(search_url: str, digest_id: str, revision: int) -> str:
    """Where to see what became of a digest; ASCII, as it goes into the Location header."""
    return f"{quote(search_url.rstrip('/'), safe=':/?&=%@[]~+,;')}/api/digests/{digest_id}/status?revision={revision}"


def router(ingest: Ingest) -> APIRouter:
    """The routes of the push API."""
    routes = APIRouter()

    @routes.post("/v1/digests", status_code=202, summary="Feed a digest", openapi_extra=examples.OPERATION, response_model=None)
    async def feed(request: Request) -> Response:
        """Take one digest (or the files of a multipart form) and answer once Kafka has it.

        The same content sent again is told by `duplicate_of` and changes nothing; with another title or day
        it becomes a revision, and so does other content under the same identity.
        """
        key = await admit(request, ingest.door)
        most = ingest.settings.max_bytes
        with ingest.entered(request, key) as held:
            match submissions.media_type_of(request):
                case "multipart/form-data":
                    return await _feed_form(request, ingest, held, key)
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
        return _several([await _judged(file, said, ingest, key) for file in form.files])


async def _judged(file: UploadFile, said: Mapping[str, str], ingest: Ingest, key: Key | None) -> dict[str, object]:
    """One file's result among several: what stops it does not stop the others."""
    name = (file.filename or "").encode("utf-8", "replace").decode()  # some charsets make lone surrogates, which are no JSON
    try:
        submission = await submissions.from_file(file, said, max_bytes=ingest.settings.max_bytes)
        return {"file": name} | await ingest.take(submission, key)
    except (Rejected, KeyRefused, Unavailable) as error:
        return {"file": name, "error": described(error)[0]}


def _taken(answer: dict[str, object]) -> Response:
    return JSONResponse(answer, status_code=202, headers={"Location": str(answer["status_url"])})


def _several(results: list[dict[str, object]]) -> Response:
    """202 when every file was taken, else 207: each result then says which was, with Retry-After where trying again helps."""
    errors = [error for result in results if isinstance(error := result.get("error"), dict)]
    headers = {"Retry-After": str(RETRY_AFTER)} if any(error["status"] == 503 for error in errors) else {}
    return JSONResponse(results, status_code=207 if errors else 202, headers=headers)
