"""Hits in their order → the same order with each story once: of items that tell the same in nearly the same words the best one is shown.

Two things make a story. Items of one *wording* have the same story key, which was made when they were indexed, from their own text alone: however
many there are, they are one hit, counted exactly. Wordings that share a band are compared by their best hits (services.search.stories.linking),
within bounds; beyond these a story may be shown twice, and says that it is told by *at least* so many. No bound hides a hit: one is left out only
where it is not the best of its wording, or another that was compared with it, or with what hangs together with it, is better.

So each story stands on one page of one list, and each hit is shown or belongs to a shown one, as long as all pages are read from one point in time.
Knows no Elasticsearch: it is given what to ask.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import islice
from typing import Any, Protocol

from services.search.models.story import Story, StoryItem
from services.search.stories.linking import Links
from services.search.stories.wording import Hit, Told, Wording, key_of

READS = 12
"""Times that hits are read for one page where most of them are skipped; the page stays short then, and the next goes on."""

MOST = 200
"""Hits that are read at once, twice as many each time."""

OTHERS = 20
"""Tellings listed with a story."""

KEYS = 50
"""Keys of a story's wordings that are given to search for its items by: as many as a filter may have values."""


class Searched(Protocol):
    """One search, asked in its order; every answer from the same point in time."""

    async def read(self, after: Sequence[Any] | None, size: int, without: Collection[str]) -> Sequence[Hit]:
        """The next `size` hits behind those sort values that belong to none of the wordings `without`.

        From the top on it may leave out those that are not the best of their wording.
        """

    async def best(self, keys: Collection[str]) -> Mapping[str, Sequence[Any]]:
        """Key of each of these wordings → sort values of its best hit."""

    async def near(self, bands: Sequence[str], known: Collection[str]) -> Sequence[Hit]:
        """As services.search.stories.linking.Near says."""

    async def told(self, wordings: Sequence[Wording]) -> Mapping[str, Told]:
        """Key → all items of the wording."""

    async def apart(self, work: Callable[[], None]) -> None:
        """Do this work for the processor while others are answered."""


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
    whole: bool
    """Whether no bound was reached, so that no story is shown twice and each count is exact"""


async def fold_page(searched: Searched, *, size: int, order: Sequence[Mapping[str, Any]], after: Sequence[Any] | None = None) -> Page:
    """The next `size` stories behind `after`; `order` is the `sort` of the search, which must leave nothing open."""
    links, better = Links(searched.near, searched.apart), rank(order)
    shown: list[Hit] = []
    seen: set[str] = set()
    at = last = after
    count = size + 1
    for _ in range(READS):
        hits = await searched.read(at, count, seen)
        first: dict[str, Hit] = {}
        for hit in hits:
            first.setdefault(key_of(hit), hit)
        # From the top of the list on, what comes first of its wording is its best; further down that may stand on a page before, and its story too.
        keyed = [key for key, hit in first.items() if hit["_source"].get("story_key")] if after is not None else []
        told = await searched.best(keyed) if keyed else {}
        first = {key: hit for key, hit in first.items() if after is None or better(told.get(key, hit["sort"])) > better(after)}
        await links.add([Wording(hit) for hit in first.values()])
        heads: dict[int, str] = {}
        for hit in hits:
            if first.get(key := key_of(hit)) is hit:
                wordings = links.story(key)
                if id(wordings) not in heads:
                    heads[id(wordings)] = min(wordings, key=lambda wording: better(wording.hit["sort"])).key
                if heads[id(wordings)] == key:
                    if len(shown) == size:
                        return await _page(searched, shown, last, links, better)
                    shown.append(hit)
            last = hit["sort"]
        if len(hits) < count:
            return await _page(searched, shown, None, links, better)
        seen |= {key_of(hit) for hit in hits}
        at, count = last, min(2 * count, MOST)
    return await _page(searched, shown, last, links, better)


async def _page(searched: Searched, shown: Sequence[Hit], after: Sequence[Any] | None, links: Links, better: Callable[[Sequence[Any]], Any]) -> Page:
    # Where a bound was reached two may turn out to be one story only when more is compared: the better one is shown then.
    stories: dict[int, Hit] = {}
    for hit in shown:
        stories.setdefault(id(links.story(key_of(hit))), hit)
    of = [(hit, _ordered(links.story(key_of(hit)), key_of(hit), better)) for hit in stories.values()]
    told = await searched.told([wording for _, wordings in of for wording in wordings])
    return Page(tuple(Shown(hit, story(wordings, told, whole=links.whole)) for hit, wordings in of), after, links.whole)


def _ordered(wordings: Sequence[Wording], first: str, better: Callable[[Sequence[Any]], Any]) -> list[Wording]:
    return sorted(wordings, key=lambda wording: (wording.key != first, better(wording.hit["sort"])))


def story(wordings: Sequence[Wording], told: Mapping[str, Told], *, whole: bool) -> Story | None:
    """The story of wordings in their order, the first of which is shown; None of one item alone."""
    items = [told.get(wording.key) or Told(1, (wording.item,), wording.item) for wording in wordings]
    count = sum(one.count for one in items)
    if count < 2:
        return None
    others = (item for one in items for item in one.best if item.item_id != wordings[0].id)
    return Story(
        count=count,
        at_least=not whole or len(wordings) > KEYS,
        first_seen=min((one.first for one in items), key=oldest),
        others=tuple(islice(others, OTHERS)),
        keys=tuple(wording.key for wording in wordings[:KEYS]),
    )


def oldest(item: StoryItem) -> tuple[str, str, str]:
    """Sorts what was published, then received, first before others; what has no day comes last."""
    return item.published_on or "9", item.received_at or "9", item.item_id


def rank(order: Sequence[Mapping[str, Any]]) -> Callable[[Sequence[Any]], Any]:
    """A key that sorts Elasticsearch's sort values as it does. Scores are taken to six digits, as two searches may sum them in another order."""
    down = [_down(next(iter(field.values()))) for field in order]

    def compare(one: Sequence[Any], other: Sequence[Any]) -> int:
        for first, second, falling in zip(one, other, down, strict=False):
            if first != second:
                if first is None or second is None:
                    return 1 if first is None else -1
                return 1 if (first < second) == falling else -1
        return 0

    key = cmp_to_key(compare)
    return lambda sort: key([_rounded(value) for value in sort])


def _down(said: object) -> bool:
    return (said.get("order") if isinstance(said, Mapping) else said) == "desc"


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value
