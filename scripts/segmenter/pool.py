"""Labelled digests → the stories in them, and what stands before and behind: what invented issues are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.segmenter.gold import Sample
from services.enrich.segment.labels import BODY, HEADS, INLINE, OTHER, SECTION, UNTITLED

URL = "https://example.com/"


@dataclass(frozen=True, slots=True)
class Line:
    """A line before it is printed."""

    text: str
    role: str = "other"
    """What it is: title, body, section, contents, other; a page gives each role looks of its own."""
    number: str = ""
    """Its numbering as printed, `1.` or `（一）`."""
    alone: bool = False
    """Its number stands on a line of its own."""
    bullet: str = ""
    level: int = 0
    """Of a heading."""
    strong: int = 0
    """Characters at its beginning that are bold."""
    linked: int = 0
    """Characters at its beginning that are a link."""
    kind: str = ""
    """quote, code, row, rule, picture or nothing."""
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class Issue:
    """An invented issue: its lines, and its items in the format of the gold."""

    lines: list[Line] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """A story to be printed."""

    title: str | None
    body: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """What issues are made of."""

    stories: dict[str, list[Told]]
    """By family."""
    openings: list[tuple[Line, ...]]
    endings: list[tuple[Line, ...]]


def pool_of(samples: Sequence[Sample]) -> Pool:
    """The stories of `samples` and the lines that stand before and behind them."""
    pool = Pool({}, [], [])
    for sample in samples:
        pool.stories.setdefault(sample.family, []).extend(_stories(sample))
        heads = [index for index, label in enumerate(sample.labels) if label in (*HEADS, SECTION)]
        inside = [index for index, owner in enumerate(sample.owners) if owner >= 0]
        if heads and (opening := _other(sample, range(heads[0]))):
            pool.openings.append(opening[:8])
        if inside and (ending := _other(sample, range(inside[-1] + 1, len(sample.labels)))):
            pool.endings.append(ending[:30])
    return pool


def _other(sample: Sample, lines: range) -> tuple[Line, ...]:
    return tuple(_plain(sample, index) for index in lines if sample.labels[index] == OTHER and sample.looks[index].text)


def _plain(sample: Sample, index: int) -> Line:
    look = sample.looks[index]
    kind = look.kind if look.kind in ("quote", "code", "row") else ""
    bullet = "-" if look.numbering == "bullet" or look.kind == "list" else ""
    strong = min(look.strong, len(look.text))
    return Line(look.text, strong=strong, linked=look.linked, kind=kind, bullet=bullet, cells=look.cells)


def _stories(sample: Sample) -> list[Told]:
    found: list[Told] = []
    for number, item in enumerate(sample.items):
        lines = [index for index, owner in enumerate(sample.owners) if owner == number]
        if not lines:
            continue
        body = [replace(_plain(sample, index), role="body") for index in lines if sample.labels[index] == BODY and sample.looks[index].text]
        head = sample.looks[lines[0]]
        if sample.labels[lines[0]] == INLINE and item["title"]:
            rest = " ".join(head.cells[1:]) if head.kind == "row" else head.text.partition(item["title"])[2].lstrip(" ：:—-–|。]】*")
            body = [Line(rest, "body"), *body] if len(rest) > 4 else body
        elif sample.labels[lines[0]] == UNTITLED:
            body = [Line(head.text, "body"), *body]
        if item["title"] or body:
            found.append(Told(item["title"], tuple(line for line in body if line.kind != "row")))
    return found
