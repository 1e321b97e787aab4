"""A digest as its page shows it, as pydantic models: its facts and a page of its items in short. Pure."""

from typing import Any

from pydantic import Field

from services.search.models.others import DigestOther
from services.search.models.revision import RevisionAnswer
from services.search.models.search import DIGEST_ID, Answer, Dated
from services.search.models.sourced import Sourced

PAGE_ITEMS = 100
"""Items of a digest that a page shows: as many as the longest page of hits."""


class QuarantineAnswer(Answer):
    """Why a digest is held until a person decides."""

    code: str = Field(examples=["log"], description="What it seems to be")
    message: str = Field(default="", examples=["its lines are records of a log"])
    figures: dict[str, float] = Field(default_factory=dict, description="What was measured, by name")
    beginning: str = Field(default="", description="Its first lines")


class DigestItem(Answer):
    """One item of a digest in short."""

    item_id: str
    ordinal: int
    number: str | None = None
    title: str | None = None
    headline: str
    section: str | None = None
    section_path: tuple[str, ...] = ()
    doc_type: str | None = None
    level: str | None = None
    topics: tuple[str, ...] = ()


class DigestAnswer(Dated, Sourced):
    """One digest with its items in order."""

    digest_id: str = Field(examples=[DIGEST_ID])
    revision: int
    build: int
    knowledge: int | None = Field(default=None, description="Number of what was known of its source; null in older records")
    source: str
    title: str | None = None
    url: str | None = None
    external_id: str | None = None
    key_name: str | None = Field(
        default=None, description="Name of the API key that fed it, or took it back where it is withdrawn; null where none was asked for"
    )
    publisher: str | None = None
    """Account or publisher, as the digest itself says"""
    issue_number: str | None = None
    media_type: str | None = None
    received_at: str | None = None
    enriched_at: str | None = None
    withdrawn: bool = False
    released: bool = Field(default=False, description="Whether a person let it out of quarantine")
    quarantine: QuarantineAnswer | None = Field(default=None, description="Why it is held and has no items; null where it is not")
    item_count: int = 0
    page: int = Field(default=1, examples=[1], description="Of its items, from 1")
    pages: int = Field(default=1, examples=[3])
    items: tuple[DigestItem, ...] = Field(default=(), description="Of this page, in the digest's order")
    missing_items: int = Field(default=0, description="Items of this page that are not indexed yet")
    sections: tuple[str, ...] = ()
    contents: tuple[str, ...] = Field(default=(), description="Titles of the printed contents list")
    warnings: tuple[dict[str, Any], ...] = ()
    confidence: float | None = Field(default=None, description="How sure the splitter is, 0 to 1")
    reasons: tuple[str, ...] = ()
    share: float | None = Field(default=None, examples=[0.93], description="Of the text, how much lies in items; null before it was told")
    others: tuple[DigestOther, ...] = Field(default=(), description="All text outside items, in its order")
    revisions: tuple[RevisionAnswer, ...] = Field(default=(), description="The last 20, the newest first; none before they were noted")
