"""A page's labels and a publisher's habits → the items that follow, as the general splitter gives them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from services.enrich.segment.items import BARE, Parts, parts_of
from services.enrich.segment.labels import BODY, HEADS, OTHER, SECTION, TITLE
from services.enrich.split.items import Story, headline, subject
from services.enrich.taught.habits import Habits, section_of, title_of
from services.enrich.taught.keys import PLAIN
from services.enrich.taught.page import Page


def stories_of(page: Page, labels: Sequence[int], habits: Habits) -> Parts:
    """The parts of a page, with titles, texts and sections as the publisher prints them."""
    labels = _bodied(page, labels, habits)
    parts = parts_of(page.document, page.units, labels)
    names = _sections(page, labels, habits)
    stories = [
        _story(page, labels, habits, story, head, after, names[head])
        for story, head, after in zip(parts.stories, parts.heads, [*parts.heads[1:], len(page.units)], strict=False)
    ]
    sections = list(dict.fromkeys(name for path in names for name in path))
    return replace(parts, stories=stories, sections=sections)


def _bodied(page: Page, labels: Sequence[int], habits: Habits) -> list[int]:
    """Titles without a text as what they must be where every item has one: names of sections where a title follows, else nothing.

    Where some items have none, only a line whose look names sections too, over titles of another look, is the name of one.
    """
    found = list(labels)
    heads = [line for line in page.table.solid if labels[line] in HEADS]
    for line, below in zip(heads, [*heads[1:], None], strict=False):
        end = len(labels) if below is None else below
        if labels[line] != TITLE or page.units[line].block.cells or BODY in labels[line + 1 : end] or SECTION in labels[line + 1 : end]:
            continue
        look = page.keys[line][PLAIN]
        if habits.bodied:
            found[line] = OTHER if below is None else SECTION
        elif below is not None and look in habits.naming and page.keys[below][PLAIN] != look:
            found[line] = SECTION
    return found


def _sections(page: Page, labels: Sequence[int], habits: Habits) -> list[tuple[str, ...]]:
    """The names of the sections that each line stands in, from the outermost."""
    found: list[tuple[str, ...]] = []
    path: list[tuple[int, str]] = []
    for unit, label in zip(page.units, labels, strict=True):
        depth = unit.heading or BARE
        above = [(level, name) for level, name in path if level < depth]
        if label == SECTION:
            path = [*above, (depth, section_of(habits, unit))]
        elif label in HEADS and unit.heading and above:
            path = above  # a story's heading of the same level closes the section before it
        found.append(tuple(name for _, name in path))
    return found


def _story(page: Page, labels: Sequence[int], habits: Habits, story: Story, head: int, after: int, path: tuple[str, ...]) -> Story:
    label = labels[head]
    assert label in HEADS
    title, rest = title_of(habits, page, head, label)
    lines = [rest] if rest else []
    for index in range(head + 1, after):
        unit = page.units[index]
        if labels[index] == BODY and unit.text:
            lines.extend(block.text for block in page.document.blocks[unit.first : unit.after] if block.text and block.kind != "rule")
    body = "\n".join(lines).strip()
    return replace(story, title=title, body=body, headline=headline(title, body), subject=subject(title), section_path=path, by="taught")
