"""One digest, and what became of it: as JSON and as a page."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.search.answer.answers import Answers
from services.search.answer.finder import today_in_shanghai
from services.search.answer.journeys import Journeys, UnknownDigest
from services.search.answer.others import shown
from services.search.errors import NotFound
from services.search.models.digest import PAGE_ITEMS, DigestAnswer
from services.search.models.fed import FedDigest
from services.search.models.journey import JourneyAnswer
from services.search.models.search import StatusAnswer
from services.search.query.language.errors import QueryError
from services.search.query.language.limits import MAX_QUERY
from services.search.query.language.nodes import Node
from services.search.query.language.read import read
from services.search.threads import quick
from services.search.web.fed.own import Known
from services.search.web.fed.routes import LABELS, LIGHTS
from services.search.web.journey import words
from services.search.web.parameters import AWAY, INVALID, MISSING, PAGE, DigestId, Revision
from services.search.web.rendering import render

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="第几页")]
Searched = Annotated[str, Query(max_length=MAX_QUERY)]
Size = Annotated[int, Query(ge=1, le=500, description="每页条数")]


def router(answers: Answers, known: Known, journeys: Journeys) -> APIRouter:
    """Return the routes."""
    made = APIRouter()

    @made.get("/api/digests/{digest_id}", summary="一份简报", tags=["检索"], responses=AWAY | MISSING | INVALID)
    async def digest(digest_id: DigestId, page: PageNumber = 1, size: Size = PAGE_ITEMS) -> DigestAnswer:
        """一份简报及其条目(按原顺序,每页 `size` 条)、目录、拆分时的提醒。"""
        return await answers.digest(digest_id, page=page, size=size)

    @made.get("/api/digests/{digest_id}/status", summary="一份简报的处理状态", tags=["流水线"], responses=AWAY | MISSING | INVALID)
    async def status(digest_id: DigestId, revision: Revision = None) -> StatusAnswer:
        """waiting 等待处理,searchable 可以检索,superseded 已有新版,withdrawn 已撤回,dead 无法处理,quarantined 已隔离。

        尚未见到的简报也答 waiting。
        """
        return await answers.status(digest_id, revision)

    @made.get("/digests/{digest_id}", **PAGE)
    async def page(request: Request, digest_id: DigestId, page: PageNumber = 1, q: Searched = "") -> Response:
        """`q`: what was searched for, which is marked in the text outside items."""
        try:
            # Links are made of an item's ordinal: beyond the last page where items before it were refused.
            digest = await answers.digest(digest_id, page=page, or_last=True)
        except NotFound:
            found, row = await journeys.digest(digest_id), await known(request, digest_id)
            if found is None and row is None:
                raise UnknownDigest(f"nothing is known of digest {digest_id}") from None
            return _not_indexed(digest_id, found, row)
        row = await known(request, digest_id) if digest.withdrawn else None  # its manifest has lost its name and time
        node = _asked(q)
        others = await quick(shown, digest.others, node)
        return render("digest.html", digest=digest, row=row, others=others, asked=node is not None, q=q)

    return made


def _not_indexed(digest_id: str, found: JourneyAnswer | None, row: FedDigest | None) -> Response:
    """The page of a digest that the index has nothing of: by the ledger, else by ingest's list and the dead letters."""
    label, light = (LABELS[row.state], LIGHTS[row.state]) if row else ("", "")
    said = ""
    if found is not None and row is not None and (row.revision or 0) > (found.revision or 0):
        found = None  # ingest took another revision that the ledger has not heard of yet
    if found is not None:
        label, light, _ = words.WHERE[found.where]
        said = words.sentence(found)
    called = next((one for one in _names(row, found) if one), "未命名简报")
    return render(
        "digest_not_indexed.html",
        digest_id=digest_id,
        found=found,
        row=row,
        called=called,
        label=label,
        light=light,
        said=said,
    )


def _names(row: FedDigest | None, found: JourneyAnswer | None) -> Iterator[str | None]:
    """What a digest may be called, the best first."""
    if row is not None:
        yield row.title
        yield row.file_name
    for one in (row, found):
        if one is not None:
            yield one.title or one.external_id or one.url


def _asked(q: str) -> Node | None:
    """The tree of a query; None for what can't be read, as a page is no place to say so."""
    try:
        return read(q, today=today_in_shanghai()).node
    except QueryError:
        return None
