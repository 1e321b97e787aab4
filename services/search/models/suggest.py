"""The answers of the suggestions' API as pydantic models with examples. Pure."""

from typing import Literal

from pydantic import Field

from services.search.models.search import Answer, FacetValue

Kind = Literal[
    "region", "agency", "company", "document", "topic", "section", "source", "doc_type", "level", "standard", "scheme", "person", "query", "title"
]
KINDS: dict[str, str] = {
    "region": "地区",
    "agency": "机关",
    "company": "企业",
    "document": "文件",
    "topic": "主题",
    "section": "栏目",
    "source": "来源",
    "doc_type": "类型",
    "level": "层级",
    "standard": "标准",
    "scheme": "机制",
    "person": "人物",
    "query": "搜过",
    "title": "标题",
}
"""Kind → what it is called"""


class Suggestion(Answer):
    """One thing to search for."""

    kind: Kind = Field(examples=["region"])
    kind_label: str = Field(examples=["地区"])
    value: str = Field(examples=["昆山市"], description="For the filter's parameter; a title's item_id")
    label: str = Field(examples=["昆山市"])
    note: str = Field(default="", examples=["江苏省苏州市"], description="What tells it apart from others of that name")
    count: int = Field(examples=[25], description="Items that have it; of a past query, days on which it was asked")
    query: str = Field(examples=["地区:昆山市"], description="What to put into the box, with what stood before the completed term")
    html: str = Field(examples=["<em>昆山</em>市"], description="The label, what fits in `<em>`, everything else escaped")


class SuggestAnswer(Answer):
    """Suggestions, the best first."""

    suggestions: tuple[Suggestion, ...]
    complete: bool = Field(examples=[True], description="Whether the names have been read; in the first seconds of a process they may not have been")


class MendAnswer(Answer):
    """Queries that may have been meant."""

    queries: tuple[str, ...] = Field(examples=[("昆山 零碳工厂",)], description="Each has hits")


class ValuesAnswer(Answer):
    """Values of one facet."""

    name: str = Field(examples=["region"])
    label: str = Field(examples=["提及地区"])
    values: tuple[FacetValue, ...]
    complete: bool = Field(examples=[True], description="As of suggestions")
