"""Requests that change dead letters: who may, bodies and forms as models; and answers that are saved, not shown."""

from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from services.search.errors import BadRequest, Forbidden, Invalid, of_validation
from services.search.models.dead_letters import ActionRequest
from shared import metrics
from shared.dead_letters import export
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.letter import Letter

BODY_BYTES = 64 * 1024
"""Of a request: a thousand places take some 10 kB."""

DOWNLOAD = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""Hostile bytes are never shown by a browser: they are saved."""


def operator(request: Request) -> str:
    """The name of whoever may change something; raises Forbidden."""
    by: str | None = request.state.operator
    if by is None:
        metrics.keys_refused.labels(service="search", reason="scope").inc()
        raise Forbidden("this key may search only: it takes one with the scope operate")
    return by


async def small(request: Request) -> bytes:
    """The body of a request; raises BadRequest when it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise BadRequest(f"the request has more than {BODY_BYTES:,} bytes")
    return body


def parsed(model: type[ActionRequest], body: bytes) -> ActionRequest:
    """A JSON body as its model; raises Invalid."""
    try:
        # Strictly: in JSON false is false, not 0.
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise Invalid(_words(error)) from None


def form(model: type[BaseModel], fields: list[tuple[str, str]]) -> Any:
    """A form's fields as their model, `letter` repeated for several; raises Invalid."""
    values: dict[str, Any] = {name: value for name, value in fields if name != "letter"}
    if letters := [value for name, value in fields if name == "letter"]:
        values["letters"] = letters
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Invalid(_words(error)) from None


async def fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form that a browser sent; raises BadRequest."""
    try:
        return parse_qsl((await small(request)).decode("ascii"), keep_blank_values=True, max_num_fields=2000)
    except ValueError as error:
        raise BadRequest("this is no form of ours") from error


def _words(error: ValidationError) -> str:
    return of_validation([{"loc": ("body", *problem["loc"]), "msg": problem["msg"]} for problem in error.errors(include_url=False)])


def letter_download(letter: Letter, record: SourceRecord) -> Response:
    """A letter's bytes to be saved."""
    return download(record.value or b"", f"{export.name(letter)}.bin", "application/octet-stream")


def download(content: bytes, name: str, media_type: str) -> Response:
    """To be saved under that name, which is ours and plain."""
    return Response(content, media_type=media_type, headers=DOWNLOAD | {"Content-Disposition": f'attachment; filename="{name}"'})
