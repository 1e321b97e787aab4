"""A query that found nothing → what to do about it, said of just this query, each way tried first.

    日期:本周            本周还没有;  日期:上周,有 12 条
    地区:火星 零碳        没有地区“火星”的条目;  去掉“地区:火星”,有 4 条
    “昆山 零碳园” 补贴    “昆山 零碳园”去掉引号,有 2 条;  去掉“补贴”,有 3 条
    relax=false         连相近的一起列,有 9 条

Nothing is advised that finds nothing, so no advice leads to a page that is as empty.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any

from services.search.errors import SearchError
from services.search.models.search import Advice, SearchAnswer
from services.search.query.clauses import no_alternatives
from services.search.query.language import times
from services.search.query.language.marks import QUOTES
from services.search.query.language.nodes import Dates, Filter, Node, Not, Phrase
from services.search.query.language.part import Part, otherwise, parts, value_of, without
from services.search.query.named import known, shown, taken
from services.search.query.query import Question
from services.search.query.request import NONE, SearchRequest
from services.search.suggest.term import written

Search = Callable[[SearchRequest], Awaitable[SearchAnswer]]
"""services.search.answer.finder.Finder.search"""

Near = Callable[[str, str], Sequence[str]]
"""(facet, value) → values of that facet like it"""

MOST = 5
"""Pieces of advice that are given: who reads more has forgotten the first."""

VALUES = 5
"""Values that are looked for alone, of all filters together: each is a search, and more could not be told."""

AT_ONCE = 8
"""Searches for help that one empty answer has running: those of others, which may find something, go on."""

_NOT = re.compile(r"(?:[-－]|NOT\s+)+")
_ALONE: dict[str, Any] = {"size": 1, "cursor": None, "facets": [NONE], "sort": None, "fold": False, "others": 0, "relax": False}


def few(search: Search) -> Search:
    """Return the same search, of which AT_ONCE run at a time and the others wait."""
    room = asyncio.Semaphore(AT_ONCE)

    async def waiting(request: SearchRequest) -> SearchAnswer:
        async with room:
            return await search(request)

    return waiting


async def tried(request: SearchRequest, search: Search, **otherwise: Any) -> SearchAnswer | None:
    """Return the answer to the request with something otherwise, found strictly.

    None where it can't be told: help that fails is no help, but no harm.
    """
    try:
        return await search(request.model_copy(update=_ALONE | otherwise))
    except (SearchError, ValueError):
        return None


async def total(request: SearchRequest, search: Search, **otherwise: Any) -> int:
    """What the request would find with something otherwise."""
    answer = await tried(request, search, **otherwise)
    return answer.total if answer else 0


async def advice(request: SearchRequest, question: Question, search: Search, *, today: date, near: Near) -> list[Advice]:
    """What to do about a request that found nothing: the surest first, at most MOST."""
    q, found = request.q, parts(request.q, question.query.node)
    groups = await asyncio.gather(
        *(_missing(request, question, part, search, near) for part in found if isinstance(part.node, Filter)),
        _missing_parameters(request, search),
        *(_earlier(request, part.node, search, today) for part in found if isinstance(part.node, Dates)),
        *(_unquoted(request, part, search) for part in found if isinstance(part.node, Phrase)),
        _switched(request, search),
        *(_without(request, part, search, _left(q, part, found, today)) for part in reversed(found)),
        _unfiltered(request, search),
    )
    best = dict.fromkeys(one for group in groups for one in group)
    return list(best)[:MOST]


async def _missing(request: SearchRequest, question: Question, part: Part, search: Search, near: Near) -> list[Advice]:
    """That no item at all has what a field asks for, and the values that there are instead."""
    node = part.node
    assert isinstance(node, Filter)
    if await total(SearchRequest.model_validate({}), search, q=request.q[part.start : part.end]):
        return []
    queries = {value: otherwise(request.q, node, written(value)) for value in near(node.facet, node.value)}
    totals = await asyncio.gather(*(total(request, search, q=query) for query in queries.values()))
    said = _nowhere(node.facet, node.value, known(node.facet, node.value, question.alternatives))
    return [Advice(message=said)] + [
        Advice(message=f"换成“{value}”,有 {items:,} 条。", query=query, total=items)
        for (value, query), items in zip(queries.items(), totals, strict=True)
        if items
    ]


async def _missing_parameters(request: SearchRequest, search: Search) -> list[Advice]:
    """That no item at all has a value of a filter."""
    asked = [(name, value) for name, values in request.filters.items() for value in values][:VALUES]
    every = SearchRequest.model_validate({})
    totals = await asyncio.gather(*(total(every, search, **{name: [value]}) for name, value in asked))
    absent = [one for one, items in zip(asked, totals, strict=True) if not items]
    return [Advice(message=_nowhere(name, _label(name, value), True)) for name, value in absent]


def _label(facet: str, value: str) -> str:
    """江苏省苏州市 for 320500."""
    labels = taken(facet, value, no_alternatives).labels
    return labels[0] if len(labels) == 1 else value


def _nowhere(facet: str, value: str, named: bool) -> str:
    return f"没有{shown(facet)}“{value}”的条目" + ("。" if named else f",也没有认得的{shown(facet)}叫这个名称。")


async def _earlier(request: SearchRequest, node: Dates, search: Search, today: date) -> list[Advice]:
    """Times further back that have something."""
    said = value_of(request.q, node)
    others = times.earlier(said, today)
    queries = [otherwise(request.q, node, other) for other in others]
    totals = await asyncio.gather(*(total(request, search, q=query) for query in queries))
    return [
        Advice(message=f"“{said}”还没有;换成“{other}”,有 {items:,} 条。", query=query, total=items)
        for other, query, items in zip(others, queries, totals, strict=True)
        if items
    ]


async def _unquoted(request: SearchRequest, part: Part, search: Search) -> list[Advice]:
    """A phrase's words without its quotation marks."""
    node = part.node
    assert isinstance(node, Phrase)
    query = f"{request.q[: node.start]}{node.text}{request.q[node.end :]}"
    items = await total(request, search, q=query) if node.field is None else 0
    return [Advice(message=f"“{node.text}”去掉引号,有 {items:,} 条。", query=query, total=items)] if items else []


async def _switched(request: SearchRequest, search: Search) -> list[Advice]:
    """What was switched off: other names, and what is merely like a text."""
    found = []
    if not request.synonyms and (items := await total(request, search, synonyms=True)):
        found.append(Advice(message=f"连同义词一起找,有 {items:,} 条。", change="synonyms", total=items))
    if not request.relax and (items := await total(request, search, relax=True)):
        found.append(Advice(message=f"连相近的一起列,有 {items:,} 条。", change="relax", total=items))
    return found


async def _without(request: SearchRequest, part: Part, search: Search, left: str | None) -> list[Advice]:
    """The query without one of its conditions; of days, from when to when there is something."""
    answer = await tried(request, search, q=left, facets=["date"]) if left is not None else None
    if not answer or not answer.total:
        return []
    said = request.q[part.start : part.end]
    days = _days(answer) if _dated(part.node) else ""
    head = f"不排除{_shown(_NOT.sub('', said, count=1))}" if isinstance(part.node, Not) else f"去掉{_shown(said)}"
    return [Advice(message=f"{head},有 {answer.total:,} 条{days}。", query=left, total=answer.total)]


def _left(q: str, part: Part, found: Sequence[Part], today: date) -> str | None:
    """The query without a part; nothing but days is asked for without them, and no list of all but what is excluded is proposed."""
    if len(found) > 1 and all(isinstance(one.node, Not) for one in found if one is not part):
        return None
    return "" if len(found) == 1 and _dated(part.node) else without(q, part, today=today)


def _shown(said: str) -> str:
    """In quotation marks, where it has none of its own."""
    return said if said[0] in QUOTES else f"“{said}”"


def _dated(node: Node) -> bool:
    return isinstance(node, Dates)


def _days(answer: SearchAnswer) -> str:
    """From when to when there are items."""
    buckets = [bucket for bucket in (answer.dates.buckets if answer.dates else ()) if bucket.count]
    return f"({buckets[0].first} 至 {buckets[-1].last})" if buckets else ""


async def _unfiltered(request: SearchRequest, search: Search) -> list[Advice]:
    """Without all filters, where several are set: each alone is told by services.search.suggest.zero_results."""
    fields = cleared(request)
    if len(fields) < 2 or not (items := await total(request, search, **fields)):
        return []
    return [Advice(message=f"去掉全部筛选条件,有 {items:,} 条。", change="filters", total=items)]


def cleared(request: SearchRequest) -> dict[str, Any]:
    """The filters that are set, each as it is without."""
    lists: Iterable[str] = (*request.filters, *(name for name in ("exclude", "target", "story") if getattr(request, name)))
    dates = {name: None for name in ("date_from", "date_to") if getattr(request, name)}
    undated = {"undated": False} if request.undated else {}
    return {name: [] for name in lists} | dates | undated
