"""An error → its answer: status, headers and the one shape `{"error": {"code", "message", "status"}}`."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path

from services.ingest.errors import Refusal
from shared import log, metrics
from shared.errors import JianbaoError, Misconfigured, Rejected, Unavailable
from shared.keys.door import KeyRefused

_log = log.get(__name__)

# Kinds of Rejected with a status of their own; every other is 422: understood, and can't be read.
STATUSES: Mapping[str, int] = {
    "too_large": 413,
    "unsupported_media_type": 415,
    "unknown_digest": 404,
    "unknown_source": 404,
    "source_off": 409,
    "source_changed": 409,
    "original_gone": 404,
    "digest_withdrawn": 409,
    "not_quarantined": 409,
}

_HTTP_CODES: Mapping[int, str] = {404: "not_found", 405: "method_not_allowed"}
_HTTP_MESSAGES: Mapping[int, str] = {
    404: "there is nothing at this address; digests go to POST /v1/digests, and /openapi.json describes it",
    405: "this address does not take this method; digests go to POST /v1/digests",
}


def described(error: Exception) -> tuple[dict[str, object], dict[str, str]]:
    """The value of `error` in the answer (code, message, status, and what is known beside) and the headers that go with it; counts the refusal."""
    status, code, headers, more = 500, "internal_error", {}, {}
    message = "something went wrong in ingest; the digest was not taken, the log says why"
    if isinstance(error, Rejected):
        status, code, message, more = STATUSES.get(error.kind, 422), error.kind, error.message, dict(error.more)
    elif isinstance(error, Unavailable):
        status, code, message, headers = 503, "unavailable", str(error), {"Retry-After": str(error.retry_after)}
    elif isinstance(error, (Refusal, KeyRefused)):
        status, code, message, headers = error.status, error.code, str(error), error.headers
    elif isinstance(error, Misconfigured):
        code, message = "misconfigured", str(error)
    elif isinstance(error, HTTPException):
        status, code = error.status_code, _HTTP_CODES.get(error.status_code, "bad_request")
        message, headers = _HTTP_MESSAGES.get(error.status_code, str(error.detail)), dict(error.headers or {})
    elif isinstance(error, RequestValidationError):
        first = error.errors()[0]
        status, code, message = 422, "bad_request", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    elif isinstance(error, ClientDisconnect):
        status, code, message = 400, "disconnected", "the connection ended before the digest was there"
    metrics.refused.labels(status=str(status)).inc()
    return {"code": code, "message": message, "status": status, **more}, headers


def allowed(app: FastAPI, path: str) -> str | None:
    """The methods that an address takes, as the description of the API has them: each of its routes knows its own alone."""
    for template, methods in app.openapi()["paths"].items():
        if compile_path(template)[0].match(path):
            return ", ".join(method.upper() for method in methods)
    return None


async def _answer(request: Request, error: Exception) -> Response:
    value, headers = described(error)
    status = int(str(value["status"]))
    if status == 405 and (methods := allowed(request.app, request.url.path)) is not None:
        headers["Allow"] = methods
    if status >= 500:
        _log.warning("refused", code=value["code"], status=status, reason=type(error).__name__)
    return JSONResponse({"error": value}, status_code=status, headers=headers)


def add_to(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape."""
    for kind in (JianbaoError, HTTPException, RequestValidationError, ClientDisconnect, Exception):
        app.add_exception_handler(kind, _answer)
