"""A request as for feeding → what its digest would become, and whether it was fed before; nothing is published, and nothing kept."""

import asyncio

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.ingest.accept import Submission
from services.ingest.again import listing
from services.ingest.again.fed import contents
from services.ingest.http import body, submissions
from services.ingest.http.guard import admit
from services.ingest.http.room import Held
from services.ingest.http.routes import Ingest
from services.ingest.preview.described import OPERATION
from services.ingest.preview.enricher import Enricher
from shared import log
from shared.connections.gone import unless_gone
from shared.errors import Rejected
from shared.keys.key import Key
from shared.records import RawDigest

_log = log.get(__name__)


def router(ingest: Ingest, enricher: Enricher) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.post("/v1/preview", summary="See what a digest would become", openapi_extra=OPERATION, response_model=None)
    async def preview(request: Request) -> Response:
        """Take one digest as POST /v1/digests does, with the same checks, and answer what would be published: nothing is."""
        key = await admit(request, ingest.door)
        with ingest.entered(request, key) as held:
            submission = await _submission(request, held, max_bytes=ingest.settings.max_bytes)
            answer = await unless_gone(request, _previewed(ingest, enricher, submission, key))
            if answer is None:
                return Response(status_code=499)  # nobody reads it
            held.add(len(answer))
            return Response(answer, media_type="application/json")

    return routes


async def _submission(request: Request, held: Held, *, max_bytes: int) -> Submission:
    """The digest in a request; raises Rejected, also (`one_file`) where several came."""
    match submissions.media_type_of(request):
        case "multipart/form-data":
            async with body.form(request, submissions.largest_request(max_bytes), held) as form:
                said = submissions.form_metadata(request, form)
                if len(form.files) > 1:
                    raise Rejected("one_file", f"{len(form.files)} files came: a preview is of one, so send one after the other")
                sending = submissions.sending(request)
                return await submissions.from_file(form.files[0], said, max_bytes=max_bytes, sending=sending)
        case "application/json":
            return await submissions.from_json(request, held, max_bytes=max_bytes)
        case _:
            return await submissions.from_raw(request, held, max_bytes=max_bytes)


async def _previewed(ingest: Ingest, enricher: Enricher, submission: Submission, key: Key | None) -> bytes:
    """The answer: shared.preview.answer.Preview as JSON. Raises Rejected, KeyRefused and Unavailable."""
    raw, content = await ingest.accepted(submission, key)
    verdict = await ingest.taker.foretell(raw)
    would = verdict.raw
    if verdict.duplicate and verdict.before is not None:
        would = would.model_copy(update={"digest_id": verdict.before.digest_id})
    enriched = await enricher.enriched(would, content)
    _log.info("digest_previewed", source=would.source, bytes=len(content), media_type=would.media_type, key=raw.key_name)
    return orjson.dumps(
        {
            "digest_id": would.digest_id,
            "source": would.source,
            "media_type": would.media_type,
            "charset": would.charset,
            "duplicate_of": would.digest_id if verdict.duplicate else None,
            "replaces": None if verdict.duplicate else _replaced(ingest, would),
            "same_content": await asyncio.to_thread(_elsewhere, ingest, would, key),
            "digest": orjson.Fragment(enriched),  # as it came: it may have megabytes
        }
    )


def _elsewhere(ingest: Ingest, would: RawDigest, key: Key | None) -> list[dict[str, str]]:
    """Digests of the same content that this would stand beside, as search finds the items of each."""
    if ingest.taker.memory is None:
        return []
    known, content = ingest.taker.memory.table.all(), contents(would)[0]
    may = key.may_write if key else lambda source: True
    found = listing.elsewhere(known, content, beside=would.digest_id, may=may)
    return [{"digest_id": fed.digest_id, "source": fed.source} for fed in found]


def _replaced(ingest: Ingest, would: RawDigest) -> str | None:
    """The digest that this would become a revision of; None where it would be a new one."""
    own = ingest.taker.memory.table.get(would.digest_id) if ingest.taker.memory is not None else None
    return would.digest_id if own is not None and not own.withdrawn else None
