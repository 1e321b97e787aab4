"""A text and its entities → lines of escaped HTML in which each mention is marked, and the mentions by kind. Pure.

Mentions may lie within each other (the region in a company's name); of two that cross, or that cover the same characters, the first is marked.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Entity = Mapping[str, Any]

KINDS = {
    "region": "地区",
    "region_group": "区域",
    "agency": "机关",
    "company": "企业",
    "document": "文件",
    "document_no": "文号",
    "standard": "标准",
    "date": "日期",
    "quantity": "数量",
    "scheme": "机制",
    "person": "人物",
}
"""Kind → label, in the order of the legend."""

FILTERS = {"region": "region", "agency": "agency", "company": "company", "document": "document"}
"""Kinds that the search page can filter by."""

NOTED: Mapping[str, tuple[str, ...]] = {"agency": ("level", "role"), "document": ("kind", "action")}
"""Kind → what of its canonical form is told beside the name."""
NOTES = {"issuer": "发文", "mentioned": ""}

BULLETS = "•●○◆◇■□▪▶►➤🟡🟢🔴🔵🟠🟣⚫⚪🔸🔹"
SPACED_BULLETS = "·-–—*"
"""Only before a space: `*ST` is a share's name, `-5℃` a temperature."""


@dataclass(frozen=True)
class Line:
    """A paragraph or a bullet."""

    html: str
    bullet: bool = False


@dataclass(frozen=True)
class Mention:
    """A value that the item mentions, however often."""

    label: str
    count: int
    filter: tuple[str, str] | None
    """Parameter and value that find the other items with it"""
    note: str = ""
    """What else is known of it: a body's level and role, a document's kind and what is done with it"""


def lines(text: str, entities: Iterable[Entity], *, field: str) -> list[Line]:
    """The lines that hold anything, marked; offsets of the entities count over the whole text."""
    marks = _nested([entity for entity in entities if entity.get("field") == field and _fits(entity, text)])
    result, at = [], 0
    for line in text.split("\n"):
        start = at + len(line) - len(line.lstrip())
        end = at + len(line.rstrip())
        bullet = start < end and (text[start] in BULLETS or (text[start] in SPACED_BULLETS and text[start + 1 : start + 2].isspace()))
        if bullet:
            start += 1
            while start < end and (text[start].isspace() or text[start] == "\ufe0f"):
                start += 1
        if start < end:
            result.append(Line(_html(text, start, end, marks), bullet))
        at += len(line) + 1
    return result


def _fits(entity: Entity, text: str) -> bool:
    start, end = entity.get("start"), entity.get("end")
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text) and text[start:end] == entity.get("text")


def _nested(entities: Sequence[Entity]) -> list[Entity]:
    """In order, outer ones first, without those that cross one before."""
    kept: list[Entity] = []
    open_ends: list[int] = []
    for entity in sorted(entities, key=lambda one: (one["start"], -one["end"])):
        while open_ends and open_ends[-1] <= entity["start"]:
            open_ends.pop()
        same = kept and (kept[-1]["start"], kept[-1]["end"]) == (entity["start"], entity["end"])
        if same or (open_ends and entity["end"] > open_ends[-1]):
            continue
        kept.append(entity)
        open_ends.append(entity["end"])
    return kept


def _html(text: str, start: int, end: int, marks: Sequence[Entity]) -> str:
    """text[start:end] with what of the marks lies in it; a mention over a line's end is marked on both lines."""
    parts, at, ends = [], start, list[int]()

    def close_until(position: int) -> None:
        nonlocal at
        while ends and ends[-1] <= position:
            parts.append(html.escape(text[at : ends[-1]]) + "</mark>")
            at = ends.pop()

    for entity in marks:
        first, last = max(entity["start"], start), min(entity["end"], end)
        if first >= last:
            continue
        close_until(first)
        parts.append(html.escape(text[at:first]))
        parts.append(f'<mark class="e-{html.escape(str(entity.get("type")))}" title="{html.escape(_title(entity))}">')
        at = first
        ends.append(last)
    close_until(end)
    return "".join([*parts, html.escape(text[at:end])])


def _title(entity: Entity) -> str:
    kind = KINDS.get(str(entity.get("type")), str(entity.get("type")))
    sure = entity.get("confidence")
    # An item that was indexed before confidence was told has none.
    told = f"(把握 {sure:.0%})" if isinstance(sure, (int, float)) and not isinstance(sure, bool) else ""
    return f"{kind}:{label(entity)}{told}"


def label(entity: Entity) -> str:
    """What a mention stands for, for people: the canonical name, a quantity with its indicator, else as written."""
    value, canonical = entity.get("value"), entity.get("canonical") or {}
    if entity.get("type") == "region":
        path = canonical.get("path") or ()
        return "".join(path) or str(canonical.get("name") or entity.get("text"))
    if entity.get("type") == "date" and isinstance(value, str) and "/" in value:
        start, _, end = value.partition("/")
        return f"至 {end}" if start == ".." else f"自 {start}" if end == ".." else f"{start} 至 {end}"
    if isinstance(value, Mapping):
        sign = {"=": "", ">=": "≥", "<=": "≤", "~": "约"}.get(str(value.get("op")), str(value.get("op")))
        number = value.get("number")
        shown = f"{number:,.10g}" if isinstance(number, (int, float)) else str(number)
        return f"{value.get('indicator')} {sign}{shown}{value.get('unit')}".strip()
    return str(canonical.get("name") or value or entity.get("text"))


def by_kind(entities: Iterable[Entity]) -> dict[str, list[Mention]]:
    """Label of the kind → its values in the text's order, each once, in the legend's order."""
    found: dict[str, dict[str, Mention]] = {}
    for entity in entities:
        kind, name = str(entity.get("type")), label(entity)
        before = found.setdefault(kind, {}).get(name)
        # What one mention tells (《方案》 is 印发 in one place) holds for all of them.
        note = (before.note if before else "") or _note(entity, kind)
        found[kind][name] = Mention(name, (before.count if before else 0) + 1, _filter(entity, kind), note)
    order = [*KINDS, *(kind for kind in found if kind not in KINDS)]
    return {kind: list(found[kind].values()) for kind in order if kind in found}


def _note(entity: Entity, kind: str) -> str:
    canonical = entity.get("canonical") or {}
    said = [NOTES.get(str(canonical.get(key)), str(canonical.get(key))) for key in NOTED.get(kind, ()) if isinstance(canonical.get(key), str)]
    return "、".join(word for word in said if word)


def _filter(entity: Entity, kind: str) -> tuple[str, str] | None:
    name = FILTERS.get(kind)
    value = entity.get("value") if kind == "region" else (entity.get("canonical") or {}).get("name") or entity.get("value")
    return (name, value) if name and isinstance(value, str) and value else None
