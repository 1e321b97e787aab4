"""Parameters of a search as they come in a url → SearchRequest, checked. Pure.

Empty parameters count as absent: that is what a form sends for a field left blank.
"""

import hashlib
import re
from datetime import date
from typing import Annotated, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from services.index.search.facets import FACETS
from services.index.search.words import MAX_QUERY, MAX_WORDS

Sort = Literal["relevance", "date"]

MAX_SIZE = 100
"""Hits on one page; who wants more takes the next page, to the last hit."""

MAX_VALUES = 50
"""Values of one filter: more than anybody ticks, and few enough for a url."""

# As long as the longest keyword that is worth filtering by: the name of a document, with room to spare.
Value = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
Values = Annotated[list[Value], Field(default_factory=list, max_length=MAX_VALUES)]


class SearchRequest(BaseModel):
    """What is searched for. Within one filter any of its values will do; all filters must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field(
        default="",
        max_length=MAX_QUERY,
        description=f'词语之间用空格,表示都要出现;"引号"内逐字查找。留空则列出全部。最多 {MAX_QUERY} 字、{MAX_WORDS} 个词。',
        examples=["零碳工厂"],
    )
    section: Values = Field(description="栏目")
    about: Values = Field(description="所述地区(不只是提到):行政区划代码(GB/T 2260)或名称,包含下级地区", examples=[["320583"], ["江苏省"]])
    region: Values = Field(description="提及地区:行政区划代码(GB/T 2260)或名称,包含下级地区", examples=[["320583"], ["江苏省"]])
    agency: Values = Field(description="机关")
    company: Values = Field(description="企业")
    document: Values = Field(description="文件名")
    topic: Values = Field(description="主题")
    doc_type: Values = Field(description="类型")
    level: Values = Field(description="层级:国际、国家、省、市、县、企业")
    source: Values = Field(description="来源")
    date_from: date | None = Field(default=None, description="发布日期从(含),如 2026-02-01")
    date_to: date | None = Field(default=None, description="发布日期到(含)")
    sort: Sort | None = Field(default=None, description="relevance 按相关度(有检索词时的默认),date 按日期从新到旧")
    size: int = Field(default=20, ge=1, le=MAX_SIZE, description=f"每页条数,最多 {MAX_SIZE}")
    cursor: str | None = Field(default=None, max_length=8000, description="下一页的游标:上一页答案中的 next;其他参数须与上一页相同")

    @field_validator("date_from", "date_to", "sort", "cursor", "size", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object, info: object) -> object:
        if value == "":
            return 20 if getattr(info, "field_name", "") == "size" else None
        return value

    @field_validator("date_from", "date_to", mode="before")
    @classmethod
    def _day_is_written_out(cls, value: object) -> object:
        # Pydantic would take 20260201 for a count of seconds: an answer to another question.
        if isinstance(value, str) and value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("write the day as 2026-02-01")
        return value

    @field_validator(*FACETS, mode="after")
    @classmethod
    def _blanks_drop_out(cls, values: list[str]) -> list[str]:
        return [value for value in dict.fromkeys(values) if value]

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError("date_from is after date_to: swap them")
        return self

    @property
    def filters(self) -> dict[str, list[str]]:
        """The filters that are set, by name."""
        return {name: values for name in FACETS if (values := getattr(self, name))}

    @property
    def order(self) -> Sort:
        """How hits are ordered: without words there is no relevance."""
        return "date" if not self.q.strip() else self.sort or "relevance"

    @property
    def fingerprint(self) -> str:
        """The same for requests that differ in nothing but the cursor: a cursor belongs to one list of hits."""
        facts = self.model_dump(mode="json", exclude={"cursor"})
        return hashlib.blake2b(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
