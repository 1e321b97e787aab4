"""The answers on stories that several digests tell, as pydantic models with examples. Pure."""

from pydantic import BaseModel, ConfigDict, Field

from services.search.models.days import Dated
from services.search.models.sourced import Sourced


class StoryItem(Dated, Sourced):
    """One telling of a story."""

    item_id: str = Field(examples=["3f0c9a5d1e7b4c2a8f6e0d9b7a5c3e1f"])
    source: str = Field(examples=["shuangtan"])
    headline: str = Field(examples=["昆山:将新增(近)零碳工厂10家"])
    published_on: str | None = Field(default=None, examples=["2026-02-06"])
    received_at: str | None = None


class Story(BaseModel):
    """The hits that tell the same in nearly the same words, of which the best one is shown."""

    model_config = ConfigDict(frozen=True)

    count: int = Field(ge=2, examples=[3], description="Items that tell it, the shown one too, among what was searched for")
    at_least: bool = Field(default=False, description="Whether there may be more: bounds of what is compared for one page were reached")
    first_seen: StoryItem = Field(description="The one published, then received, first")
    others: tuple[StoryItem, ...] = Field(description="Without the shown one, those in its own words first; 20 at most")
    keys: tuple[str, ...] = Field(default=(), examples=[("9f1c0a7d52e84b36",)], description="Values for `story`, which lists all of its items")
