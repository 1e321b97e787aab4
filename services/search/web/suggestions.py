"""JSON routes of suggestions: the query box or a facet's name in, an answer of models.py out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from services.search.models.search import ErrorAnswer, FacetValue, SearchAnswer
from services.search.models.suggest import KINDS, MendAnswer, SuggestAnswer, Suggestion, ValuesAnswer
from services.search.query import named
from services.search.query.facets import FACETS, TREES
from services.search.query.language.fields import FIELDS
from services.search.query.language.limits import MAX_QUERY
from services.search.query.query import Question
from services.search.query.request import MAX_VALUES, SearchRequest
from services.search.suggest.advice import Search
from services.search.suggest.names import Found
from services.search.suggest.suggester import Suggester
from services.search.suggest.term import Term, joined, quoted, written
from services.search.suggest.zero_results import suggestions_for
from services.search.web.parameters import AWAY, INVALID, given_once

if TYPE_CHECKING:
    FacetName = str
else:
    FacetName = Literal[tuple(FACETS)]  # as many as there are facets


class FindRequest(SearchRequest):
    """A search, and what is sought among a facet's values."""

    find: str = Field(default="", max_length=100, description="汉字、全拼或首字母,如 昆山、kunshan、ks;留空则按条数列出", examples=["ks"])


def router(suggester: Suggester, search: Search, read: Callable[[SearchRequest], Awaitable[Question]]) -> APIRouter:
    """The routes under /api; `read` gives a request as `search` takes it."""
    api = APIRouter(prefix="/api", tags=["检索"])

    @api.get("/suggest", summary="输入提示", responses=AWAY | INVALID)
    async def suggest(
        q: Annotated[str, Query(max_length=MAX_QUERY, description="检索框中光标之前的文字,补全其最后一个词", examples=["ks"])] = "",
        size: Annotated[int, Query(ge=1, le=50, description="最多几条")] = 10,
    ) -> SuggestAnswer:
        """按汉字、全拼、首字母提示地区、机关、企业、文件、主题等名称,以及条目标题和搜过的词。"""
        await suggester.ready()
        complete = suggester.complete  # before titles are waited for: names may come meanwhile
        found = await suggester.suggest(q, size)
        return SuggestAnswer(suggestions=tuple(_suggestion(term, one) for term, one in found), complete=complete)

    @api.get("/suggest/mend", summary="您要找的是不是", responses=AWAY | INVALID)
    async def mend(
        q: Annotated[str, Query(max_length=MAX_QUERY, description="没有结果的查询", examples=["坤山 零碳工厂"])] = "",
    ) -> MendAnswer:
        """为没有结果的查询找同音、形近的写法;每一条都确有结果。"""
        return MendAnswer(queries=tuple(await suggestions_for(SearchRequest.model_validate({"q": q}), suggester, search)))

    @api.get(
        "/facets/{name}",
        summary="在筛选项中查找",
        responses=AWAY | INVALID | {400: {"model": ErrorAnswer, "description": "查询有误"}},
        dependencies=[Depends(given_once)],
    )
    async def values(name: FacetName, request: Annotated[FindRequest, Query()]) -> ValuesAnswer:
        """某一筛选项中符合 find 的值,及其在当前检索下的条数;没有条目的值不列出。"""
        await suggester.ready()
        complete = suggester.complete
        found = suggester.candidates("region" if name in TREES else name, request.find, MAX_VALUES)
        counted: list[FacetValue] = []
        if found:
            question = await read(request)
            values = [named.values(name, one.name.value, question.alternatives)[0] for one in found]
            chosen = set(getattr(question.request, name))
            asked = request.model_copy(update={name: values, "facets": [name], "size": 1, "others": 0, "cursor": None})
            counted = _counted(dict(zip(values, found, strict=True)), await search(asked), name, chosen)
        return ValuesAnswer(name=name, label=FACETS[name].label, values=tuple(counted), complete=complete)

    return api


def _suggestion(term: Term, found: Found) -> Suggestion:
    name = found.name
    html = term.html(found.key)
    if found.key != name.label:
        # Found by another name of it, which its own may not show: 国家发展和改革委员会(发改委).
        html = term.html(name.label) if term.span(name.label) else f"{term.html(name.label)}({html})"
    return Suggestion(
        kind=name.kind,
        kind_label=KINDS[name.kind],
        value=name.value,
        label=name.label,
        note=name.note,
        count=name.count,
        query=_query(term, found),
        html=html,
    )


def _query(term: Term, found: Found) -> str:
    name = found.name
    if name.kind == "query":
        return f"{name.value} "
    if term.field:
        return joined(term.before, f"{term.field}:{written(name.value)}")
    if name.kind in FIELDS and FIELDS[name.kind].kind == "facet":
        return joined(term.before, f"{FIELDS[name.kind].chinese}:{written(name.value)}")
    return joined(term.before, quoted(name.label))


def _counted(found: Mapping[str, Found], answer: SearchAnswer, name: str, chosen: set[str]) -> list[FacetValue]:
    """The values in the order in which they fit, with their counts in the answer to a search that ticks them all."""
    counts = {value.value: value.count for facet in answer.facets if facet.name == name for value in facet.values}
    return [
        FacetValue(value=value, label=one.name.label + (f"({one.name.note})" if one.name.note else ""), count=counts[value], selected=value in chosen)
        for value, one in found.items()
        if counts.get(value)
    ]
