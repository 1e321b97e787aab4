"""Dead letters: list and groups, one whole, its bytes, and what is done about them; as JSON, and as pages with forms.

A form first says what would be done.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from pydantic import ConfigDict
from starlette.responses import RedirectResponse, Response

from services.search.errors import BadRequest, CrossSite
from services.search.failures import words
from services.search.models.dead_letters import (
    AT_ONCE,
    ActionRequest,
    DeadFilter,
    DeadQuery,
    DoneAnswer,
    LettersAnswer,
    RunAnswer,
    WholeLetter,
    kind_answer,
)
from services.search.models.search import ErrorAnswer
from services.search.web import csrf
from services.search.web.access import from_elsewhere
from services.search.web.csrf import Csrf
from services.search.web.dead import requests
from services.search.web.dead.service import MOST_OF_RUN, RATE, DeadLetterService
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE
from services.search.web.rendering import render
from shared.dead_letters.kinds import kind
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.selection import TRIES, Action, Plan, Reason

TAGS: list[Any] = ["死信"]
EXAMPLE = {"letters": ["2/17"], "dry_run": True, "reason": "解析已修复"}

Partition = Annotated[int, Path(ge=0, le=10**9, description="分区", examples=[2])]
RunId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="批次编号", examples=["0f1e2d3c4b5a6978"])]
Offset = Annotated[int, Path(ge=0, lt=2**63, description="位置", examples=[17])]
NEEDED: dict[int | str, dict[str, Any]] = {403: {"model": ErrorAnswer, "description": "需要管理密钥（operate）"}}
UNREADABLE: dict[int | str, dict[str, Any]] = {400: {"model": ErrorAnswer, "description": "请求不是 JSON,或者太长"}}
BINARY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}, "description": "文件"}}
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "文件"}}


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

    @made.get("/api/dead/runs/{run}", tags=TAGS, summary="一批重新处理的进度", responses=MISSING | INVALID)
    async def progress(run: RunId) -> RunAnswer:
        """在网页上确认的一批，送出了多少、还有多少。"""
        return desk.runs.get(run).answer()

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
        """把死信原样送回它来的主题。给出位置，或条件，或 all；dry_run 只说会送多少。一次最多 1000 封，其余见 remaining。

        重新处理也不会有别的结果的（permanent，如 too_large），不送，在 refused 中说明原因；确有必要时用 force。"""
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
    said: dict[str, Any] = {
        "states": words.STATES, "stages": words.STAGES, "actions": words.ACTIONS, "outcomes": words.OUTCOMES, "whys": words.WHYS,
        "hopes": words.HOPES, "cap": TRIES,
    }  # fmt: skip

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
            **said,
            answer=answer,
            query=query,
            given=given,
            page=page,
            earlier=page(skip=max(0, query.skip - query.limit)) if query.skip else None,
            later=page(skip=following) if following < answer.total else None,
            may=request.state.operator is not None,
            kind=kind_answer(kind(query.stage, query.error)) if query.stage and query.error else None,
            retryable=sum(group.retryable for group in answer.groups),
        )

    @made.get("/dead/confirm", **PAGE)
    async def confirm(request: Request, doing: Action) -> Response:
        """What a press would do; nothing is done yet."""
        by = requests.operator(request)
        fields = [(name, value) for name, value in request.query_params.multi_items() if name in (*ActionRequest.model_fields, "letter")]
        wanted: ActionRequest = requests.form(ActionRequest, fields)
        plan, remaining = desk.plan(wanted, doing, most=_most(wanted, doing))
        nonce = csrf.nonce(request.cookies.get(csrf.COOKIE))
        fields = [(name, value) for name, value in fields if name not in ("reason", "dry_run")]
        page = render(
            "dead_confirm.html",
            **said,
            doing=doing,
            plan=plan,
            refused=_by_reason(plan),
            remaining=remaining,
            fields=fields,
            wanted=wanted,
            token=forms.token(nonce, by),
            seconds=len(plan.letters) / RATE,
        )
        return _with_cookie(request, page, nonce)

    @made.post("/dead/retry", **PAGE)
    async def retry_form(request: Request) -> Response:
        return await _do_form(request, "retry")

    @made.post("/dead/discard", **PAGE)
    async def discard_form(request: Request) -> Response:
        return await _do_form(request, "discard")

    async def _sent(request: Request, by: str) -> list[tuple[str, str]]:
        """The fields of our own form; raises BadRequest and CrossSite."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise BadRequest("this is no form of ours")
        sent = await requests.fields(request)
        token = next((value for name, value in sent if name == "token"), "")
        forms.check(headers=dict(request.headers), nonce=request.cookies.get(csrf.COOKIE), token=token, by=by)
        return [(name, value) for name, value in sent if name != "token"]

    async def _do_form(request: Request, action: Action) -> Response:
        by = requests.operator(request)
        wanted: ActionRequest = requests.form(ActionRequest, await _sent(request, by))
        if action == "retry" and len(wanted.letters) != 1:
            return RedirectResponse(f"/dead/runs/{desk.start(wanted, by=by).id}", 303)
        done = await desk.do(wanted, action, by=by)
        # Another GET, so that reloading sends nothing again.
        where = f"/dead/{wanted.letters[0]}" if len(wanted.letters) == 1 else f"/dead?done={done.count}"
        return RedirectResponse(where, 303)

    @made.get("/dead/runs/{run}", **PAGE)
    async def run_page(request: Request, run: RunId) -> Response:
        by, nonce = request.state.operator, csrf.nonce(request.cookies.get(csrf.COOKIE))
        page = render("dead_run.html", run=desk.runs.get(run).answer(), may=by is not None, token=forms.token(nonce, by) if by else "")
        return _with_cookie(request, page, nonce)

    @made.post("/dead/runs/{run}/stop", **PAGE)
    async def stop_run(request: Request, run: RunId) -> Response:
        await _sent(request, requests.operator(request))
        desk.runs.get(run).stop.set()
        return RedirectResponse(f"/dead/runs/{run}", 303)

    @made.get("/dead/{partition}/{offset}", **PAGE)
    async def whole_page(request: Request, partition: Partition, offset: Offset) -> Response:
        letter = await desk.whole(Place(partition, offset))
        return render("dead_letter.html", **said, letter=letter, may=request.state.operator is not None)

    @made.get("/dead/{partition}/{offset}/original", **PAGE)
    async def original_page(partition: Partition, offset: Offset) -> Response:
        return requests.letter_download(*await desk.original(Place(partition, offset)))


def _with_cookie(request: Request, page: Response, nonce: str) -> Response:
    """The page, with what its form's token belongs to."""
    secure = request.url.scheme == "https"
    page.set_cookie(csrf.COOKIE, nonce, max_age=csrf.SECONDS, path="/dead", httponly=True, samesite="strict", secure=secure)
    return page


def _most(wanted: ActionRequest, doing: Action) -> int:
    """How many letters one press takes: what is retried by a run may be any number."""
    return MOST_OF_RUN if doing == "retry" and len(wanted.letters) != 1 else AT_ONCE


def _by_reason(plan: Plan) -> dict[tuple[Reason, str], list[Letter]]:
    """The letters that nothing is done with, by why, and by their kind where that is why."""
    found: dict[tuple[Reason, str], list[Letter]] = {}
    for letter, why in plan.refused:
        found.setdefault((why.kind, kind(letter.stage, letter.error).chinese.title if why.kind == "permanent" else ""), []).append(letter)
    return found
