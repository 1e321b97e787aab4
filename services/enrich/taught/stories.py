"""A page's labels and a publisher's habits → the items that follow, as the general splitter gives them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from services.enrich.segment.items import BARE, Parts, parts_of
from services.enrich.segment.labels import BODY, HEADS, OTHER, SECTION, TITLE
from services.enrich.split.items import Story, headline, subject
from services.enrich.taught.forms import same
from services.enrich.taught.habits import Habits, Item, section_of, title_of
from services.enrich.taught.keys import PLAIN
from services.enrich.taught.page import Page

SECTIONS = 0.8
"""Share of the items that must stand in the section whose line is the last before them."""


def by_lines(examples: Sequence[tuple[Page, Sequence[int], Sequence[int], Sequence[Item]]], habits: Habits) -> bool:
    """Whether (page, labels, owners, items) show that sections are named by lines before their items: of at least so many items, or else that
    the general splitter finds them no better.
    """
    own = general = count = 0
    for page, labels, owners, items in examples:
        found, other = sections_of(page, labels, habits), _general(page)
        for index, label in enumerate(labels):
            if label in HEADS and owners[index] >= 0 and (name := items[owners[index]].get("section")):
                count += 1
                own += same(name, found[index][-1] if found[index] else None)
                general += same(name, other[index][-1] if other[index] else None)
    return own >= SECTIONS * count or own >= general


def stories_of(page: Page, labels: Sequence[int], habits: Habits) -> Parts:
    """The parts of a page, with titles, texts and sections as the publisher prints them."""
    labels = _bodied(page, labels, habits)
    parts = parts_of(page.document, page.units, labels)
    names = sections_of(page, labels, habits) if habits.own else _general(page)
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


def _general(page: Page) -> list[tuple[str, ...]]:
    """The sections that the general splitter has for each line, such as those that a contents list alone names."""
    paths = {block: story.section_path for story in page.general.stories for block in range(story.first, story.after)}
    return [paths.get(unit.first, ()) for unit in page.units]


def sections_of(page: Page, labels: Sequence[int], habits: Habits) -> list[tuple[str, ...]]:
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
