"""The answers on what belongs together, as pydantic models with examples: similar items, and the trail of a document. Pure."""

from pydantic import BaseModel, ConfigDict, Field

from services.search.models.days import Dated
from services.search.models.sourced import Sourced
from services.search.models.story import StoryItem

_ITEM = "3f0c9a5d1e7b4c2a8f6e0d9b7a5c3e1f"
_DIGEST = "b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"


class Answer(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True)


class Shared(Answer):
    """What both items name."""

    kind: str = Field(examples=["company"], description="document, standard, company, scheme, person, agency or topic")
    value: str = Field(examples=["徐州中煤百甲重钢科技股份有限公司"])


class SimilarItem(Dated, Sourced):
    """An item like the one that was asked about."""

    item_id: str = Field(examples=[_ITEM])
    digest_id: str = Field(examples=[_DIGEST])
    source: str = Field(examples=["shuangtan"])
    digest_title: str | None = Field(default=None, examples=["本周双碳要闻"])
    headline: str = Field(examples=["昆山:将新增(近)零碳工厂10家"])
    published_on: str | None = Field(default=None, examples=["2026-02-06"])
    same_story: bool = Field(description="It tells the same in nearly the same words")
    score: float | None = Field(default=None, examples=[102.2], description="How alike, to compare within one answer; null for the same story")
    shared: tuple[Shared, ...] = Field(default=(), description="What both name")


class SimilarAnswer(Answer):
    """The items like one item."""

    item_id: str = Field(examples=[_ITEM])
    tellings: int = Field(ge=1, examples=[2], description="Items that tell its story, itself included")
    at_least: bool = Field(default=False, description="Whether there may be more tellings than were compared")
    keys: tuple[str, ...] = Field(default=(), examples=[("9f1c0a7d52e84b36",)], description="Values of a search's `story`, which lists all tellings")
    first_seen: StoryItem = Field(description="Of all tellings the one published, then received, first")
    items: tuple[SimilarItem, ...] = Field(description="The same story first, the oldest first; then by score")
    took_ms: int = Field(examples=[18])


class Step(Dated, Sourced):
    """An item on the document, and what it says of it."""

    item_id: str = Field(examples=[_ITEM])
    digest_id: str = Field(examples=[_DIGEST])
    source: str = Field(examples=["shuangtan"])
    digest_title: str | None = Field(default=None, examples=["本周双碳要闻"])
    headline: str = Field(examples=["甘肃:印发零碳园区建设方案"])
    published_on: str | None = Field(default=None, examples=["2026-02-06"])
    actions: tuple[str, ...] = Field(default=(), examples=[("印发",)], description="印发, 发布, 征求意见, 修订, 废止, 实施, 解读 …, as its text says")
    numbers: tuple[str, ...] = Field(default=(), examples=[("甘政办发〔2026〕1号",)])
    issuers: tuple[str, ...] = Field(default=(), examples=[("甘肃省人民政府办公厅",)])
    count: int = Field(default=1, ge=1, examples=[3], description="Items that say the same in the same words; this is the first of them")
    story: str | None = Field(default=None, examples=["9f1c0a7d52e84b36"], description="Value of a search's `story`, which lists them")
    by_number: bool = Field(default=False, description="It gives the document's number alone, not its name")


class OtherName(Answer):
    """A document whose name holds this one's, or this one's without its issuer."""

    name: str = Field(examples=["甘肃省人民政府办公厅关于印发《甘肃省零碳园区建设方案》的通知"])
    count: int = Field(examples=[2], description="Items")


class TrailAnswer(Answer):
    """All items on one document by date."""

    name: str = Field(examples=["甘肃省零碳园区建设方案"], description="As it is written most often")
    total: int = Field(examples=[3], description="Of items, exact")
    numbers: tuple[str, ...] = Field(default=(), examples=[("甘政办发〔2026〕1号",)])
    issuers: tuple[str, ...] = Field(default=(), examples=[("甘肃省人民政府办公厅",)])
    first: str | None = Field(default=None, examples=["2026-01-09"], description="Publication day of the first item")
    last: str | None = Field(default=None, examples=["2026-02-06"])
    steps: tuple[Step, ...] = Field(description="The oldest first; those without a day last. Items of the same words are one step")
    also: tuple[OtherName, ...] = Field(default=(), description="Names that may be the same document in another form; each has a trail of its own")
    notices: tuple[str, ...] = Field(default=(), description="What a caller should know")
    took_ms: int = Field(examples=[9])
