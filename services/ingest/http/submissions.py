"""A request's body and what is said of it → the submission in it, whatever form it has; checked no further than that it can be read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fastapi import Request
from starlette.datastructures import UploadFile

from services.ingest import fields
from services.ingest.accept import Submission, check_size
from services.ingest.http import body, json_form
from services.ingest.http.room import Held
from services.ingest.media import READABLE, named
from shared.errors import Rejected

FILES_AT_ONCE = 8
"""A multipart request takes as many bytes as eight digests of the largest size."""


def largest_request(max_bytes: int) -> int:
    """Bytes of the largest body that is taken, in whatever form, where a digest may have `max_bytes`."""
    return max(FILES_AT_ONCE * max_bytes, json_form.max_body(max_bytes))


def media_type_of(request: Request) -> str:
    """The type of the body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def from_json(request: Request, held: Held, *, max_bytes: int) -> Submission:
    """The digest in a JSON body; raises Rejected."""
    submission = json_form.read(await body.read(request, json_form.max_body(max_bytes), held), max_bytes=max_bytes)
    return replace(submission, idempotency_key=sending(request))


async def from_raw(request: Request, held: Held, *, max_bytes: int) -> Submission:
    """The digest that the body is, what is said of it in the query; raises Rejected."""
    declared = request.headers.get("content-type", "")
    # What curl says with --data-binary when nobody tells it better.
    if declared.startswith("application/x-www-form-urlencoded") or named(declared) is None:
        raise Rejected(
            "unsupported_media_type",
            f"say in Content-Type what the body is: {READABLE}, application/json, application/x-ndjson or multipart/form-data",
        )
    said = metadata(request.query_params.multi_items(), what="query parameter")
    content = await body.read(request, max_bytes, held)
    return Submission(content, media_type=declared, idempotency_key=sending(request), **said)


def form_metadata(request: Request, form: body.Form) -> dict[str, str]:
    """What is said of a form's files, in the query and in its fields; raises Rejected, also where there is no file."""
    said = metadata([*request.query_params.multi_items(), *form.fields], what="form field")
    if not form.files:
        raise Rejected("content_missing", "the form holds no file: send one or several, as with curl -F file=@digest.txt")
    if len(form.files) > 1 and any(said.get(name) for name in ("url", "external_id", "file_name")):
        raise Rejected("one_identity", "url, external_id and file_name name one digest, but several files came: send each with its own")
    return said


async def from_file(file: UploadFile, said: Mapping[str, str], *, max_bytes: int, sending: str | None = None) -> Submission:
    """The digest that a file of a form is; raises Rejected where it is too large."""
    check_size(file.size or 0, max_bytes)
    told = {"file_name": file.filename, **said, "idempotency_key": sending}
    return Submission(await file.read(), media_type=file.content_type, **told)


async def from_file_of_several(file: UploadFile, said: Mapping[str, str], *, max_bytes: int) -> Submission | Rejected:
    """The same, or why it is none: it does not stop the others."""
    try:
        return await from_file(file, said, max_bytes=max_bytes)
    except Rejected as error:
        return error


def name_of(file: UploadFile) -> str:
    """A file's name as JSON can have it: some charsets make lone surrogates."""
    return (file.filename or "").encode("utf-8", "replace").decode()


def sending(request: Request) -> str | None:
    """What the feeder calls this sending of one digest; of several files it would name none."""
    return request.headers.get("idempotency-key")


def metadata(items: Iterable[tuple[str, str]], *, what: str) -> dict[str, str]:
    """Fields by name; raises Rejected for unknown names and for names that come twice."""
    found: dict[str, str] = {}
    for name, value in items:
        fields.only_known([name], fields.NAMES, what=what)
        if name in found:
            raise Rejected("bad_field", f"{name} came twice: send it once")
        found[name] = value
    return found
