"""Hits in their order → the same order with each story once: of items that tell the same in nearly the same words the best one is shown.

Nothing is decided when items are indexed, so neither the order in which digests come nor a rebuild changes anything: for the hits of a page
one more search asks which other items *under the same query and filters* share a band with them, and with those in turn until none is new. Items that
services.search.stories.same_story calls the same are linked; what hangs together is a story.

A hit is shown where it is the best of its story in the order that was asked for, else skipped: its better was shown before. So each story stands
on one page of one list exactly once, as long as all pages are read from one point in time. Knows no Elasticsearch: it is given two functions.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key
from typing import Any

from services.search.models.story import Story, StoryItem
from services.search.stories.same_story import NEAR_DAYS, Text, days_apart, of_source, same_story

Hit = Mapping[str, Any]
"""Elasticsearch's: `sort`, and `_source` with NEEDED"""
Read = Callable[[Sequence[Any] | None, int], Awaitable[Sequence[Hit]]]
"""(sort values of the hit before, how many) → the next hits in order"""
Peers = Callable[[Sequence[str], Sequence[str]], Awaitable[Sequence[Hit]]]
"""(bands, ids that are known) → at most PEERS other hits of the same search that have one of the bands, with sort values of the same order"""

NEEDED = ("item_id", "source", "title", "body", "headline", "published_on", "received_at", "bands")

PEERS = 500
"""Items that are asked for at once. A table that comes every day in the same words has one for each day."""

MEMBERS = 2_000
"""Items that are looked at for one page; beyond that a story may be shown twice, but no item is lost."""

READS = 20
"""Times that hits are read for one page where most of them are skipped; the page stays short then, and the next goes on."""

OTHERS = 20
"""Tellings listed with a story."""


@dataclass(frozen=True)
class Member:
    """A hit, and what of it is compared."""

    hit: Hit

    @cached_property
    def id(self) -> str:
        """The item's."""
        return str(self.hit["_source"]["item_id"])

    @cached_property
    def bands(self) -> frozenset[str]:
        """Empty for an item that was indexed before there were bands: it stands for itself."""
        return frozenset(self.hit["_source"].get("bands") or ())

    @cached_property
    def text(self) -> Text:
        """Made only for those that share a band with another."""
        return of_source(self.hit["_source"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit of the page."""

    hit: Hit
    story: Story | None
    """None for an item that tells what no other hit does"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of stories."""

    hits: tuple[Shown, ...]
    after: Sequence[Any] | None
    """Sort values of the last hit that was read for it, shown or skipped; None where no more stories follow"""


async def fold_page(read: Read, peers: Peers, *, size: int, order: Sequence[Mapping[str, Any]], after: Sequence[Any] | None = None) -> Page:
    """The next `size` stories behind `after`; `order` is the `sort` of the searches, which must leave nothing open."""
    shown: list[Shown] = []
    at = last = after
    better = rank(order)
    for _ in range(READS):
        hits = await read(at, size + 1)
        story_of = await stories([Member(hit) for hit in hits], peers)
        for hit in hits:
            members = sorted(story_of[hit["_source"]["item_id"]], key=lambda member: better(member.hit["sort"]))
            if members[0].id == hit["_source"]["item_id"]:
                if len(shown) == size:
                    return Page(tuple(shown), last)
                shown.append(Shown(hit, story(members)))
            last = hit["sort"]
        if len(hits) <= size:
            return Page(tuple(shown), None)
        at = last
    return Page(tuple(shown), last)


async def stories(hits: Sequence[Member], peers: Peers) -> dict[str, list[Member]]:
    """Item id → all that tell its story, it too; other members by `peers`, asked for until none is new."""
    known = {hit.id: hit for hit in hits}
    linked: dict[str, set[str]] = {hit.id: set() for hit in hits}
    new = list(hits)
    while new:
        bands = set().union(*(member.bands for member in new))
        if bands and len(known) < MEMBERS:
            known |= {member.id: member for member in map(Member, await peers(sorted(bands), list(known)))}
        found: list[Member] = []
        for member in new:
            for other in known.values():
                if other.id != member.id and other.id not in linked[member.id] and related(member, other):
                    if other.id not in linked:
                        found.append(other)
                    linked[member.id].add(other.id)
                    linked.setdefault(other.id, set()).add(member.id)
        new = found
    return {hit.id: [known[id] for id in _component(hit.id, linked)] for hit in hits}


def related(one: Member, other: Member) -> bool:
    """Whether both tell the same story; only those that share a band are compared at all."""
    shared = len(one.bands & other.bands)
    if not shared:
        return False
    first, second = one.hit["_source"], other.hit["_source"]
    strict = first["source"] == second["source"] or days_apart(first.get("published_on"), second.get("published_on")) > NEAR_DAYS
    # These must be the same nearly to the letter, and then share most bands: tables of every day drop out before their texts are looked at.
    if strict and shared * 3 < min(len(one.bands), len(other.bands)):
        return False
    return same_story(one.text, other.text)


def _component(id: str, linked: Mapping[str, set[str]]) -> set[str]:
    found, new = {id}, [id]
    while new:
        more = linked[new.pop()] - found
        found |= more
        new += more
    return found


def story(members: Sequence[Member]) -> Story | None:
    """The story of members in their order, the first of which is shown; None of one alone."""
    if len(members) < 2:
        return None
    return Story(count=len(members), first_seen=first_telling(members), others=tuple(_item(member) for member in members[1 : OTHERS + 1]))


def first_telling(members: Sequence[Member]) -> StoryItem:
    """The member that was published, then received, first."""
    return min(map(_item, members), key=lambda item: (item.published_on or "9", item.received_at or "9", item.item_id))


def _item(member: Member) -> StoryItem:
    source = member.hit["_source"]
    return StoryItem(**{name: source[name] for name in StoryItem.model_fields if source.get(name) is not None})


def rank(order: Sequence[Mapping[str, Any]]) -> Callable[[Sequence[Any]], Any]:
    """A key that sorts Elasticsearch's sort values as it does. Scores are taken to six digits, as two searches may sum them in another order."""
    down = [_down(next(iter(field.values()))) for field in order]

    def compare(one: Sequence[Any], other: Sequence[Any]) -> int:
        for first, second, falling in zip(map(_rounded, one), map(_rounded, other), down, strict=False):
            if first != second:
                if first is None or second is None:
                    return 1 if first is None else -1
                return 1 if (first < second) == falling else -1
        return 0

    return cmp_to_key(compare)


def _down(said: object) -> bool:
    return (said.get("order") if isinstance(said, Mapping) else said) == "desc"


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value
