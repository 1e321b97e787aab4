"""A digest's text outside its items, as the search and the digest answer it. Pure."""

from pydantic import BaseModel, ConfigDict, Field

from services.search.models.days import Dated
from services.search.models.sourced import Sourced

DIGEST = "b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"


class OtherHit(Dated, Sourced):
    """A digest whose text outside its items was found."""

    digest_id: str = Field(examples=[DIGEST])
    title: str | None = Field(default=None, examples=["本周双碳要闻"])
    url: str | None = None
    source: str = Field(examples=["shuangtan"])
    published_on: str | None = Field(default=None, examples=["2026-02-06"])
    highlights: tuple[str, ...] = Field(default=(), examples=[["<em>免责声明</em>:本文不构成投资建议。"]], description="As a hit's of its body")


class OthersAnswer(BaseModel):
    """Digests whose text outside their items was found: contents lists, section headings, notices, and
    what no item took."""

    model_config = ConfigDict(frozen=True)

    total: int = Field(examples=[1], description="Of digests, exact; they are not counted with the items")
    hits: tuple[OtherHit, ...] = Field(default=(), description="The newest first, as many as `others` asks for")


class DigestOther(BaseModel):
    """A piece of a digest's text that is in no item."""

    model_config = ConfigDict(frozen=True)

    kind: str = Field(examples=["contents"], description="digest_title, contents, section, greeting, disclaimer, …, or rest")
    text: str
    start: int | None = Field(default=None, description="Its place in the normalised text")
    after: int = Field(default=0, description="Ordinal of the item that it stands behind, 0 before the first")
