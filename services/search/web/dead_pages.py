"""Dead letters as Chinese pages: groups, list, one letter with its history; and forms that first say what would be done."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.search.errors import BadRequest
from services.search.web import csrf, dead_api
from services.search.web.csrf import Csrf
from services.search.web.dead_api import Offset, Partition
from services.search.web.dead_letter_service import Desk
from services.search.web.dead_models import DeadQuery, Doing
from services.search.web.pages import render
from shared.dead_letters.letter import Place
from shared.dead_letters.selection import TRIES
from shared.dead_letters.selection import Doing as Action

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


def router(desk: Desk, forms: Csrf) -> APIRouter:
    """The pages' routes."""
    site = APIRouter(prefix="/dead", include_in_schema=False, default_response_class=HTMLResponse)
    words: dict[str, Any] = {"states": STATES, "stages": STAGES, "actions": ACTIONS, "outcomes": OUTCOMES, "whys": WHYS, "cap": TRIES}

    @site.get("")
    async def listed(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
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

    @site.get("/confirm")
    async def confirm(request: Request, doing: Action) -> Response:
        """What a press would do; nothing is done yet."""
        by = dead_api.operator(request)
        fields = [(name, value) for name, value in request.query_params.multi_items() if name in (*Doing.model_fields, "letter")]
        wanted: Doing = dead_api.form(Doing, fields)
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

    @site.post("/retry")
    async def retry(request: Request) -> Response:
        return await _do(request, "retry")

    @site.post("/discard")
    async def discard(request: Request) -> Response:
        return await _do(request, "discard")

    async def _do(request: Request, action: Action) -> Response:
        by = dead_api.operator(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise BadRequest("this is no form of ours")
        sent = await dead_api.fields(request)
        token = next((value for name, value in sent if name == "token"), "")
        forms.check(headers=dict(request.headers), nonce=request.cookies.get(csrf.COOKIE), token=token, by=by)
        wanted: Doing = dead_api.form(Doing, [(name, value) for name, value in sent if name != "token"])
        done = await desk.do(wanted, action, by=by)
        # Another GET, so that reloading sends nothing again.
        where = f"/dead/{wanted.letters[0]}" if len(wanted.letters) == 1 else f"/dead?done={done.count}"
        return RedirectResponse(where, 303)

    @site.get("/{partition}/{offset}")
    async def whole(request: Request, partition: Partition, offset: Offset) -> Response:
        letter = await desk.whole(Place(partition, offset))
        return render("dead_letter.html", **words, letter=letter, may=request.state.operator is not None)

    @site.get("/{partition}/{offset}/original")
    async def original(partition: Partition, offset: Offset) -> Response:
        return dead_api.letter_download(*await desk.original(Place(partition, offset)))

    return site
