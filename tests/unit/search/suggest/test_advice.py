"""Advice on a query that found nothing, over a search that is made up."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.search.models.search import SearchAnswer
from services.search.query.language.read import read
from services.search.query.query import Question
from services.search.query.request import SearchRequest
from services.search.suggest.advice import AT_ONCE, VALUES, advice, few

TODAY = date(2026, 2, 9)


class Searches:
    """Answers each request with as many items as `found` says, and counts."""

    def __init__(self, found: Callable[[SearchRequest], int] = lambda _request: 0) -> None:
        self._found = found
        self.asked: list[SearchRequest] = []
        self.most = self._running = 0

    async def __call__(self, request: SearchRequest) -> SearchAnswer:
        """Return an empty page with a total."""
        self.asked.append(request)
        self._running += 1
        self.most = max(self.most, self._running)
        await asyncio.sleep(0)
        self._running -= 1
        return SearchAnswer(total=self._found(request), sort="date", hits=(), facets=(), took_ms=1)


async def said(search: Searches, q: str = "", **parameters: Any) -> list[tuple[str, str | None]]:
    """Messages with the queries that they propose."""
    request = SearchRequest.model_validate({"q": q, **parameters})
    question = Question(request, read(q, today=TODAY))
    return [(one.message, one.query) for one in await advice(request, question, search, today=TODAY, near=lambda _facet, _value: ())]


async def test_of_many_values_a_few_are_looked_for() -> None:
    """Each is a search of its own, and a url may have hundreds."""
    search = Searches()
    many: dict[str, Any] = {name: [f"没有的{number}" for number in range(50)] for name in ("topic", "source", "section", "level")}
    found = await said(search, **many)
    alone = [asked for asked in search.asked if sum(map(len, asked.filters.values())) == 1]
    assert len(alone) == VALUES
    assert [message for message, _ in found] == [f"没有栏目“没有的{number}”的条目。" for number in range(VALUES)]


async def test_a_few_searches_run_at_a_time() -> None:
    """However many are asked for at once, all are answered."""
    search = Searches(lambda _request: 1)
    asked = few(search)
    answers = await asyncio.gather(*(asked(SearchRequest.model_validate({})) for _ in range(40)))
    assert {answer.total for answer in answers} == {1}
    assert (len(search.asked), search.most) == (40, AT_ONCE)


@pytest.mark.parametrize("q", ["昆山 NOT 补贴", "昆山 -补贴", "昆山 －补贴", "昆山 NOT  (补贴)", "昆山 -（补贴）"])
async def test_an_exclusion_is_named_by_what_is_excluded(q: str) -> None:
    """However it is written: neither the minus nor the NOT is part of it."""
    ((message, query),) = await said(Searches(lambda request: request.q == "昆山"), q)
    assert message in ("不排除“补贴”,有 1 条。", "不排除“(补贴)”,有 1 条。", "不排除“（补贴）”,有 1 条。")
    assert query == "昆山"


@pytest.mark.parametrize("value", ["本周", "“本周”", '"本周"', "(本周)", "（本周）", "(“本周”)", "这周"])
@pytest.mark.parametrize("field", ["日期:", "after:", "日期："])
async def test_a_time_without_anything_is_moved_back(field: str, value: str) -> None:
    """Whatever marks stand round it; the query that is proposed can be read."""
    search = Searches(lambda request: request.q == f"储能 {field}上周")
    said_so = value.strip('“”"()（）')
    assert await said(search, f"储能 {field}{value}") == [(f"“{said_so}”还没有;换成“上周”,有 1 条。", f"储能 {field}上周")]
