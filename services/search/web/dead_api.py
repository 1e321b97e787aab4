"""JSON routes of dead letters: list and groups, one whole, its bytes, and what is done about them."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from services.search.errors import BadRequest, CrossSite, Forbidden, Invalid, of_validation
from services.search.models.search import ErrorAnswer
from services.search.web.access import from_elsewhere
from services.search.web.api import AWAY, INVALID, MISSING
from services.search.web.dead_letter_service import Desk
from services.search.web.dead_models import DeadFilter, DeadQuery, Doing, DoneAnswer, LettersAnswer, WholeLetter
from shared.dead_letters import export
from shared.dead_letters.headers import SourceRecord
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.selection import Doing as Action

BODY_BYTES = 64 * 1024
"""Of a request: a thousand places take some 10 kB."""

DOWNLOAD = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
"""Hostile bytes are never shown by a browser: they are saved."""

EXAMPLE = {"letters": ["2/17"], "dry_run": True, "reason": "解析已修复"}

Partition = Annotated[int, Path(ge=0, le=10**9, description="分区", examples=[2])]
Offset = Annotated[int, Path(ge=0, lt=2**63, description="位置", examples=[17])]
NEEDED: dict[int | str, dict[str, Any]] = {403: {"model": ErrorAnswer, "description": "需要管理密钥(SEARCH_OPERATE_KEYS)"}}
UNREADABLE: dict[int | str, dict[str, Any]] = {400: {"model": ErrorAnswer, "description": "请求不是 JSON,或者太长"}}
BINARY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "文件"}}
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "文件"}}


def router(desk: Desk) -> APIRouter:
    """The routes under /api/dead."""
    api = APIRouter(prefix="/api/dead", tags=["死信"])
    takes = {"requestBody": {"required": True, "content": {"application/json": {"schema": Doing.model_json_schema() | {"examples": [EXAMPLE]}}}}}

    @api.get("", summary="死信列表", responses=INVALID)
    async def listed(query: Annotated[DeadQuery, Query()]) -> LettersAnswer:
        """处理不了的简报,由新到旧,以及按环节与错误的分组。默认只列待处理的:未处理的与重新处理中的。"""
        return desk.list(query)

    @api.get("/export", summary="下载死信", responses=AWAY | INVALID | ZIP, response_class=Response)
    async def exported(query: Annotated[DeadFilter, Query()]) -> Response:
        """符合条件的死信的原始字节与说明(JSON),打成一个 zip。数量多时请用 jianbao dead export。"""
        return download(await desk.archive(query.filter()), "dead-letters.zip", "application/zip")

    @api.get("/{partition}/{offset}", summary="一封死信", responses=AWAY | MISSING | INVALID)
    async def whole(partition: Partition, offset: Offset) -> WholeLetter:
        """一封死信的全部情况:原因、来处、历史、原始字节的开头(控制字符已转写)。"""
        return await desk.whole(Place(partition, offset))

    @api.get("/{partition}/{offset}/original", summary="一封死信的原始字节", responses=AWAY | MISSING | INVALID | BINARY, response_class=Response)
    async def original(partition: Partition, offset: Offset) -> Response:
        """只作为文件下载。"""
        return letter_download(*await desk.original(Place(partition, offset)))

    @api.post("/retry", summary="重新处理", responses=AWAY | INVALID | NEEDED | UNREADABLE | MISSING, openapi_extra=takes)
    async def retry(request: Request) -> DoneAnswer:
        """把死信原样送回它来的主题。给出位置,或条件,或 all;dry_run 只说会送多少。一次最多 1000 封,其余见 remaining。"""
        return await _do(request, "retry")

    @api.post("/discard", summary="丢弃", responses=AWAY | INVALID | NEEDED | UNREADABLE | MISSING, openapi_extra=takes)
    async def discard(request: Request) -> DoneAnswer:
        """把死信移出待处理的列表;字节仍保留 30 天。"""
        return await _do(request, "discard")

    async def _do(request: Request, action: Action) -> DoneAnswer:
        by = operator(request)
        # Forms of other sites can send no JSON without asking first, which nobody answers.
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise BadRequest("send the request as JSON, with Content-Type: application/json")
        if from_elsewhere(request.headers):
            raise CrossSite("the request comes from a page of another site")
        return await desk.do(parsed(Doing, await small(request)), action, by=by)

    return api


def operator(request: Request) -> str:
    """The name of whoever may change something; raises Forbidden."""
    by: str | None = request.state.operator
    if by is None:
        raise Forbidden("this key may search only: it takes one whose SHA-256 is among SEARCH_OPERATE_KEYS")
    return by


async def small(request: Request) -> bytes:
    """The body of a request; raises BadRequest when it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise BadRequest(f"the request has more than {BODY_BYTES:,} bytes")
    return body


def parsed(model: type[Doing], body: bytes) -> Doing:
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
