"""One wording of a story: the hit that stands for all items of one story key in a search, and how often it is told. Pure.

Items of one key (shared.text.story_keys) are one wording. An item without a key is a wording by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.search.models.days import day
from services.search.models.story import StoryItem
from services.search.stories.same_story import NEAR_DAYS, Text, days_apart, of_source, same_story

Hit = Mapping[str, Any]
"""Elasticsearch's: `sort`, and `_source` with NEEDED"""

NEEDED = ("item_id", "source", "title", "body", "headline", "published_on", "published_on_basis", "received_at", "bands",
          "story_key", "links")  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """The best hit of a wording, and what of it is compared with others."""

    hit: Hit

    @cached_property
    def id(self) -> str:
        """The item's."""
        return str(self.hit["_source"]["item_id"])

    @cached_property
    def key(self) -> str:
        """The story key; the item's id where it has none: too short, or indexed before there were keys."""
        return key_of(self.hit)

    @cached_property
    def bands(self) -> frozenset[str]:
        """Empty for an item that was indexed before there were bands: it stands for itself."""
        return frozenset(self.hit["_source"].get("bands") or ())

    @cached_property
    def text(self) -> Text:
        """Made only for those that share a band with another."""
        return of_source(self.hit["_source"])

    @property
    def item(self) -> StoryItem:
        """As it is shown."""
        return StoryItem(**self.hit["_source"])


@dataclass(frozen=True, slots=True)
class Told:
    """All items of one wording in a search."""

    count: int
    best: Sequence[StoryItem]
    """The first ones in order, services.search.stories.fold_stories.OTHERS and one at most"""
    first: StoryItem
    """Published, then received, first"""


def key_of(hit: Hit) -> str:
    """What the hit is known by among wordings."""
    return str(hit["_source"].get("story_key") or hit["_source"]["item_id"])


def related(one: Wording, other: Wording) -> bool:
    """Whether both tell the same story; only those that share a band are compared at all."""
    shared = len(one.bands & other.bands)
    if not shared:
        return False
    first, second = one.hit["_source"], other.hit["_source"]
    strict = first["source"] == second["source"] or days_apart(day(first), day(second)) > NEAR_DAYS
    # These must be the same nearly to the letter, and then share most bands: tables of every day drop out before their texts are looked at.
    if strict and shared * 3 < min(len(one.bands), len(other.bands)):
        return False
    return same_story(one.text, other.text)
