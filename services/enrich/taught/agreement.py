"""Right items and what a splitter made of the same issue → how well they agree, and what does not. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.enrich.segment.labelling import printed
from services.enrich.split.items import Story
from services.enrich.taught.forms import same
from shared.sources import RightItem

SHORT = 40
"""Characters of a first line of source, date or tags, which may or may not be counted to the text."""
KNOWN_BY = 10
"""Characters by which the beginning and the end of a text are compared."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """F1 of titles, and of items whose section and both ends are right too; and in words what differs."""

    titles: float
    spans: float
    differences: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Of both figures."""
        return (self.titles + self.spans) / 2


def agreement(items: Sequence[RightItem], stories: Sequence[Story]) -> Agreement:
    """Compare what should be with what is."""
    left = list(stories)
    differences: list[str] = []
    titles = spans = 0
    for number, item in enumerate(items, 1):
        story = next((story for story in left if _named(item, story)), None)
        name = f"item {number}, {item.title or item.starts}"
        if story is None:
            differences.append(f"{name}: is not found")
            continue
        left.remove(story)
        titles += 1
        wrong = list(_differing(item, story))
        spans += not wrong
        differences += [f"{name}: {words}" for words in wrong]
    differences += [f"{story.headline}: is found and should be no item" for story in left]
    total = len(items) + len(stories)
    return Agreement(2 * titles / total if total else 1.0, 2 * spans / total if total else 1.0, tuple(differences))


def _named(item: RightItem, story: Story) -> bool:
    if item.title:
        # A brief of one line may be given as title or as text.
        return same(item.title, story.title) or (not item.starts and not story.title and same(item.title, story.body))
    return _plain((story.title or "") + story.body).startswith(_plain(item.starts)[:KNOWN_BY])


def _differing(item: RightItem, story: Story) -> Iterator[str]:
    section = story.section_path[-1] if story.section_path else None
    if item.section and not same(item.section, section):
        yield f"its section is {section or 'none'}, not {item.section}"
    body = printed(story.body)
    whole = printed(story.title) + body if not item.title else body
    if begins := _plain(item.starts)[:KNOWN_BY]:
        first, _, rest = story.body.partition("\n")
        bodies = [whole, body, *([printed(rest)] if rest and len(printed(first)) <= SHORT else [])]
        if not any(_plain(text).startswith(begins) for text in bodies):
            yield f"its text begins {story.body[:KNOWN_BY]!r}, not {(item.starts or '')[:KNOWN_BY]!r}"
    if (ends := _end(item.ends)) and not _end(body or whole).endswith(ends):
        yield f"its text ends {story.body[-KNOWN_BY:]!r}, not {(item.ends or '')[-KNOWN_BY:]!r}"


def _plain(text: str | None) -> str:
    """Without white space, marks, and what stands before the first letter."""
    return printed(text).lstrip("-–—•·●◆■▲○▶►>+")


def _end(text: str | None) -> str:
    return printed(text).rstrip("。-–—>→|")[-KNOWN_BY:]
