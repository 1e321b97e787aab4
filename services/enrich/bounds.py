"""What a splitter and extractors made of a digest, however large → what a record, a write and a page can bear of it. Pure.

Nothing is dropped from a text: a long story is cut into several items, and a line that is too long for a title is text. What is shortened
(names of sections, links, lists of titles) stands whole in the digest's text, whose spans are not touched.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.enrich.blocks import Anchor
from services.enrich.split.items import Story, headline, subject
from shared.records import Entity, Span

MOST_CHARACTERS = 50_000
"""Of an item's body: no real item is that long. Up to 200 kB, in Elasticsearch twice that with its words."""

MOST_ENTITIES = 2_000
"""Of an item's body: the densest real items have some hundred. With 270 to 400 bytes each they take 0.8 MB at most, so that an item in all is a
write of a megabyte, a quarter of what the indexer takes and a sixth of what Elasticsearch bears with 256 MiB of heap."""

MOST_TITLE = 500
"""Characters of a title, as ingest takes them; real ones have up to 100."""

MOST_NAME = 200
"""Characters of a section's name, a publisher's, a title in a list, which every item of theirs may repeat."""

MOST_LINKS, MOST_URL = 500, 2_000
"""Links of an item, as many pictures, and characters of an address as ingest takes them: longer ones hold what they point to (data:)."""

MOST_LISTED = 5_000
"""Titles of a contents list, sections, warnings of a digest: with MOST_NAME characters each they stay under what a write may have."""

MOST_MISSES = 100
"""Searches in a text for what does not stand there, each through all of it, before it is left: else their time grows with the square."""

_ENDS = ("。！？!?；;", " \t\u3000\u00a0,，、")
"""Where a line is cut: behind a sentence, else behind white space or a comma."""


@dataclass(frozen=True)
class Piece:
    """A story, or as much of one as an item may have."""

    story: Story
    spans: tuple[Span, ...]
    entities: tuple[Entity, ...]


def short(name: str, most: int = MOST_NAME) -> str:
    """A name, cut where it is too long to be one."""
    return name if len(name) <= most else name[: most - 1] + "…"


def listed(names: Sequence[str]) -> tuple[str, ...]:
    """As many names as a list may have, none too long."""
    return tuple(short(name) for name in names[:MOST_LISTED])


def bounded(story: Story) -> Story:
    """A story whose title, names and links are of a bearable size; a title that is too long is the beginning of its body."""
    if _fits(story):
        return story
    title, body = story.title, story.body
    if title is not None and len(title) > MOST_TITLE:
        title, body = None, "\n".join(filter(None, (title, body)))
    return replace(
        story,
        number=short(story.number) if story.number else story.number,
        title=title,
        headline=headline(title, body),
        subject=subject(title),
        section_path=tuple(short(name) for name in story.section_path),
        body=body,
        links=tuple(replace(link, text=short(link.text, MOST_TITLE)) for link in story.links if len(link.url) <= MOST_URL),
        images=tuple(short(image) for image in story.images),
        source_line=short(story.source_line, MOST_TITLE) if story.source_line else story.source_line,
    )


def _fits(story: Story) -> bool:
    return (
        len(story.title or "") <= MOST_TITLE
        and len(story.source_line or "") <= MOST_TITLE
        and len(story.number or "") <= MOST_NAME
        and all(len(name) <= MOST_NAME for name in (*story.section_path, *story.images))
        and all(len(link.url) <= MOST_URL and len(link.text) <= MOST_TITLE for link in story.links)
    )


def pieces(story: Story, spans: tuple[Span, ...], entities: Sequence[Entity], text: str) -> list[Piece]:
    """A story as one piece or, where an item can't have it, as several under its title, in their order.

    `text` is the document's, in which `spans` lie; a mention of the title stands with each piece, one of the body with the piece it lies in.
    """
    inside = sorted((entity for entity in entities if entity.field == "body"), key=lambda entity: entity.start)
    cuts = _cuts(story.body, inside)
    if not cuts:
        if len(story.links) > MOST_LINKS or len(story.images) > MOST_LINKS:
            story = replace(story, links=story.links[:MOST_LINKS], images=story.images[:MOST_LINKS])
        return [Piece(story, spans, tuple(entities))]
    starts = [0, *cuts]
    places = _places(story.body, cuts, spans, text)
    named = tuple(entity for entity in entities if entity.field == "title")
    links = _shared_out(story, starts)
    made = []
    for at, (start, end) in enumerate(zip(starts, [*cuts, len(story.body)], strict=True)):
        body = story.body[start:end].rstrip("\n")
        first = bisect_left(inside, start, key=lambda entity: entity.start)
        after = bisect_left(inside, end, key=lambda entity: entity.start)
        own = tuple(
            entity.model_copy(update={"start": entity.start - start, "end": entity.end - start})
            for entity in inside[first:after]
            if entity.end <= start + len(body)
        )
        images = story.images[:MOST_LINKS] if at == 0 else ()
        one = replace(story, body=body, headline=headline(story.title, body), links=links[at][:MOST_LINKS], images=images)
        made.append(Piece(one, _within(spans, places[at], places[at + 1]), named + own))
    return made


def _cuts(body: str, inside: Sequence[Entity]) -> list[int]:
    """Where a body is cut: at most so many characters and mentions apart, and through no mention."""
    found: list[int] = []
    if len(body) <= MOST_CHARACTERS and len(inside) <= MOST_ENTITIES:
        return found
    starts = [entity.start for entity in inside]
    reach: list[int] = []
    for entity in inside:
        reach.append(max(entity.end, reach[-1] if reach else 0))
    start = 0
    while True:
        limit, one_too_many = start + MOST_CHARACTERS, bisect_left(starts, start) + MOST_ENTITIES
        if one_too_many < len(starts):
            limit = max(start + 1, min(limit, starts[one_too_many]))
        if limit >= len(body):
            return found
        cut = _boundary(body, start, limit)
        while (before := bisect_left(starts, cut)) and reach[before - 1] > cut:
            cut = starts[before - 1]
        start = cut if cut > start else limit
        found.append(start)


def _boundary(body: str, start: int, limit: int) -> int:
    """Behind the last line in the second half of what is allowed, else the last sentence or white space there, else the last character."""
    half = (start + limit) // 2
    if (line := body.rfind("\n", half, limit)) >= 0:
        return line + 1
    for ends in _ENDS:
        if (last := max(body.rfind(sign, half, limit) for sign in ends)) >= 0:
            return last + 1
    return limit


def _places(body: str, cuts: Sequence[int], spans: tuple[Span, ...], text: str) -> list[int]:
    """Where in the text each piece begins, and the end of the last: lines of a body stand there in their order."""
    begin, end = (spans[0].start, spans[-1].end) if spans else (0, 0)
    places, at, line_start, misses, left = [begin], begin, 0, 0, list(reversed(cuts))
    for line in body.split("\n"):
        found = text.find(line, at, end) if misses < MOST_MISSES else -1
        misses += found < 0
        at = max(at, found)
        while left and left[-1] <= line_start + len(line):
            places.append(min(end, at + (left.pop() - line_start if found >= 0 else 0)))
        at += len(line) if found >= 0 else 0
        line_start += len(line) + 1
    return [*places, *(at for _ in left), end]


def _within(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    clipped = [(max(span.start, start), min(span.end, end)) for span in spans]
    return tuple(Span(start=first, end=last) for first, last in clipped if first < last)


def _shared_out(story: Story, starts: Sequence[int]) -> list[tuple[Anchor, ...]]:
    """The links of each piece: those whose words stand in it, where they stand at all after those of the link before."""
    found: list[list[Anchor]] = [[] for _ in starts]
    at, misses = 0, 0
    for link in story.links:
        place = story.body.find(link.text, at) if misses < MOST_MISSES else -1
        misses += place < 0
        at = max(at, place)
        found[bisect_right(starts, at) - 1].append(link)
    return [tuple(links) for links in found]
