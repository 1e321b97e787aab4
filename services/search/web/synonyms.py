"""JSON route of synonyms: what a text is searched as too, and what is wrong with the file of one's own."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from services.search.models.search import Answer
from services.search.query.language.limits import MAX_QUERY
from services.search.query.synonym_file import SynonymFile


class ProblemAnswer(Answer):
    """Something in the file that does not count."""

    line: int | None = Field(examples=[3], description="From 1; null for the whole file")
    message: str = Field(examples=["至少要有两个不同的词,用 = 或 => 分开"])


class SynonymsAnswer(Answer):
    """Other ways to say a text."""

    q: str = Field(examples=["双碳"])
    always: tuple[str, ...] = Field(examples=[()], description="Searched for also in quotation marks, and with synonyms=false")
    relaxed: tuple[str, ...] = Field(examples=[("碳达峰碳中和",)], description="Searched for beside words without quotation marks")
    problems: tuple[ProblemAnswer, ...] = Field(default=(), description="Of SEARCH_SYNONYMS: lines that do not count, as of the last look")


def router(synonyms: SynonymFile) -> APIRouter:
    """The route under /api."""
    api = APIRouter(prefix="/api", tags=["检索"])

    @api.get("/synonyms", summary="同义词")
    async def said(q: Annotated[str, Query(max_length=MAX_QUERY, description="一个词或短语", examples=["双碳"])] = "") -> SynonymsAnswer:
        """一个词还会按哪些说法查找,以及自备的同义词文件(SEARCH_SYNONYMS)哪些行有误。改动文件后几秒内生效,不必重启或重建索引。"""
        current = await synonyms.current()
        always = current.alternatives(q, exact=True)
        relaxed = tuple(other for other in current.alternatives(q, exact=False) if other not in always)
        problems = tuple(ProblemAnswer(line=problem.line, message=problem.message) for problem in synonyms.problems)
        return SynonymsAnswer(q=q, always=always, relaxed=relaxed, problems=problems)

    return api
