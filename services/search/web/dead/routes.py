"""Dead letters: list and groups, one whole, its bytes, and what is done about them; as JSON, and as pages with forms.

A form first says what would be done.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from pydantic import ConfigDict
from starlette.responses import RedirectResponse, Response

from services.search.errors import BadRequest, CrossSite
from services.search.models.dead_letters import ActionRequest, DeadFilter, DeadQuery, DoneAnswer, LettersAnswer, WholeLetter
from services.search.models.search import ErrorAnswer
from services.search.web import csrf
from services.search.web.access import from_elsewhere
from services.search.web.csrf import Csrf
from services.search.web.dead import requests
from services.search.web.dead.service import DeadLetterService
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE
from services.search.web.rendering import render
from shared.dead_letters.letter import Place
from shared.dead_letters.selection import TRIES, Action

TAGS: list[Any] = ["死信"]
EXAMPLE = {"letters": ["2/17"], "dry_run": True, "reason": "解析已修复"}

Partition = Annotated[int, Path(ge=0, le=10**9, description="分区", examples=[2])]
Offset = Annotated[int, Path(ge=0, lt=2**63, description="位置", examples=[17])]
NEEDED: dict[int | str, dict[str, Any]] = {403: {"model": ErrorAnswer, "description": "需要管理密钥（operate）"}}
UNREADABLE: dict[int | str, dict[str, Any]] = {400: {"model": ErrorAnswer, "description": "请求不是 JSON,或者太长"}}
BINARY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "文件"}}
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "文件"}}

STATES = {"open": "未处理", "retrying": "重新处理中", "solved": "已解决", "superseded": "已被新的取代", "discarded": "已丢弃"}
STAGES = {"ingest": "接收", "enrich": "加工", "index": "入库", "?": "未知"}
ACTIONS = {"retry": "重新处理", "discard": "丢弃"}
WHYS = {
    "settled": "已处理完毕",
    "foreign": "不是本系统的死信,不知来处,只能丢弃",
    "elsewhere": "来自另一套系统的主题",
    "superseded": "已再次失败,请处理取代它的那一封",
    "sent": "已重新送出,尚无结果",
    "cap": "已试满次数,每次都失败;请先排除原因",
}
"""Why nothing is done with a letter, by shared.dead_letters.selection.Kind"""
OUTCOMES = {"begun": "开始", "done": "完成", "failed": "失败"}


class PageQuery(DeadQuery):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    done: int | None = None
    """How many letters something was done with just now"""


def router(desk: DeadLetterService, forms: Csrf) -> APIRouter:
    """Return the routes of JSON and pages."""
    made = APIRouter()
    _add_json(made, desk)
    _add_pages(made, desk, forms)
    return made


def _add_json(made: APIRouter, desk: DeadLetterService) -> None:
    takes = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": ActionRequest.model_json_schema() | {"examples": [EXAMPLE]}}}}
    }

    @made.get("/api/dead", tags=TAGS, summary="死信列表", responses=INVALID)
    async def listed(query: Annotated[DeadQuery, Query()]) -> LettersAnswer:
        """处理不了的简报,由新到旧,以及按环节与错误的分组。默认只列待处理的:未处理的与重新处理中的。"""
        return desk.list(query)

    @made.get("/api/dead/export", tags=TAGS, summary="下载死信", responses=AWAY | INVALID | ZIP, response_class=Response)
    async def exported(query: Annotated[DeadFilter, Query()]) -> Response:
        """符合条件的死信的原始字节与说明(JSON),打成一个 zip。数量多时请用 jianbao dead export。"""
        return requests.download(await desk.archive(query.filter()), "dead-letters.zip", "application/zip")

    @made.get("/api/dead/{partition}/{offset}", tags=TAGS, summary="一封死信", responses=AWAY | MISSING | INVALID)
    async def whole(partition: Partition, offset: Offset) -> WholeLetter:
        """一封死信的全部情况:原因、来处、历史、原始字节的开头(控制字符已转写)。"""
        return await desk.whole(Place(partition, offset))

    @made.get(
        "/api/dead/{partition}/{offset}/original",
        tags=TAGS,
        summary="一封死信的原始字节",
        responses=AWAY | MISSING | INVALID | BINARY,
        response_class=Response,
    )
    async def original(partition: Partition, offset: Offset) -> Response:
        """只作为文件下载。"""
        return requests.letter_download(*await desk.original(Place(partition, offset)))

    @made.post("/api/dead/retry", tags=TAGS, summary="重新处理", responses=AWAY | INVALID | NEEDED | UNREADABLE | MISSING, openapi_extra=takes)
    async def retry(request: Request) -> DoneAnswer:
        """把死信原样送回它来的主题。给出位置,或条件,或 all;dry_run 只说会送多少。一次最多 1000 封,其余见 remaining。"""
        return await _do_json(request, "retry")

    @made.post("/api/dead/discard", tags=TAGS, summary="丢弃", responses=AWAY | INVALID | NEEDED | UNREADABLE | MISSING, openapi_extra=takes)
    async def discard(request: Request) -> DoneAnswer:
        """把死信移出待处理的列表;字节仍保留 30 天。"""
        return await _do_json(request, "discard")

    async def _do_json(request: Request, action: Action) -> DoneAnswer:
        by = requests.operator(request)
        # Forms of other sites can send no JSON without asking first, which nobody answers.
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise BadRequest("send the request as JSON, with Content-Type: application/json")
        if from_elsewhere(request.headers):
            raise CrossSite("the request comes from a page of another site")
        return await desk.do(requests.parsed(ActionRequest, await requests.small(request)), action, by=by)


def _add_pages(made: APIRouter, desk: DeadLetterService, forms: Csrf) -> None:
    words: dict[str, Any] = {"states": STATES, "stages": STAGES, "actions": ACTIONS, "outcomes": OUTCOMES, "whys": WHYS, "cap": TRIES}

    @made.get("/dead", **PAGE)
    async def listed_page(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        answer = desk.list(query)
        given = query.given

        def page(**changed: object) -> str:
            fields = {name: value for name, value in (given | changed).items() if value not in (None, "", 0)}
            return "/dead?" + urlencode(fields) if fields else "/dead"

        following = query.skip + query.limit
        return render(
            "dead.html",
            **words,
            answer=answer,
            query=query,
            given=given,
            page=page,
            earlier=page(skip=max(0, query.skip - query.limit)) if query.skip else None,
            later=page(skip=following) if following < answer.total else None,
            may=request.state.operator is not None,
        )

    @made.get("/dead/confirm", **PAGE)
    async def confirm(request: Request, doing: Action) -> Response:
        """What a press would do; nothing is done yet."""
        by = requests.operator(request)
        fields = [(name, value) for name, value in request.query_params.multi_items() if name in (*ActionRequest.model_fields, "letter")]
        wanted: ActionRequest = requests.form(ActionRequest, fields)
        plan, remaining = desk.plan(wanted, doing)
        nonce = csrf.nonce(request.cookies.get(csrf.COOKIE))
        fields = [(name, value) for name, value in fields if name not in ("reason", "dry_run")]
        page = render(
            "dead_confirm.html", **words, doing=doing, plan=plan, remaining=remaining, fields=fields, wanted=wanted, token=forms.token(nonce, by)
        )
        page.set_cookie(
            csrf.COOKIE, nonce, max_age=csrf.SECONDS, path="/dead", httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return page

    @made.post("/dead/retry", **PAGE)
    async def retry_form(request: Request) -> Response:
        return await _do_form(request, "retry")

    @made.post("/dead/discard", **PAGE)
    async def discard_form(request: Request) -> Response:
        return await _do_form(request, "discard")

    async def _do_form(request: Request, action: Action) -> Response:
        by = requests.operator(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise BadRequest("this is no form of ours")
        sent = await requests.fields(request)
        token = next((value for name, value in sent if name == "token"), "")
        forms.check(headers=dict(request.headers), nonce=request.cookies.get(csrf.COOKIE), token=token, by=by)
        wanted: ActionRequest = requests.form(ActionRequest, [(name, value) for name, value in sent if name != "token"])
        done = await desk.do(wanted, action, by=by)
        # Another GET, so that reloading sends nothing again.
        where = f"/dead/{wanted.letters[0]}" if len(wanted.letters) == 1 else f"/dead?done={done.count}"
        return RedirectResponse(where, 303)

    @made.get("/dead/{partition}/{offset}", **PAGE)
    async def whole_page(request: Request, partition: Partition, offset: Offset) -> Response:
        letter = await desk.whole(Place(partition, offset))
        return render("dead_letter.html", **words, letter=letter, may=request.state.operator is not None)

    @made.get("/dead/{partition}/{offset}/original", **PAGE)
    async def original_page(partition: Partition, offset: Offset) -> Response:
        return requests.letter_download(*await desk.original(Place(partition, offset)))
