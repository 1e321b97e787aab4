"""The stories of a digest and how they were found → how sure the split is, and what speaks for and against it. Pure."""

from collections.abc import Sequence

from services.enrich.split.contents import Contents
from services.enrich.split.items import Story
from shared.records import DigestWarning


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
    if all(way.startswith(("number", "contents", "table", "heading")) for way in ways):
        sure += 0.15
    else:
        reasons.append("some items have only their looks to be known by")
    if listed:
        share = 1 - min(1.0, len(warnings) / max(1, len(stories)))
        sure += 0.2 * share - 0.1
        reasons.append(
            f"the contents list names {len(listed.entries)} titles, {sum(entry.target is not None for entry in listed.entries)} were found"
        )
    else:
        reasons.append("there is no contents list to compare with")
    sizes = [len(story.body) + len(story.title or "") for story in stories]
    if max(sizes) > 5000:
        sure -= 0.15
        reasons.append("an item has over 5,000 characters")
    if min(sizes) < 8:
        sure -= 0.1
        reasons.append("an item has under 8 characters")
    return round(max(0.0, min(1.0, sure)), 2), tuple(reasons)
