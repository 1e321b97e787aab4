"""Examples with the item that each line belongs to → a publisher's habits: where titles, texts and sections stand in their lines. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.enrich.segment.labelling import printed
from services.enrich.segment.labels import HEADS, INLINE, SECTION, TITLE
from services.enrich.split.items import Head
from services.enrich.split.units import Unit, section_name
from services.enrich.taught.forms import GENERAL, Form, learned, same, taken
from services.enrich.taught.keys import PLAIN, path_of
from services.enrich.taught.page import Page

_FIGURES = re.compile(r"\d+")

Item = Mapping[str, Any]
"""With `title`, `section`, `starts` and `ends`, as gold sets have them."""
FEW = 2
"""Lines of a kind from which it has a rule of its own; one alone may be chance where others tell another."""

ENOUGH = 3
"""Items from which one can say that all have a text."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Columns of a table's row."""

    title: int | None
    first: int | None
    """Of the text."""
    last: int | None


@dataclass(frozen=True, slots=True)
class Habits:
    """How a publisher prints what a person has read."""

    titles: Mapping[tuple[int, Hashable], Form]
    """By label and kind of line; the kind None holds for all others."""
    cells: Mapping[Hashable, Cells]
    names: Mapping[str, str]
    """Names of sections by the words of their lines."""
    section: Form
    bodied: bool
    """Every titled item has a text: a title without one is the name of a section, or nothing."""
    naming: frozenset[Hashable]
    """Looks of lines that name sections."""
    own: bool = True
    """Items stand in the section whose name stands before them; else the general splitter's sections are taken."""


def kind_of(unit: Unit, page: Page, index: int) -> Hashable:
    """Lines of one kind have their titles in the same place."""
    look = page.table.looks[index]
    return look.kind, look.level, look.numbering, look.emphasis, path_of(unit), len(look.cells)


def row_of(unit: Unit) -> Hashable:
    """Rows of one table, or of tables like it."""
    return len(unit.block.cells), path_of(unit)


def habits_of(examples: Sequence[tuple[Page, Sequence[int], Sequence[int], Sequence[Item]]]) -> Habits:
    """The habits that (page, labels, owners, items) show; `owners` says which item each line belongs to."""
    lines: dict[tuple[int, Hashable], list[tuple[Unit, str, str]]] = defaultdict(list)
    rows: dict[Hashable, Counter[Cells]] = defaultdict(Counter)
    names: dict[str, str] = {}
    naming: set[Hashable] = set()
    sections: list[tuple[Unit, str, str]] = []
    for page, labels, owners, items in examples:
        wanted = sorted({name for item in items if (name := item.get("section"))}, key=len, reverse=True)
        for index, (unit, label) in enumerate(zip(page.units, labels, strict=True)):
            if label in (TITLE, INLINE) and owners[index] >= 0:
                item = items[owners[index]]
                begins = printed(item["starts"])[:6] if label == INLINE else ""
                for kind in (kind_of(unit, page, index), None):
                    lines[label, kind].append((unit, item["title"], begins))
            if label in HEADS and unit.block.cells and owners[index] >= 0:
                cells = _cells(unit, items[owners[index]])
                rows[row_of(unit)][cells] += 1
                rows[len(unit.block.cells)][cells] += 1
            if label == SECTION:
                naming.add(page.keys[index][PLAIN])
            if label == SECTION and (name := next((name for name in wanted if same(name, section_name(unit.text))), None) or _within(unit, wanted)):
                if not any(character.isdigit() for character in name):  # a day's name is another one in the next issue
                    names[words(unit.block.text)] = name
                sections.append((unit, name, ""))
    forms = {key: learned(told, _head(key[0])) for key, told in lines.items() if key[1] is None or len(told) >= FEW}
    chosen = {kind: counts.most_common(1)[0][0] for kind, counts in rows.items()}
    plain = sum(same(section_name(unit.text), name) for unit, name, _ in sections)
    form = GENERAL if plain == len(sections) else learned(sections, "title")
    titled = [item for *_, items in examples for item in items if item["title"]]
    bodied = len(titled) >= ENOUGH and all(item["starts"] or item["ends"] for item in titled)
    return Habits(forms, chosen, names, form, bodied, frozenset(naming))


def words(text: str) -> str:
    """The words of a line with their signs, C apart from C++, whatever figures stand in it."""
    return _FIGURES.sub("9", printed(text)).casefold()


def _head(label: int) -> Head:
    return "inline" if label == INLINE else "title"


def _within(unit: Unit, wanted: Sequence[str]) -> str | None:
    text = printed(unit.block.text)
    return next((name for name in wanted if printed(name) in text), None)


def _cells(unit: Unit, item: Item) -> Cells:
    """Where title and text of an item stand in its row."""
    cells = [printed(cell) for cell in unit.block.cells]
    places = range(len(cells))
    title = next((place for place in places if item["title"] and same(cells[place], item["title"])), None)
    if title is None and item["title"]:
        title = next((place for place in places if printed(item["title"]) in cells[place]), None)
    first = last = None
    if begins := printed(item["starts"])[:10]:
        first = next((place for place in places if place != title and cells[place].startswith(begins)), None)
    if ends := printed(item["ends"]).rstrip("。")[-10:]:
        last = next((place for place in reversed(places) if cells[place].rstrip("。").endswith(ends)), None)
    return Cells(title, first, last)


def title_of(habits: Habits, page: Page, index: int, label: int) -> tuple[str | None, str]:
    """Title and text of the line that heads an item."""
    unit = page.units[index]
    if unit.block.cells and (cells := habits.cells.get(row_of(unit)) or habits.cells.get(len(unit.block.cells))) is not None:
        return _in_row(habits, page, index, label, cells)
    if label not in (TITLE, INLINE):
        return None, unit.text
    form = habits.titles.get((label, kind_of(unit, page, index))) or habits.titles.get((label, None)) or GENERAL
    found = taken(form, unit, _head(label)) or taken(GENERAL, unit, _head(label))
    if found is None:
        return (unit.text, "") if label == TITLE else (None, unit.text)
    return found[0], found[1] if label == INLINE else ""


def _in_row(habits: Habits, page: Page, index: int, label: int, cells: Cells) -> tuple[str | None, str]:
    unit = page.units[index]
    texts = unit.block.cells
    title = texts[cells.title] if cells.title is not None and cells.title < len(texts) else None
    if title is not None and label == TITLE:
        form = habits.titles.get((label, kind_of(unit, page, index))) or habits.titles.get((label, None)) or GENERAL
        if form.part.startswith("cell") and (found := taken(form, unit, "title")) is not None:
            title = found[0]
    if cells.first is None:
        return title, ""
    last = cells.last if cells.last is not None else len(texts) - 1
    return title, " ".join(text for place, text in enumerate(texts) if cells.first <= place <= last and place != cells.title and text)


def section_of(habits: Habits, unit: Unit) -> str:
    """The name of a section by its line."""
    known = habits.names.get(words(unit.block.text))
    if known is not None:
        return known
    found = taken(habits.section, unit, "title") if habits.section != GENERAL else None
    return found[0] if found else section_name(unit.text) or unit.text
