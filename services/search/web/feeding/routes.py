"""The page 送入 (`/feed`): a form, what its digest would become, and the address of what was published.

Works as plain forms. With its script the same routes answer parts of pages (`?part=1`), several files one after the other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.search.answer.answers import Answers
from services.search.errors import SearchError, Stale
from services.search.threads import slow
from services.search.web import csrf
from services.search.web.access import LOCAL
from services.search.web.csrf import Csrf
from services.search.web.feeding.form import Feeding, Forms, Given, OneOfBoth, TooLarge
from services.search.web.feeding.known import Sources
from services.search.web.feeding.shown import Shown, shown
from services.search.web.ingest_client import IngestAway, IngestClient
from services.search.web.parameters import PAGE
from services.search.web.rendering import render
from shared.connections.gone import unless_gone
from shared.errors import Rejected
from shared.keys.door import Door
from shared.keys.key import Key, hash_key
from shared.keys.request import presented_by_browser
from shared.preview.answer import read_preview

PREVIEW_SECONDS = 110.0
"""For a preview: ingest waits 100 s for enrich."""

LOOKS = 30
"""Times that the page of a published digest looks again by itself, two seconds apart."""

STATES = {
    "waiting": "等待处理",
    "searchable": "可以检索",
    "superseded": "已有新版",
    "withdrawn": "已撤回",
    "dead": "无法处理",
    "quarantined": "已隔离，等待审核",
}
"""By services.search.models.status.State"""

WITHOUT_PREVIEW = frozenset(["ingest_away", "unavailable", "busy", "misconfigured"])
"""Codes that say nothing against the digest: it could not be previewed now."""

CONTENT = frozenset(
    {
        *("too_large", "unsupported_media_type", "empty", "content_missing", "undecodable", "encrypted", "no_text", "too_deep"),
        *("too_slow", "too_much_memory", "crashed", "enrich_failed"),
        *("key_missing", "key_unknown", "key_expired", "key_revoked", "key_scope"),
    }
)
"""Codes that no other title, day or source mends: back to the first step."""

NO_PREVIEW = "现在无法预览（预览服务正忙或没有回应）。可以稍候重新预览，也可以不预览直接发布。"
INGEST_AWAY = "接收服务暂时没有回应，现在既不能预览，也不能发布。内容都还在，请稍候再试。"
NOT_TAKEN = "没有发布。"
STALE = "页面已过期，没有发布，内容都还在。请再按一次“发布”或“重新预览”。"

IS_PART = {"X-Part": "1"}
"""The answer is a part of a page, made for our script."""

DigestId = Annotated[str, Query(pattern="^[0-9a-f]{32}$")]
Revision = Annotated[int, Query(ge=0, lt=2**43)]
Part = Annotated[bool, Query()]


@dataclass(frozen=True)
class Page:
    """What the routes work with."""

    ingest: IngestClient
    answers: Answers
    sources: Sources
    forms: Csrf
    door: Door
    received: Forms

    def by(self, request: Request) -> str:
        """Whom a form was made for: the bearer of a key, or this machine's user."""
        key = presented_by_browser(request.headers)
        return hash_key(key) if key else LOCAL

    def may_not(self, request: Request) -> bool:
        """Whether the keys file says that this key may not feed; of others only ingest knows."""
        found = self._key(request)
        return found is not None and bool(found.salt) and not found.may("ingest")

    async def start(
        self,
        request: Request,
        *,
        given: Given | None = None,
        pasted: str = "",
        error: SearchError | None = None,
    ) -> Response:
        """The first step, with what was typed before."""
        facts = {"given": given or Given(), "pasted": pasted, "error": error, "may_not": self.may_not(request)}
        return await self._with_token(request, "feed.html", facts, error=error)

    async def edit(
        self,
        request: Request,
        feeding: Feeding,
        *,
        found: Shown | None = None,
        error: SearchError | None = None,
        words: str | None = None,
        part: bool,
    ) -> Response:
        """The second step: what would be published, or why nobody can say so now."""
        facts = {
            "feeding": feeding,
            "given": _filled(feeding.given, found),
            "found": found,
            "error": error,
            "words": words,
            "part": part,
            "hopeless": error is not None and error.code in CONTENT,
        }
        template = "feed_part.html" if part else "feed_edit.html"
        return await self._with_token(request, template, facts, error=error, part=part)

    def _key(self, request: Request) -> Key | None:
        """Whose key the request presents."""
        key = presented_by_browser(request.headers)
        return self.door.keyring.find(key) if key else None

    async def _with_token(
        self,
        request: Request,
        template: str,
        facts: Mapping[str, Any],
        *,
        error: SearchError | None,
        part: bool = False,
    ) -> Response:
        nonce = csrf.nonce(request.cookies.get(csrf.COOKIE))
        token = self.forms.token(nonce, self.by(request))
        status = error.status if error else 200
        if part:
            # The script takes it for its other forms, and for a second try where this one was stale.
            fresh = {"X-Token": token} if isinstance(error, Stale) else {}
            page = render(template, status=status, headers=IS_PART | fresh, token=token, **facts)
        else:
            key = self._key(request)
            known = await self.sources()
            sources = [(source, name) for source, name in known if key is None or key.may_write(source)]
            page = render(template, status=status, token=token, sources=sources, **facts)
        page.set_cookie(
            csrf.COOKIE, nonce, max_age=csrf.SECONDS, path="/feed", httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return page


Step = Callable[[Page, Request, Feeding, bool], Awaitable[Response]]
"""What is done with a form, as a page or as a part of one"""


def router(page: Page) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/feed", **PAGE)
    async def first(request: Request, source: Annotated[str, Query(max_length=64)] = "") -> Response:
        return await page.start(request, given=Given(source=source))

    @made.post("/feed/preview", **PAGE)
    async def preview(request: Request, part: Part = False) -> Response:
        """What a digest would become; nothing is published."""
        return await _received(page, request, _preview, part=part)

    @made.post("/feed/publish", **PAGE)
    async def publish(request: Request, part: Part = False) -> Response:
        """The last step: it is published."""
        return await _received(page, request, _publish, part=part)

    @made.get("/feed/done", **PAGE)
    async def done(
        digest_id: DigestId, revision: Revision, again: bool = False, look: Annotated[int, Query(ge=0, le=LOOKS)] = 0, part: Part = False
    ) -> Response:
        state, message = await _state(page.answers, digest_id, revision)
        more = {"digest_id": digest_id, "revision": revision, "look": look + 1} | ({"again": 1} if again else {})
        facts: dict[str, Any] = {"digest_id": digest_id, "revision": revision, "again": again, "state": state, "message": message}
        facts |= {"states": STATES}
        if part:
            return render("feed_done_part.html", headers=IS_PART, **facts)
        next_look = "/feed/done?" + urlencode(more) if state in ("waiting", "") and look < LOOKS else None
        return render("feed_done.html", next_look=next_look, **facts)

    return made


async def _received(page: Page, request: Request, step: Step, *, part: bool) -> Response:
    """A step with what a form brings; where it brings too much, the first step with what was said of it."""
    try:
        async with page.received.received(request) as feeding:
            again = await _to_mend(page, request, feeding, part=part)
            return await step(page, request, feeding, part) if again is None else again
    except TooLarge as error:
        return await page.start(request, given=error.given, error=error)


async def _preview(page: Page, request: Request, feeding: Feeding, part: bool) -> Response:
    try:
        said, file = feeding.said(), feeding.file
        asked = page.ingest.send_file(request, "/v1/preview", said=said, file=file, seconds=PREVIEW_SECONDS)
        if (answer := await unless_gone(request, asked)) is None:
            return Response(status_code=499)  # nobody reads it
        found = await slow(_shown, answer)
    except SearchError as error:
        words = INGEST_AWAY if isinstance(error, IngestAway) else NO_PREVIEW
        return await _refused(page, request, feeding, error, part=part, words=words)
    return await page.edit(request, feeding, found=found, part=part)


async def _publish(page: Page, request: Request, feeding: Feeding, part: bool) -> Response:
    try:
        sent = await page.ingest.send_file(request, "/v1/digests", said=feeding.said(), file=feeding.file)
    except SearchError as error:
        return await _refused(page, request, feeding, error, part=part, words=f"{NOT_TAKEN}{error.chinese}")
    answer = orjson.loads(sent)
    fields = {"digest_id": answer["digest_id"], "revision": answer["revision"]}
    fields |= ({"again": 1} if "duplicate_of" in answer else {}) | ({"part": 1} if part else {})
    # Another GET, so that reloading sends nothing again.
    return RedirectResponse("/feed/done?" + urlencode(fields), 303)


async def _state(answers: Answers, digest_id: str, revision: int) -> tuple[str, str]:
    """What became of what was published, and words; no state where Elasticsearch does not answer."""
    try:
        status = await answers.status(digest_id, revision)
    except SearchError as error:
        return "", error.chinese
    return status.state, status.message


def _shown(answer: bytes) -> Shown:
    """Raises IngestAway where it is no preview."""
    try:
        return shown(read_preview(answer))
    except Rejected as error:
        raise IngestAway(f"ingest answered no preview: {error.message}") from error


async def _to_mend(page: Page, request: Request, feeding: Feeding, *, part: bool) -> Response | None:
    """The page again, as it was, where its form is no good; raises CrossSite for others' forms."""
    nonce = request.cookies.get(csrf.COOKIE)
    stale = None
    try:
        page.forms.check(headers=dict(request.headers), nonce=nonce, token=feeding.token, by=page.by(request))
    except Stale as error:
        stale = error
    if feeding.beside:  # a browser keeps no file that was chosen
        both = OneOfBoth("a file was chosen and text was pasted: send one of them")
        return await page.start(request, given=feeding.given, pasted=feeding.pasted, error=both)
    return await page.edit(request, feeding, error=stale, words=STALE, part=part) if stale else None


async def _refused(page: Page, request: Request, feeding: Feeding, error: SearchError, *, part: bool, words: str) -> Response:
    """The step where it can be mended, with what was filled in and chosen."""
    if error.code in CONTENT and not part:
        return await page.start(request, given=feeding.given, pasted=feeding.pasted, error=error)
    return await page.edit(request, feeding, error=error, words=words if error.code in WITHOUT_PREVIEW else None, part=part)


def _filled(given: Given, found: Shown | None) -> Given:
    """What the fields show: what was said, else what the digest itself says, and that it was only found."""
    if found is None:
        return given
    said, digest = given.said(), found.preview.digest
    title, day = digest.title or "", digest.published_on.isoformat() if digest.published_on else ""
    return replace(
        given,
        title=said.get("title", title),
        found_title="" if "title" in said else title,
        published_on=said.get("published_on", day),
        found_published_on="" if "published_on" in said else day,
    )
