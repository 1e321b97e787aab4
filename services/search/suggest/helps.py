"""A search that found nothing → queries that may have been meant and do find something, and the filters that emptied it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from services.search.errors import SearchError
from services.search.models.search import SearchAnswer
from services.search.query.request import NONE, SearchRequest
from services.search.suggest.suggester import Suggester

Search = Callable[[SearchRequest], Awaitable[SearchAnswer]]
"""services.search.answer.finder.Finder.search"""

MENDS = 3
"""Mended queries that are shown."""


async def suggestions_for(request: SearchRequest, suggester: Suggester, search: Search) -> list[str]:
    """Queries like the request's that find something under its filters, the likeliest first, at most MENDS."""
    tried = await suggester.mends(request.q)
    found = await asyncio.gather(*(_total(request, search, q=query) for query in tried))
    return [query for query, hits in zip(tried, found, strict=True) if hits][:MENDS]


async def _total(request: SearchRequest, search: Search, **otherwise: Any) -> int:
    """What the request would find with something otherwise; 0 where that can't be told: help that fails is no help, but no harm."""
    try:
        answer = await search(request.model_copy(update={"size": 1, "cursor": None, "facets": [NONE], "sort": None, "fold": False} | otherwise))
    except (SearchError, ValueError):
        return 0
    return 0 if answer.relaxed else answer.total


async def emptying(request: SearchRequest, search: Search) -> list[tuple[str, int]]:
    """Of a search that finds nothing: each filter without which it would find something, and how many items; the best first."""
    sets: dict[str, dict[str, Any]] = {name: {name: []} for name in request.filters}
    sets |= {name: {name: []} for name in ("exclude", "target") if getattr(request, name)}
    if request.date_from or request.date_to:
        sets["date"] = {"date_from": None, "date_to": None}
    totals = await asyncio.gather(*(_total(request, search, **without) for without in sets.values()))
    return sorted(((name, total) for name, total in zip(sets, totals, strict=True) if total), key=lambda pair: -pair[1])
