"""Sources with how fresh they are: as JSON, and as pages with forms that change them through ingest, with the user's own key."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from services.search import reading
from services.search.chinese import who
from services.search.errors import BadRequest, Forbidden, NotFound
from services.search.freshness.watch import SourceWatch
from services.search.models.sources import CADENCES, KINDS, SourceAnswer, SourcesAnswer
from services.search.query import places
from services.search.web import csrf
from services.search.web.csrf import Csrf
from services.search.web.ingest_client import IngestAway, IngestClient, IngestRefused
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE
from services.search.web.rendering import render
from services.search.web.sources import form, words
from shared.registry.edit import TAXONOMIES, BadField, wanted
from shared.registry.entry import Entry

TAGS: list[Any] = ["来源"]
BODY_BYTES = 64 * 1024
"""Of a form: a hundred patterns of files are some kB."""

SourceName = Annotated[str, Path(pattern=r"^\w[\w.\-]{0,63}$", description="来源代号", examples=["shuangtan"])]
TAXONOMY_NAMES = {"energy": "双碳与能源", "general": "通用（粗分）", "news": "综合新闻"}

Forms = Mapping[str, str]


def router(watch: SourceWatch, ingest: IngestClient, forms: Csrf) -> APIRouter:
    """Return the routes of JSON and pages."""
    made = APIRouter()

    @made.get("/api/sources", tags=TAGS, summary="来源列表")
    async def listed() -> SourcesAnswer:
        """所有来源：名称、多久一期、如何获取、最近一期、是否逾期、是否缺期，以及抓取是否正常。需要留意的排在前面。增改请用接收服务的 /v1/sources。"""
        return await _readable(watch)

    @made.get("/api/sources/{source}", tags=TAGS, summary="一个来源", responses=AWAY | MISSING | INVALID)
    async def one(source: SourceName) -> SourceAnswer:
        """同列表中的一项。"""
        return await _known(watch, source)

    _add_pages(made, watch, ingest, forms)
    return made


def _add_pages(made: APIRouter, watch: SourceWatch, ingest: IngestClient, forms: Csrf) -> None:
    def page(request: Request, sent: Forms, *, status: int = 200, source: SourceAnswer | None = None, **facts: Any) -> Response:
        """The form of a source, filled in."""
        by, nonce = request.state.editor, csrf.nonce(request.cookies.get(csrf.COOKIE))
        entry = watch.listing.entries.get(source.source) if source else None
        answered = render(
            "registered_source.html",
            status=status,
            source=source,
            entry=entry,
            sent=sent,
            kind=sent.get("kind", "push"),
            elsewhere=form.elsewhere(sent),
            labels=words.LABELS,
            cadences=CADENCES,
            taxonomies={name: TAXONOMY_NAMES.get(name, name) for name in TAXONOMIES},
            kinds=KINDS,
            region=places.label(source.region) if source and source.region else None,
            may=by is not None and (source is None or request.state.edits(source.source)),
            token=forms.token(nonce, by) if by else "",
            **({"wrong": {}, "problem": None, "changed": (), "saved": False, "switched": False} | facts),
        )
        answered.set_cookie(
            csrf.COOKIE, nonce, max_age=csrf.SECONDS, path="/sources", httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return answered

    @made.get("/sources", **PAGE)
    async def listed_page(request: Request, add: str = "", kind: str = "") -> Response:
        if add:
            _editor(request)
            chosen = add if add in form.BY_KIND else "feed"
            return page(request, {"kind": chosen, "on": "on"} | form.defaults(chosen))
        answer = await _readable(watch)
        shown = [one for one in answer.sources if not kind or one.kind == kind]
        return render(
            "sources.html",
            answer=answer,
            shown=shown,
            kind=kind,
            kinds=KINDS,
            cadences=CADENCES,
            may=request.state.editor is not None,
        )

    @made.get("/sources/{source}", **PAGE)
    async def source_page(request: Request, source: SourceName, kind: str = "", saved: str = "", switched: str = "") -> Response:
        known, entry = await _known(watch, source), watch.listing.entries.get(source)
        chosen = kind if kind in form.BY_KIND else None
        sent = form.typed(entry, chosen) if entry else {"kind": chosen or "push", "on": "on"} | form.defaults(chosen or "push")
        return page(request, sent, source=known, saved=bool(saved), switched=bool(switched))

    @made.post("/sources", **PAGE)
    async def add_form(request: Request) -> Response:
        return await save(request, await _sent(request, forms), None)

    @made.post("/sources/{source}", **PAGE)
    async def edit_form(request: Request, source: SourceName) -> Response:
        return await save(request, await _sent(request, forms), source)

    async def save(request: Request, sent: Forms, source: str | None) -> Response:
        name = source or form.source_id(sent)
        known = await _known(watch, source) if source else None
        if (other := sent.get("as", "")) in form.BY_KIND:  # another way of fetching; nothing is saved
            return page(request, form.as_kind(sent, other), source=known)
        try:
            if not name:
                raise BadField("source", "missing")
            said = form.values(sent)
            wanted(said)
            edition = int(sent.get("edition") or 0)
            answer = await ingest.send(request, "PUT", _path(name), json=said | {"edition": edition})
        except (BadField, IngestRefused, IngestAway, ValueError) as error:
            return refused(request, sent, error, known)
        _note(watch, answer)
        return RedirectResponse(f"/sources/{quote(name)}?saved=1", 303)

    def refused(request: Request, sent: Forms, error: Exception, known: SourceAnswer | None) -> Response:
        """The form again, with what was typed and what is to be said of it."""
        if isinstance(error, IngestAway):
            return page(request, sent, status=error.status, source=known, problem=error.chinese)
        if isinstance(error, IngestRefused) and error.code == "source_changed":
            present = error.more.get("present") or {}
            if known is None:
                return page(request, sent, status=409, wrong={"source": "这个代号已经有了，请换一个，或直接修改那个来源。"})
            _note(watch, present)
            now = form.typed(Entry.model_validate(present))
            changed = [(words.LABELS.get(name, name), now.get(name, "")) for name in form.PLAIN if now.get(name, "") != sent.get(name, "").strip()]
            again = {**sent, "edition": str(present.get("edition", ""))}
            told = f"这个来源刚刚被{who(str(present.get('by')))}改过。你填写的内容还在；再次保存，就以你的为准。"
            return page(request, again, status=409, source=known, problem=told, changed=changed)
        if not isinstance(error, BadField | IngestRefused):
            raise BadRequest("this is no form of ours") from error
        field, said = words.of_error(error)
        status = error.status if isinstance(error, IngestRefused) else 422
        wrong = {field: said} if field else {}
        return page(request, sent, status=status, source=known, wrong=wrong, problem=None if field else said)

    @made.post("/sources/{source}/layout", **PAGE)
    async def layout_form(request: Request, source: SourceName) -> Response:
        sent = await _sent(request, forms)
        try:
            await _confirmed(watch, ingest, request, source, sent.get("from", ""))
        except (IngestRefused, IngestAway) as error:
            known, entry = await _known(watch, source), watch.listing.entries.get(source)
            typed = form.typed(entry) if entry else {"kind": "push", "on": "on"}
            return page(request, typed, status=error.status, source=known, problem=error.chinese)
        return RedirectResponse(f"/sources/{quote(source)}", 303)

    @made.post("/sources/{source}/switch", **PAGE)
    async def switch_form(request: Request, source: SourceName) -> Response:
        sent = await _sent(request, forms)
        try:
            body: dict[str, Any] = {"on": sent.get("to") == "on"}
            if source in watch.listing.entries:
                answer = await ingest.send(request, "PATCH", _path(source), json=body)
            else:  # only digests know it
                answer = await ingest.send(request, "PUT", _path(source), json=body | {"edition": 0})
        except IngestRefused as error:
            known, entry = await _known(watch, source), watch.listing.entries.get(source)
            typed = form.typed(entry) if entry else {"kind": "push", "on": "on"}
            return page(request, typed, status=error.status, source=known, problem=error.chinese)
        _note(watch, answer)
        return RedirectResponse(f"/sources/{quote(source)}?switched=1", 303)


async def _confirmed(watch: SourceWatch, ingest: IngestClient, request: Request, source: str, since: str) -> None:
    """Say that the layout since that day is right; raises as ingest does."""
    body = {"usual_from": since}
    if source in watch.listing.entries:
        answer = await ingest.send(request, "PATCH", _path(source), json=body)
    else:  # only digests know it
        answer = await ingest.send(request, "PUT", _path(source), json=body | {"edition": 0})
    _note(watch, answer)


async def _readable(watch: SourceWatch) -> SourcesAnswer:
    """All sources that whoever asks may read of."""
    answer = await watch.all()
    readable = tuple(one for one in answer.sources if reading.may_read(one.source))
    return answer.model_copy(update={"sources": readable})


async def _known(watch: SourceWatch, source: str) -> SourceAnswer:
    if (known := await watch.one(source)) is None:
        raise NotFound(f"no source {source}: nobody registered it, and no digest of it is indexed")
    return known


async def _sent(request: Request, forms: Csrf) -> dict[str, str]:
    """The fields of our form; raises Forbidden, CrossSite and BadRequest."""
    by = _editor(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise BadRequest("this is no form of ours")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise BadRequest(f"the request has more than {BODY_BYTES:,} bytes")
    try:
        sent = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise BadRequest("this is no form of ours") from error
    forms.check(headers=dict(request.headers), nonce=request.cookies.get(csrf.COOKIE), token=sent.pop("token", ""), by=by)
    return sent


def _editor(request: Request) -> str:
    by: str | None = request.state.editor
    if by is None:
        raise EditorNeeded("this key may search only: it takes one with the scope ingest or operate")
    return by


class EditorNeeded(Forbidden):
    """A source would be changed by somebody who may only search."""

    code = "editor_needed"
    chinese = "修改来源需要带有送入（ingest）或管理（operate）权限的密钥；请换用后再试。"


def _path(source: str) -> str:
    return f"/v1/sources/{quote(source)}"


def _note(watch: SourceWatch, said: Mapping[str, Any]) -> None:
    """Know at once what ingest has just answered; the topic says it some seconds later."""
    watch.listing.note(Entry.model_validate({name: value for name, value in said.items() if name in Entry.model_fields}))
