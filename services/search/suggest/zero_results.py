"""A search that found nothing → queries that may have been meant and do find something, what emptied it, and advice.

What found something is kept as a past query, to be suggested.
"""

import asyncio
from typing import Any

from services.search.answer.finder import Finder
from services.search.models.search import EmptiedBy, SearchAnswer
from services.search.query import relax
from services.search.query.facets import FACETS, TREES
from services.search.query.request import SearchRequest
from services.search.suggest.advice import Search, advice, few, total
from services.search.suggest.suggester import Suggester

MENDS = 3
"""Mended queries that are shown."""

NEAR = 2
"""Values that are proposed for one that no item has."""

LABELS = {name: facet.label for name, facet in FACETS.items()} | {"exclude": "排除", "target": "目标", "story": "同一报道", "date": "发布日期"}
"""Filters as people know them"""


class HelpedSearch:
    """Answers what people search for; raises SearchError alone."""

    def __init__(self, finder: Finder, suggester: Suggester) -> None:
        self._finder, self._suggester = finder, suggester

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """As the finder's; with help where nothing is found."""
        answer = await self._finder.search(request)
        if request.cursor:
            return answer
        if answer.total and relax.NONE not in answer.notices:
            if self._suggester.past and request.q and not answer.relaxed:
                self._suggester.past.note(request.q, answer.total)
            return answer
        search = few(self._finder.search)
        meant = await suggestions_for(request, self._suggester, search) if request.q.strip() else ()
        if answer.total:
            return answer.model_copy(update={"did_you_mean": tuple(meant)})
        emptied = [EmptiedBy(name=name, label=LABELS[name], total=items) for name, items in await emptying(request, search)]
        question = await self._finder.question(request)
        said = await advice(request, question, search, today=self._finder.today, near=self._near)
        return answer.model_copy(update={"did_you_mean": tuple(meant), "emptied_by": tuple(emptied), "advice": tuple(said)})

    def _near(self, facet: str, value: str) -> list[str]:
        """Values of a facet that hold what was asked for: 产品碳足迹 for 碳足迹."""
        kind = "region" if facet in TREES else facet
        return [found.name.value for found in self._suggester.candidates(kind, value, NEAR)]


async def suggestions_for(request: SearchRequest, suggester: Suggester, search: Search) -> list[str]:
    """Queries like the request's that find something under its filters, the likeliest first, at most MENDS."""
    tried = await suggester.mends(request.q)
    found = await asyncio.gather(*(total(request, search, q=query) for query in tried))
    return [query for query, hits in zip(tried, found, strict=True) if hits][:MENDS]


async def emptying(request: SearchRequest, search: Search) -> list[tuple[str, int]]:
    """Of a search that finds nothing: each filter without which it would find something, and how many items; the best first."""
    sets: dict[str, dict[str, Any]] = {name: {name: []} for name in request.filters}
    sets |= {name: {name: []} for name in ("exclude", "target", "story") if getattr(request, name)}
    if request.date_from or request.date_to or request.undated:
        sets["date"] = {"date_from": None, "date_to": None, "undated": False}
    totals = await asyncio.gather(*(total(request, search, **without) for without in sets.values()))
    return sorted(((name, items) for name, items in zip(sets, totals, strict=True) if items), key=lambda pair: -pair[1])
