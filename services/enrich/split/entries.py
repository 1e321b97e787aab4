"""A contents list → its entries, each with the unit of the digest that it stands for. Pure."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.enrich.split.likeness import Lines
from services.enrich.split.units import ENDED, Unit, bare, key, section_name, unpaged

_HEADER = re.compile(
    r"(?:目录|目次|概览|导读|导览|导视|导航|提要|新闻摘要|内容摘要|主要内容|速览|看点|要点|快览|索引|摘要目录|内容预览|头条预告)$"
    r"|^(?:contents|toc|tableofcontents|overview|highlights)$",
    re.IGNORECASE,
)
FIELD = 8
"""Characters of the longest line that names a section when the digest says it again as one; entries have more."""
PART = 5
"""Characters of a title that at least stand in an entry that says more, or the other way round."""


@dataclass(frozen=True)
class Entry:
    """A line of the contents list."""

    at: int
    """Index of its unit."""
    title: str
    number: str | None
    section: str | None
    target: int | None
    """Index of the unit that it stands for; None where the body has none."""
    equal: bool = True
    """It says it word by word."""
    partly: bool = False
    """It says more or less than the title, in the title's place and words."""


def is_header(text: str) -> bool:
    """A short line that announces a contents list."""
    shown = "".join(bare(text).strip("【】[]「」*—-–·•#|｜ :：").split()) if len(text) <= 60 else ""
    return 1 < len(shown) <= 20 and bool(_HEADER.search(shown))


def entries_of(units: Sequence[Unit], first: int, after: int, equal: dict[int, tuple[str, int]]) -> list[Entry]:
    """The entries of the list units[first:after]; `equal`: lines that the digest says again word by word, with what they say and where."""
    entries: list[Entry] = []
    section: str | None = None
    taken = {at for _, at in equal.values()}
    numbered = sum(1 for index in equal if units[index].marker) * 2 > len(equal)
    lines: Lines | None = None
    joined = -1
    names = {unit.said for unit in units[after:] if unit.titular and len(unit.text) <= FIELD}
    for index in range(first, after):
        unit = units[index]
        if unit.empty or index == joined:
            continue
        number = unit.marker.text if unit.marker else None
        if index in equal:
            title, target = equal[index]
            entries.append(Entry(index, unpaged(title), number, section, target))
        elif (unit.heading or (unit.titular and unit.said in names)) and not is_header(unit.text):
            section = section_name(unit.text)
        elif (
            unit.titular
            and not is_header(unit.text)
            and (unit.marker or not numbered)
            and unit.block.kind != "row"
            and (len(unit.text) >= 6 or unit.text[-1] in "：:")
        ):
            if lines is None:
                lines = Lines((other, units[other].said) for other in range(after, len(units)) if units[other].titular or units[other].heading)
            title, similar = unit.text, lines.most_like(unit.said, taken=taken)
            below = units[index + 1] if index + 1 < after else None
            broken = unit.text[-1] in "：:" or similar is None
            if broken and below is not None and numbered and below.marker is None and below.said and not below.heading:
                # An entry that is broken over two lines: 15.某人士： / 调查结论或遭掩盖
                whole = lines.most_like(unit.said + below.said, taken=taken)
                if whole is not None:
                    similar = whole
                    title, joined = unit.text + below.text.rstrip(ENDED), index + 1
            if similar is not None:
                taken.add(similar)
            entries.append(Entry(index, unpaged(title), number, section, similar, equal=similar is not None and units[similar].said == key(title)))
    return _by_place(units, after, _sections(units, entries))


def _sections(units: Sequence[Unit], entries: list[Entry]) -> list[Entry]:
    """The entries without those that name a section: nothing stands between its heading in the digest and what the next entry names."""
    under: list[bool] = []
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        below = None if entry.target is None else next((at for at in range(entry.target + 1, len(units)) if not units[at].empty), None)
        under.append(below is not None and following is not None and following.target == below)
    if sum(under) * 2 > len(entries):  # a digest of headlines: nothing stands below any
        return entries
    kept: list[Entry] = []
    section: str | None = None
    for entry, above in zip(entries, under, strict=True):
        if above:
            section = section_name(entry.title)
        else:
            kept.append(replace(entry, section=section) if section and entry.section is None else entry)
    return kept


def _by_place(units: Sequence[Unit], after: int, entries: list[Entry]) -> list[Entry]:
    """The entries with those that are worded otherwise tied to the one title that stands between the titles of their neighbours."""
    targets = [entry.target for entry in entries if entry.target is not None]
    if len(targets) < 2 or any(below < above for above, below in itertools.pairwise(targets)) or targets[0] < after:
        return entries
    looks = Counter((units[at].heading, units[at].prominent) for at in targets).most_common(1)[0][0]
    kept: list[Entry] = []
    for index, entry in enumerate(entries):
        title, at = key(entry.title), entry.target
        if at is None:
            lo = next((one.target for one in reversed(kept) if one.target is not None), after - 1)
            hi = next((one.target for one in entries[index + 1 :] if one.target is not None), len(units))
            between = [
                other for other in range(lo + 1, hi) if units[other].titular and (units[other].heading, units[other].prominent) == looks and looks[1]
            ]
            at = next((other for other in between if _part(title, units[other].said)), None)
        partly = at is not None and not entry.equal and _part(title, units[at].said)
        kept.append(replace(entry, target=at, equal=entry.equal and entry.target is not None, partly=partly))
    return kept


def _part(title: str, other: str) -> bool:
    """One says the other and more."""
    return min(len(title), len(other)) >= PART and (title in other or other in title)
