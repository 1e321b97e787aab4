"""Digests that are held: the list as JSON and as the page 隔离区, and a person's decision, which goes through ingest.

A form first says what would be done.
"""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict
from starlette.responses import RedirectResponse, Response

from services.search.errors import BadRequest
from services.search.models.quarantine import MOST, QuarantineAnswer, QuarantineQuery
from services.search.quarantine import words
from services.search.quarantine.listing import Held
from services.search.web import csrf
from services.search.web.csrf import Csrf
from services.search.web.dead import requests
from services.search.web.ingest_client import IngestClient, IngestRefused
from services.search.web.parameters import AWAY, INVALID, PAGE
from services.search.web.rendering import render

Doing = Literal["release", "discard"]
ACTIONS: dict[Doing, str] = {"release": "放行", "discard": "丢弃"}
PATHS: dict[Doing, str] = {"release": "release", "discard": "withdraw"}
"""Of ingest's API: discarding is withdrawing."""

DigestIds = Annotated[list[Annotated[str, Query(pattern="^[0-9a-f]{32}$")]], Query(min_length=1, max_length=MOST)]


class PageQuery(QuarantineQuery):
    """As the API's, but a browser may bring parameters that others put on a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    done: int | None = None
    """How many digests something was done with just now"""
    doing: Doing | None = None


def router(shelf: Held, ingest: IngestClient, forms: Csrf) -> APIRouter:
    """Return the routes."""
    made = APIRouter()
    facts: dict[str, Any] = {"actions": ACTIONS, "label": words.label, "figures": words.figures}

    @made.get("/api/quarantine", summary="隔离中的简报", tags=["流水线"], responses=AWAY | INVALID)
    async def listed(query: Annotated[QuarantineQuery, Query()]) -> QuarantineAnswer:
        """看起来不是简报、等人决定的：原因、测得的数值、开头的文字，由新到旧。它们不会出现在检索结果中。

        放行用接收服务的 POST /v1/digests/{编号}/release，丢弃用 POST /v1/digests/{编号}/withdraw。
        """
        return await shelf.list(query)

    @made.get("/quarantine", **PAGE)
    async def page(query: Annotated[PageQuery, Query()]) -> Response:
        answer = await shelf.list(query)

        def link(**changed: object) -> str:
            kept = {name: value for name, value in (query.given | changed).items() if value not in (None, "", 0)}
            return "/quarantine" + (f"?{urlencode(kept)}" if kept else "")

        following = query.skip + query.limit
        return render(
            "quarantine.html",
            **facts,
            answer=answer,
            query=query,
            link=link,
            earlier=link(skip=max(0, query.skip - query.limit)) if query.skip else None,
            later=link(skip=following) if following < answer.total else None,
        )

    @made.get("/quarantine/confirm", **PAGE)
    async def confirm(request: Request, doing: Doing, digest: DigestIds) -> Response:
        """What a press would do; nothing is done yet."""
        return _confirm(request, doing, digest, failed=[])

    @made.post("/quarantine/release", **PAGE)
    async def release(request: Request) -> Response:
        return await _do(request, "release")

    @made.post("/quarantine/discard", **PAGE)
    async def discard(request: Request) -> Response:
        return await _do(request, "discard")

    def _confirm(request: Request, doing: Doing, digests: list[str], *, failed: list[tuple[str, str]], status: int = 200) -> Response:
        nonce = csrf.nonce(request.cookies.get(csrf.COOKIE))
        token = forms.token(nonce, _who(request))
        page = render("quarantine_confirm.html", **facts, status=status, doing=doing, digests=digests, failed=failed, token=token)
        secure = request.url.scheme == "https"
        page.set_cookie(csrf.COOKIE, nonce, max_age=csrf.SECONDS, path="/quarantine", httponly=True, samesite="strict", secure=secure)
        return page

    async def _do(request: Request, doing: Doing) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise BadRequest("this is no form of ours")
        sent = await requests.fields(request)
        said = dict(sent)
        nonce = request.cookies.get(csrf.COOKIE)
        forms.check(headers=dict(request.headers), nonce=nonce, token=said.get("token", ""), by=_who(request))
        digests = list(dict.fromkeys(value for name, value in sent if name == "digest"))
        if not 0 < len(digests) <= MOST or any(len(one) != 32 or set(one) - set("0123456789abcdef") for one in digests):
            raise BadRequest(f"name 1 to {MOST} digests by their ids")
        failed: list[tuple[str, str]] = []
        for digest_id in digests:
            try:
                await ingest.send(request, "POST", f"/v1/digests/{digest_id}/{PATHS[doing]}", json={"reason": said.get("reason", "")})
            except IngestRefused as refused:
                failed.append((digest_id, refused.chinese))
        if failed:
            return _confirm(request, doing, [digest_id for digest_id, _ in failed], failed=failed, status=409)
        # Another GET, so that reloading sends nothing again.
        return RedirectResponse(f"/quarantine?done={len(digests)}&doing={doing}", 303)

    return made


def _who(request: Request) -> str:
    """Whose form it is; what they may do ingest says, by their key."""
    return request.state.operator or "reader"
