"""A document's lines → their style keys, from fine to coarse: what a line shares with others that are the same thing in the same layout. Pure."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.enrich.segment.features import Table
from services.enrich.split.units import Unit, key

Keys = tuple[Hashable | None, ...]
"""One for each weight of WEIGHTS; None where the line has no such key."""

WEIGHTS = (15, 5, 4, 4, 3, 2.5, 2.5, 3, 1.5, 1.5, 2, 1.5, 1.2, 1, 2.5, 1.5, 0.4, 0.4, 0.3, 0.3, 0.3, 0.6, 0.6, 2.5, 3, 3)
"""What a key's vote counts for: the finer, the more. Set on the families of the gold set that were in use."""

WORDS = 0
"""The key that is a line's words, in a look like its own."""
PLAIN = 13
"""The key that is a line's look alone."""
SAID = 40
"""Characters of a line that is known again by its words."""
_FIGURES = re.compile(r"\d+|(?<=第)[一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾]+|[一二三四五六七八九十]+(?=[月日周期章节、])")
_DIGITS = re.compile(r"\d+")
_EMOJI = re.compile("^[\\s\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff★☆⭐]")


@dataclass(frozen=True, slots=True)
class _Style:
    plain: tuple[Hashable, ...]
    full: tuple[Hashable, ...]
    coarse: tuple[Hashable, ...]
    strong: bool
    """Emphasised, boxed or a heading: such lines name what stands below them."""


def said(text: str) -> str:
    """The words of a line, whatever figures and days stand in it."""
    return _FIGURES.sub("9", key(text[: 4 * SAID]))[:SAID]


def shape(text: str) -> str:
    """The first three runs of a line's characters by kind: `汉9:`."""
    runs: list[str] = []
    for character in text[:10]:
        kind = (
            "9" if character.isdigit()
            else "汉" if "\u4e00" <= character <= "\u9fff"
            else "a" if character.isascii() and character.isalpha()
            else "_" if character.isspace()
            else character
        )  # fmt: skip
        if not runs or runs[-1] != kind:
            runs.append(kind)
    return "".join(runs[:3])


def keys_of(units: Sequence[Unit], table: Table, general: Sequence[int]) -> list[Keys]:
    """The keys of each unit; `general` is what the general splitter says each is."""
    recurring = Counter(shape.label for shape in table.shapes if shape.label)
    styles = [_style(units[index], table, index, recurring) for index in range(len(units))]
    words = [said(unit.block.text) if unit.text else "" for unit in units]
    times = Counter(words)
    before: dict[int, int] = {after: first for first, after in pairwise(table.solid)}
    behind: dict[int, int] = dict(pairwise(table.solid))
    found: list[Keys] = []
    heading: tuple[int, str] | None = None
    strong: Hashable = None
    for index, (unit, style) in enumerate(zip(units, styles, strict=True)):
        own, above, below = words[index], before.get(index), behind.get(index)
        up = styles[above].plain if above is not None else "edge"
        down = styles[below].plain if below is not None else "edge"
        plain, full = style.plain, style.full
        formed = shape(unit.text)
        label = table.shapes[index].label
        near = (general[index], general[above] if above is not None else "", general[below] if below is not None else "")
        found.append(
            (
                ("said", own, style.coarse) if own else None,
                (full, up, down), (full, up), (full, down),
                (plain, up, down), (plain, up), (plain, down),
                (plain, "under", heading[1] if heading else None),
                (plain, "level", heading[0] if heading else None),
                (plain, "below", strong),
                full,
                (plain, unit.text[:1] if not unit.text[:1].isalnum() else "", formed),
                (plain, "size", table.shapes[index].size),
                plain,
                ("label", label) if label and recurring[label] >= 2 else None,
                ("path", path) if (path := path_of(unit)) else None,
                style.coarse,
                (style.coarse[0], formed, style.coarse[2]),
                ("under", heading[1]) if heading else None,
                ("begins", own[:3], style.coarse) if len(own) >= 3 else None,
                ("ends", own[-4:]) if 4 <= len(own) < SAID else None,
                ("place", min(index, 3), plain),
                ("again", times[own] > 1, plain),
                ("general", general[index], plain),
                ("general", *near, plain),
                ("general", general[index], full),
            )
        )  # fmt: skip
        if unit.block.kind == "heading":
            heading = (unit.block.level, own)
        if style.strong:
            strong = plain
    return found


def path_of(unit: Unit) -> str:
    """Tags and classes of the elements around the line, where its reader knows them, whatever numbers stand in them."""
    return _DIGITS.sub("9", unit.block.path)


def _style(unit: Unit, table: Table, index: int, recurring: Counter[str]) -> _Style:
    look, shape_ = table.looks[index], table.shapes[index]
    kind = (look.kind, look.level)
    marker = f"bullet {unit.block.marker.text[:1]}" if look.numbering == "bullet" and unit.block.marker else look.numbering
    plain = (kind, marker, shape_.emphasis, path_of(unit), shape_.bracket, shape_.link == 2)
    first = look.text[:1]
    lead = "" if not first or first.isalnum() else "emoji" if _EMOJI.match(first) else first
    full = (
        plain, shape_.emoji, lead, shape_.size, shape_.end in (1, 2), recurring[shape_.label] >= 2 if shape_.label else False,
        min(2, look.links), len(look.cells),
    )  # fmt: skip
    strong = shape_.emphasis == 2 or look.kind == "heading" or shape_.bracket == 2
    return _Style(plain, full, (kind, marker, shape_.emphasis), strong)
