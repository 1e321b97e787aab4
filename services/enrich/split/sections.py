"""Parts in a row → parts under the short lines that stand before them and name their section. Pure."""

from collections.abc import Sequence, Set

from services.enrich.split import boilerplate
from services.enrich.split.items import SOURCE
from services.enrich.split.parts import FIELD, Heads, Part
from services.enrich.split.units import Unit

SECTION = 20
"""Characters of the longest plain line that heads a section by standing before a new beginning of numbers: 重点数据泄露事件 has 8."""


def grouped(parts: list[Part], heads: Heads, units: Sequence[Unit], labels: Set[str]) -> list[Part]:
    """Parts under the short lines that stand before a member: `楼市` before the 1、 that begins anew."""
    if heads.by == "emphasis":
        return _under_bare(parts, units)
    if heads.by.startswith("heading") or heads.by == "table":
        return parts
    openings: dict[int, int] = {}
    for position, part in enumerate(parts):
        if position + 1 < len(parts) and (line := _opening(part, parts[position + 1].first, heads, units, labels)) is not None:
            openings[position + 1] = line
    openings |= _fields(parts, heads, openings, units, labels)
    _days_only_among_days(openings, units)
    if not openings:
        return parts
    result: list[Part] = []
    current: list[Part] = []
    head: int | None = None
    for position, part in enumerate(parts):
        cut = openings.get(position + 1)
        if position in openings:
            result.extend([Part(head, head, current[-1].after, tuple(current), "line")] if head is not None and current else current)
            head, current = openings[position], []
        kept = part if cut is None else Part(part.head, part.first, cut, part.parts, part.by)
        if kept.first < kept.after:
            current.append(kept)
    result.extend([Part(head, head, current[-1].after, tuple(current), "line")] if head is not None and current else current)
    return result


def _under_bare(parts: list[Part], units: Sequence[Unit]) -> list[Part]:
    """Parts under emphasised lines that nothing but the next one follows: names of fields above titles of stories."""
    bare_heads = [part.head is not None and not part.parts and len(units[part.head].text) <= SECTION and _nothing(part, units) for part in parts]
    if not any(bare_heads) or not any(part.head is not None and not empty for part, empty in zip(parts, bare_heads, strict=True)):
        return parts
    result: list[Part] = []
    for part, empty in zip(parts, bare_heads, strict=True):
        above = result[-1] if result and result[-1].by == "line" else None
        if empty:
            result.append(Part(part.head, part.first, part.after, (), "line"))
        elif above is not None and part.head is not None:
            result[-1] = Part(above.head, above.first, part.after, (*above.parts, part), "line")
        else:
            result.append(part)
    return result


def _fields(parts: Sequence[Part], heads: Heads, openings: dict[int, int], units: Sequence[Unit], labels: Set[str]) -> dict[int, int]:
    """Names of fields that stand between stories whose numbers go on through all of them: 政策法规 1、 2、 市场行情 3、 …

    The first number stands under such a name, and fewer than half of the stories, and not the last one, have one behind their text.
    """
    begun = min(openings, default=len(parts))
    if not heads.by.startswith("number") or len(heads.restarts) != 1 or len(openings) != 1 or begun > 1 or len(units[openings[begun]].text) > FIELD:
        return {}
    found = {}
    for position, part in enumerate(parts):
        if position < begun or (line := _last(part, units)) is None:
            continue
        unit, above = units[line], units[line - 1]
        name = unit.titular and 2 <= len(unit.text) <= FIELD and unit.text.isalpha() and unit.said not in labels and unit.block.marker is None
        if name and line > part.first and above.text.endswith("。"):
            found[position + 1] = line
    return found if 2 * len(found) < len(parts) and len(parts) not in found else {}


def _last(part: Part, units: Sequence[Unit]) -> int | None:
    return next((index for index in range(part.after - 1, part.first, -1) if not units[index].empty), None)


def _nothing(part: Part, units: Sequence[Unit]) -> bool:
    """Nothing stands below the part's head."""
    return not any(units[index].text for index in range(part.first + 1, part.after))


def _opening(part: Part, following: int, heads: Heads, units: Sequence[Unit], labels: Set[str]) -> int | None:
    """The last line of `part` that heads what follows, if it does."""
    index = following - 1
    while index > part.first and units[index].empty:
        index -= 1
    if index < part.first or (part.head is not None and index == part.head):
        return None
    unit = units[index]
    above = next((units[other].text for other in range(index - 1, part.first - 1, -1) if units[other].text), "")
    if above.endswith(("：", ":")):
        return None  # what the line above announces: 来源：
    if not unit.titular or len(unit.text) > SECTION or unit.said in labels:
        return None
    anew = following in heads.restarts
    if unit.text.endswith(("：", ":")) and not (anew and len(unit.text) <= FIELD and _announced(heads, units)):
        return None
    if boilerplate.issue_line(unit.text) or SOURCE.match(unit.text) or boilerplate.tail_kind(unit.text):
        return None
    if unit.block.links or not (anew or unit.prominent or heads.by in ("contents", "short")):
        return None
    if unit.prominent and not anew and not (unit.heading or heads.by == "contents"):
        return None
    if not anew and part.head is not None and not unit.heading and len(unit.text) > 12:
        return None
    return index


def _announced(heads: Heads, units: Sequence[Unit]) -> bool:
    """Every new beginning of the numbers stands below a line that announces it: 宏观： 行业： 公司：."""
    above = [units[restart - 1].text for restart in heads.restarts if restart]
    return len(above) >= 2 and all(text.endswith(("：", ":")) and len(text) <= FIELD for text in above)


def _days_only_among_days(openings: dict[int, int], units: Sequence[Unit]) -> None:
    """Take away the one line that says a day: it is the digest's own, where no other section is named by its day."""
    days = [position for position, line in openings.items() if boilerplate.date_line(units[line].text)]
    if len(days) == 1:
        del openings[days[0]]
