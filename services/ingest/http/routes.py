"""A request → digests accepted and published → 202, or the refusal in the one error shape."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from services.ingest import fields
from services.ingest.accept import Submission, accept, check_size
from services.ingest.again.take import Taker
from services.ingest.http import body, examples, json_form
from services.ingest.http.guard import admit
from services.ingest.http.refusal import described
from services.ingest.http.room import Held, Room
from services.ingest.media import READABLE, named
from services.ingest.revision import Revisions
from shared import log, metrics
from shared.errors import Rejected, Unavailable
from shared.keys.door import Door, KeyRefused
from shared.keys.key import Key
from shared.settings import IngestSettings

_log = log.get(__name__)

FILES_AT_ONCE = 8
"""A multipart request takes as many bytes as eight digests of the largest size."""

RETRY_AFTER = 5
"""Seconds after which to send again the files that Kafka could not take."""

THREAD_BYTES = 64 * 1024
"""A digest of more bytes is looked at in a thread (some ms each 100 KiB), so that health checks are answered meanwhile."""


def largest_request(max_bytes: int) -> int:
    """Bytes of the largest body that is taken, in whatever form, where a digest may have `max_bytes`."""
    return max(FILES_AT_ONCE * max_bytes, json_form.max_body(max_bytes))


@dataclass(frozen=True)
class Ingest:
    """What the routes work with."""

    settings: IngestSettings
    taker: Taker
    revisions: Revisions
    room: Room
    door: Door

    def entered(self, request: Request, key: Key | None) -> AbstractContextManager[Held]:
        """Room for a request that may feed with that key while the block runs; raises as Room.entered does."""
        return self.room.entered(key.name if key else None, request.client.host if request.client else "")

    async def take(self, submission: Submission, key: Key | None) -> dict[str, object]:
        """Accept and publish one digest; the answer, once Kafka acknowledged it. Raises Rejected, KeyRefused and Unavailable."""
        started = time.perf_counter()
        self.door.check_source(key, fields.source(submission.source))
        name = key.name if key else None
        revision, limit = self.revisions.next(), self.settings.max_bytes
        if len(submission.content) > THREAD_BYTES:
            raw, content = await asyncio.to_thread(accept, submission, revision=revision, max_bytes=limit, key_name=name)
        else:
            raw, content = accept(submission, revision=revision, max_bytes=limit, key_name=name)
        metrics.received.labels(stage="ingest").inc()
        try:
            taken = await self.taker.take(raw, content)
        except (Unavailable, Rejected) as error:
            reason = error.kind if isinstance(error, Rejected) else "unavailable"
            metrics.discarded.labels(stage="ingest", reason=reason).inc()
            raise
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
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with ingest.entered(request, key) as held:
            if media_type == "multipart/form-data":
                return await _feed_form(request, ingest, held, key)
            if media_type == "application/json":
                return await _feed_json(request, ingest, held, key)
            return await _feed_raw(request, ingest, held, key)

    return routes


async def _feed_json(request: Request, ingest: Ingest, held: Held, key: Key | None) -> Response:
    limit = json_form.max_body(ingest.settings.max_bytes)
    submission = json_form.read(await body.read(request, limit, held), max_bytes=ingest.settings.max_bytes)
    return _taken(await ingest.take(replace(submission, idempotency_key=_sending(request)), key))


async def _feed_raw(request: Request, ingest: Ingest, held: Held, key: Key | None) -> Response:
    declared = request.headers.get("content-type", "")
    # What curl says with --data-binary when nobody tells it better.
    if declared.startswith("application/x-www-form-urlencoded") or named(declared) is None:
        raise Rejected("unsupported_media_type", f"say in Content-Type what the body is: {READABLE}, application/json or multipart/form-data")
    metadata = _metadata(request.query_params.multi_items(), what="query parameter")
    content = await body.read(request, ingest.settings.max_bytes, held)
    submission = Submission(content, media_type=declared, idempotency_key=_sending(request), **metadata)
    return _taken(await ingest.take(submission, key))


async def _feed_form(request: Request, ingest: Ingest, held: Held, key: Key | None) -> Response:
    async with body.form(request, FILES_AT_ONCE * ingest.settings.max_bytes, held) as form:
        metadata = _metadata([*request.query_params.multi_items(), *form.fields], what="form field")
        if not form.files:
            raise Rejected("content_missing", "the form holds no file: send one or several, as with curl -F file=@digest.txt")
        if len(form.files) > 1 and any(metadata.get(name) for name in ("url", "external_id", "file_name")):
            raise Rejected("one_identity", "url, external_id and file_name name one digest, but several files came: send each with its own")
        if len(form.files) == 1:
            return _taken(await _take_file(form.files[0], metadata, ingest, key, sending=_sending(request)))
        return _several([await _judged(file, metadata, ingest, key) for file in form.files])


def _sending(request: Request) -> str | None:
    """What the feeder calls this sending of one digest; of several files it would name none."""
    return request.headers.get("idempotency-key")


async def _take_file(
    file: UploadFile, metadata: Mapping[str, str], ingest: Ingest, key: Key | None, *, sending: str | None = None
) -> dict[str, object]:
    check_size(file.size or 0, ingest.settings.max_bytes)
    said = {"file_name": file.filename, **metadata, "idempotency_key": sending}
    return await ingest.take(Submission(await file.read(), media_type=file.content_type, **said), key)


async def _judged(file: UploadFile, metadata: Mapping[str, str], ingest: Ingest, key: Key | None) -> dict[str, object]:
    """One file's result among several: what stops it does not stop the others."""
    name = (file.filename or "").encode("utf-8", "replace").decode()  # some charsets make lone surrogates, which are no JSON
    try:
        return {"file": name} | await _take_file(file, metadata, ingest, key)
    except (Rejected, KeyRefused, Unavailable) as error:
        return {"file": name, "error": described(error)[0]}


def _metadata(items: Iterable[tuple[str, str]], *, what: str) -> dict[str, str]:
    """Fields by name; raises Rejected for unknown names and for names that come twice."""
    metadata: dict[str, str] = {}
    for name, value in items:
        fields.only_known([name], fields.NAMES, what=what)
        if name in metadata:
            raise Rejected("bad_field", f"{name} came twice: send it once")
        metadata[name] = value
    return metadata


def _taken(answer: dict[str, object]) -> Response:
    return JSONResponse(answer, status_code=202, headers={"Location": str(answer["status_url"])})


def _several(results: list[dict[str, object]]) -> Response:
    """202 when every file was taken, else 207: each result then says which was, with Retry-After where trying again helps."""
    errors = [error for result in results if isinstance(error := result.get("error"), dict)]
    headers = {"Retry-After": str(RETRY_AFTER)} if any(error["status"] == 503 for error in errors) else {}
    return JSONResponse(results, status_code=207 if errors else 202, headers=headers)
