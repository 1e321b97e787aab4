"""The stories of a digest and how they were found → how sure the split is, and what speaks for and against it. Pure.

Numbers and the weight of what was seen were set on the digests in tests/data/digests, and hold in that a digest that comes out wrong
gets less than one that comes out right.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from services.enrich.split.contents import Contents
from services.enrich.split.items import Story
from shared.records import DigestWarning

LONG, SHORT = 5000, 8
"""Characters of an item that are more or fewer than a story has."""
UNEVEN = 12
"""Times the median that the longest item may have: the one that swallowed its neighbours has more."""
STRONG = ("number", "contents", "table", "heading")
"""Habits that printed digests mark their items by on purpose; the others are looks."""


def confidence_of(stories: Sequence[Story], listed: Contents | None, warnings: Sequence[DigestWarning], whole: bool) -> tuple[float, tuple[str, ...]]:
    """How sure the split is, and what was seen and not seen."""
    if whole:
        return 0.2, ("no numbering, headings, emphasis or contents list parts the text",)
    reasons = []
    sure = 0.5
    ways = sorted({story.by for story in stories})
    if len(ways) == 1:
        sure += 0.2
        reasons.append(f"every item was found by the same habit: {ways[0]}")
    else:
        reasons.append("items were found by several habits: " + ", ".join(ways))
    if all(way.startswith(STRONG) for way in ways):
        sure += 0.15
    else:
        reasons.append("some items have only their looks to be known by")
    if listed:
        share = 1 - min(1.0, len(warnings) / max(1, len(stories)))
        sure += 0.2 * share - 0.1
        found = sum(entry.target is not None for entry in listed.entries)
        reasons.append(f"the contents list names {len(listed.entries)} titles, {found} were found")
    else:
        reasons.append("there is no contents list to compare with")
    sizes = [len(story.body) + len(story.title or "") for story in stories]
    for wrong, cost, words in (
        (len(stories) == 1, 0.25, "there is one item only"),
        (max(sizes) > LONG, 0.15, f"an item has over {LONG:,} characters"),
        (min(sizes) < SHORT, 0.1, f"an item has under {SHORT} characters"),
        (len(sizes) > 2 and max(sizes) > UNEVEN * max(60.0, median(sizes)), 0.1, "one item is much longer than the others"),
        (_twice(stories), 0.2, "a title stands more than once"),
        (_anew(stories), 0.1, "numbers begin anew and no section is named"),
        (_gaps(stories), 0.15, "numbers are missing between the items"),
        (_mixed(stories), 0.1, "some items have a text below their titles and some have none"),
    ):
        if wrong:
            sure -= cost
            reasons.append(words)
    return round(max(0.0, min(1.0, sure)), 2), tuple(reasons)


def _gaps(stories: Sequence[Story]) -> bool:
    """A number neither goes on nor begins anew, within one section and one habit."""
    ways: dict[tuple[tuple[str, ...], str], list[Story]] = {}
    for story in stories:
        ways.setdefault((story.section_path, story.by), []).append(story)
    return any(after not in (0, 1, before + 1) for alike in ways.values() for before, after in pairwise(_numbers(alike)))


def _mixed(stories: Sequence[Story]) -> bool:
    """Titles without a text among stories that have one."""
    bare = sum(1 for story in stories if story.title and not story.body)
    return 0 < bare < 0.5 * len(stories)


def _anew(stories: Sequence[Story]) -> bool:
    """A numbering begins again where nothing says why."""
    return not any(story.section_path for story in stories) and any(after <= before for before, after in pairwise(_numbers(stories)))


def _twice(stories: Sequence[Story]) -> bool:
    """A title stands twice in one section: a list was taken for stories."""
    titles = [(story.title, story.section_path) for story in stories if story.title]
    return len(set(titles)) < len(titles)


def _numbers(stories: Sequence[Story]) -> list[int]:
    return [int(story.number) for story in stories if story.number and story.number.isascii() and story.number.isdigit()]
