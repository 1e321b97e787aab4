"""The answer of the home page: one day's items under their digests, and what is new in them. Pure."""

from datetime import date

from pydantic import Field

from services.search.models.search import DIGEST_ID, Answer
from services.search.models.sourced import Sourced


class TodayItem(Answer):
    """One item of a digest of that day."""

    item_id: str
    ordinal: int = Field(examples=[5], description="Place in the digest, from 1")
    headline: str = Field(examples=["昆山：将新增（近）零碳工厂10家"])
    lead: str = Field(default="", description="The beginning of its body, for two lines; empty where the headline says it")
    section: str | None = Field(default=None, examples=["地方动态"])


class TodayDigest(Sourced, Answer):
    """One digest with its first items."""

    digest_id: str = Field(examples=[DIGEST_ID])
    title: str | None = Field(default=None, examples=["本周双碳要闻"])
    total: int = Field(examples=[12], description="All its items")
    items: tuple[TodayItem, ...] = ()


class TopicCount(Answer):
    """How many of the day's items are about a topic."""

    topic: str = Field(examples=["碳市场"])
    count: int = Field(examples=[7])


class NewDocument(Answer):
    """A document that an item of that day names and none of an earlier day does."""

    name: str = Field(examples=["零碳园区建设方案"])
    count: int = Field(examples=[2], description="Items of the day that name it")


class DueTarget(Answer):
    """A target that falls due soon, said in an item of the last weeks."""

    item_id: str
    metric: str = Field(examples=["新能源装机容量"])
    text: str = Field(examples=["1000万千瓦以上"], description="As printed")
    deadline: int = Field(examples=[2027], description="Year")
    by: str | None = Field(default=None, examples=["江苏省"])


class TodayAnswer(Answer):
    """One day. All of it is empty where no item has a day yet."""

    day: date | None = Field(default=None, description="The day that was asked for, else the last one with items")
    previous: date | None = Field(default=None, description="The last day before it with items")
    next: date | None = Field(default=None, description="The first day after it with items")
    total: int = Field(default=0, examples=[86], description="Items of the day")
    digests_total: int = Field(default=0, examples=[9])
    digests: tuple[TodayDigest, ...] = Field(default=(), description="Most lately received first, 30 at most")
    undated: tuple[TodayDigest, ...] = Field(
        default=(), description="Digests received within the week up to that day of which nobody knows the day, 10 at most"
    )
    topics: tuple[TopicCount, ...] = ()
    documents: tuple[NewDocument, ...] = ()
    due: tuple[DueTarget, ...] = ()
