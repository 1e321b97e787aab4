"""The stories of a digest and how they were found → how sure the split is, and what speaks for and against it. Pure.

The weight of what was seen was set on the digests in tests/data/digests and on what earlier splitters made of them, right and wrong.
"""

from collections.abc import Sequence
from statistics import median

from services.enrich.split import evidence
from services.enrich.split.contents import Contents
from services.enrich.split.items import Story
from shared.records import DigestWarning

LONG, SHORT = 5000, 8
"""Characters of an item that are more or fewer than a story has."""
UNEVEN = 12
"""Times the median that the longest item may have: the one that swallowed its neighbours has more."""
FEW = 3
"""Items from which one can speak of a habit."""
STRONG = ("number", "contents", "table", "heading")
"""Habits that printed digests mark their items by on purpose; the others are looks."""
WEAK = ("short", "flash", "rule", "subject", "lead")
"""Habits that any prose may seem to have."""


def confidence_of(stories: Sequence[Story], listed: Contents | None, warnings: Sequence[DigestWarning], whole: bool) -> tuple[float, tuple[str, ...]]:
    """How sure the split is, 0 to 1, and what was seen and not seen."""
    if whole:
        return 0.2, ("no numbering, headings, emphasis or contents list parts the text",)
    ways = sorted({story.by for story in stories})
    sure, reasons = _habits(ways)
    if listed:
        share = 1 - min(1.0, len(warnings) / max(1, len(stories)))
        sure += 0.2 * share - 0.1
        found = sum(entry.target is not None for entry in listed.entries)
        reasons.append(f"the contents list names {len(listed.entries)} titles, {found} were found")
    else:
        reasons.append("there is no contents list to compare with")
    if evidence.counted(stories):
        sure += 0.05
        reasons.append("the numbers go on without a gap")
    for wrong, cost, words in _against(stories, ways):
        if wrong:
            sure -= cost
            reasons.append(words)
    return round(max(0.0, min(1.0, sure)), 2), tuple(reasons)


def _habits(ways: Sequence[str]) -> tuple[float, list[str]]:
    """What the habits that found the items count for."""
    sure, reasons = 0.55, []
    if len(ways) == 1:
        sure += 0.2
        reasons.append(f"every item was found by the same habit: {ways[0]}")
    else:
        reasons.append("items were found by several habits: " + ", ".join(ways))
    if all(way.startswith(STRONG) for way in ways):
        sure += 0.15
    else:
        reasons.append("some items have only their looks to be known by")
    return sure, reasons


def _against(stories: Sequence[Story], ways: Sequence[str]) -> tuple[tuple[bool, float, str], ...]:
    """What may speak against the split, what it costs, and in words."""
    sizes = [len(story.body) + len(story.title or "") for story in stories]
    return (
        (len(stories) == 1, 0.25, "there is one item only"),
        (1 < len(stories) < FEW, 0.1, "there are too few items to speak of a habit"),
        (max(sizes) > LONG, 0.15, f"an item has over {LONG:,} characters"),
        (min(sizes) < SHORT, 0.1, f"an item has under {SHORT} characters"),
        (len(sizes) > 2 and max(sizes) > UNEVEN * max(60.0, median(sizes)), 0.1, "one item is much longer than the others"),
        (all(way.startswith(WEAK) for way in ways), 0.05, "any prose may look like that"),
        (evidence.twice(stories), 0.2, "a title stands more than once"),
        (evidence.labels(stories), 0.3, "titles are said again and again, as labels within a story are"),
        (evidence.names(stories), 0.2, "titles are as short as names of sections or labels"),
        (evidence.overlooked(stories), 0.15, "most items begin with a short line that may be a title itself"),
        (evidence.carried(stories), 0.1, "some items end in a short line that may belong to the next"),
        (evidence.unsectioned(stories), 0.1, "some items stand in a section and some in none"),
        (evidence.untitled(stories), 0.05, "some items have a title and some have none"),
        (evidence.anew(stories), 0.1, "numbers begin anew and no section is named"),
        (evidence.gaps(stories), 0.15, "numbers are missing between the items"),
        (evidence.mixed(stories), 0.1, "some items have a text below their titles and some have none"),
    )
