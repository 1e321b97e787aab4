"""Parameters of a search as they come in a url → SearchRequest, checked. Pure.

Empty parameters count as absent: that is what a form sends for a field left blank.
"""

import hashlib
import re
from datetime import date
from typing import Annotated, Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from services.search.models.search import Sort
from services.search.query import targets as target_filter
from services.search.query.facets import ALL, FACETS
from services.search.query.language.errors import QueryError
from services.search.query.language.limits import MAX_QUERY, MAX_WORDS
from services.search.query.language.nodes import Target

MAX_SIZE = 100
"""Hits on one page; who wants more takes the next page, to the last hit."""

MAX_VALUES = 50
"""Values of one filter: more than anybody ticks, and few enough for a url."""

# As long as the longest keyword that is worth filtering by: the name of a document, with room to spare.
Value = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
Values = Annotated[list[Value], Field(default_factory=list, max_length=MAX_VALUES)]

BLANK = {"type": "string", "maxLength": 0}
"""What a form sends for a field left blank, as OpenAPI says it"""


def _or_blank(schema: dict[str, Any]) -> None:
    """Say in a parameter's schema that it may be blank."""
    kinds = schema.pop("anyOf", None) or [{name: schema.pop(name) for name in ("type", "enum", "format", "minimum", "maximum") if name in schema}]
    schema["anyOf"] = [*(kind for kind in kinds if kind != {"type": "null"}), BLANK]


NONE = "none"
"""Asks for no facet at all"""

_FACET = "|".join(FACETS)
# The patterns stand in OpenAPI alone: what breaks them is told in words.
Excluded = Annotated[Value, Field(json_schema_extra={"pattern": rf"^\s*(({_FACET}):\s*\S.*)?$"})]
Named = Annotated[Value, Field(json_schema_extra={"pattern": rf"^\s*({NONE}|(({'|'.join(ALL)})(\s*,\s*({'|'.join(ALL)}))*)?)\s*$"})]
Aimed = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), Field(json_schema_extra={"pattern": f"^{target_filter.PATTERN}$"})]


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
    about: Values = Field(
        description="所述地区(不只是提到):行政区划代码(GB/T 2260)或名称(全称、简称、长三角 等合称),包含下级地区", examples=[["320583"], ["江苏"]]
    )
    region: Values = Field(description="提及地区:行政区划代码(GB/T 2260)或名称,同上,包含下级地区", examples=[["320583"], ["江苏"]])
    agency: Values = Field(description="机关:全称、简称或英文缩写,按全称查找并在 notices 中说明", examples=[["发改委"]])
    company: Values = Field(description="企业:全称、简称、俗称、英文名或股票代码,同上", examples=[["宁王"]])
    document: Values = Field(description="文件名,书名号可省")
    topic: Values = Field(description="主题")
    doc_type: Values = Field(description="类型")
    level: Values = Field(description="层级:国际、国家、省、市、县、企业")
    source: Values = Field(description="来源")
    exclude: list[Excluded] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description=f"排除:筛选项:值,可重复给出,如 region:320583、source:weekly;筛选项为 {'、'.join(FACETS)} 之一",
        examples=[["region:320583"]],
    )
    target: list[Aimed] = Field(
        default_factory=list,
        max_length=10,
        description="目标:指标、比较、数值与单位、最迟年份,如 装机>=10GW@2030,也找得到“2030年装机达到1000万千瓦以上”;"
        "各部分都可省略;重复给出须同时符合。"
        "不写单位时只与件数(家、个、项 等)比较",
        examples=[["装机>=10GW@2030"]],
    )
    story: Values = Field(description="同一报道的全部条目:答案中 story.keys 给出的值,可重复给出", examples=[["9f1c0a7d52e84b36"]])
    date_from: date | None = Field(default=None, description="发布日期从(含),如 2026-02-01", json_schema_extra=_or_blank)
    date_to: date | None = Field(default=None, description="发布日期到(含)", json_schema_extra=_or_blank)
    undated: bool = Field(default=False, json_schema_extra=_or_blank, description="只列日期不详的:没有写明发布日期、也推断不出来的")
    sort: Sort | None = Field(
        default=None,
        json_schema_extra=_or_blank,
        description="relevance 按相关度(有检索词时的默认),date 按日期从新到旧,date_asc 从旧到新;"
        "target 按目标值从大到小,target_asc 从小到大,须给出带数值的目标,没有该目标的条目排在最后",
    )
    synonyms: bool = Field(default=True, json_schema_extra=_or_blank, description="是否连同义词、简称一起查找,如 发改委 与 发展和改革委员会")
    relax: bool = Field(
        default=True, json_schema_extra=_or_blank, description="完全相符的不足一页时,是否连同相近的条目一起列出;已知的名称和四个字以内的词从不放宽"
    )
    fold: bool = Field(default=False, json_schema_extra=_or_blank, description="相近报道合并:同一消息的多篇报道只列排在最前的一篇,并注明最早见于何处")
    facets: list[Named] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        description=f"要计数的筛选项:{'、'.join(ALL)}(date 为按时间的分布),逗号分隔或重复给出;none 表示不要;不给则全要",
        examples=[["region,topic,date"], ["none"]],
    )
    size: int = Field(default=20, ge=1, le=MAX_SIZE, json_schema_extra=_or_blank, description=f"每页条数,最多 {MAX_SIZE}")
    others: int = Field(
        default=5,
        ge=0,
        le=MAX_SIZE,
        json_schema_extra=_or_blank,
        description=f"简报中的其他文字(目录、栏目、声明等不属于任何条目的文字):最多列出几份简报,最多 {MAX_SIZE};0 表示不找",
    )
    cursor: str | None = Field(default=None, max_length=8000, description="下一页的游标:上一页答案中的 next;其他参数须与上一页相同")

    @field_validator("date_from", "date_to", "undated", "sort", "cursor", "size", "others", "synonyms", "relax", "fold", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object, info: ValidationInfo) -> object:
        return cls.model_fields[info.field_name or ""].default if value == "" else value

    @field_validator("date_from", "date_to", mode="before")
    @classmethod
    def _day_is_written_out(cls, value: object) -> object:
        # Pydantic would take 20260201 for a count of seconds: an answer to another question.
        if isinstance(value, str) and value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("write the day as 2026-02-01")
        return value

    @field_validator(*FACETS, "exclude", "target", "story", "facets", mode="after")
    @classmethod
    def _blanks_drop_out(cls, values: list[str]) -> list[str]:
        return [value for value in dict.fromkeys(values) if value]

    @field_validator("exclude", mode="after")
    @classmethod
    def _excluded_is_a_facets_value(cls, values: list[str]) -> list[str]:
        for value in values:
            name, colon, left_out = value.partition(":")
            if name not in FACETS or not colon or not left_out.strip():
                raise ValueError(f"{value!r} is no facet:value; write region:320583, with one of {', '.join(FACETS)}")
        return values

    @field_validator("facets", mode="after")
    @classmethod
    def _facets_are_known(cls, values: list[str]) -> list[str]:
        names = [name.strip() for value in values for name in value.split(",") if name.strip()]
        if unknown := [name for name in names if name not in ALL and names != [NONE]]:
            raise ValueError(f"no facet {unknown[0]!r}: name some of {', '.join(ALL)}, or {NONE} alone")
        return list(dict.fromkeys(names))

    @field_validator("target", mode="after")
    @classmethod
    def _targets_can_be_read(cls, values: list[str]) -> list[str]:
        for value in values:
            try:
                target_filter.read(value)
            except QueryError as error:
                raise ValueError(error.message) from error
        return values

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
    def excluded(self) -> dict[str, list[str]]:
        """What is left out, by facet."""
        found: dict[str, list[str]] = {}
        for name, _, value in (one.partition(":") for one in self.exclude):
            found.setdefault(name, []).append(value.strip())
        return found

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that are searched for beside the query's own."""
        return tuple(target_filter.read(value) for value in self.target)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The facets that are counted, among them `date`."""
        return ALL if not self.facets else tuple(name for name in ALL if name in self.facets)

    @property
    def measured(self) -> bool:
        """Whether one of its targets has a number to sort by."""
        return any(target.number is not None for target in self.targets)

    @property
    def fingerprint(self) -> str:
        """The same for requests that differ in nothing but the cursor: a cursor belongs to one list of hits."""
        facts = self.model_dump(mode="json", exclude={"cursor", "others"})
        return hashlib.blake2b(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
