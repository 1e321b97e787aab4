"""Looks of a document → a row of numbers for each line: itself, its class of lines, its place in its document, its neighbours. Pure.

Every number is relative to the document: nothing here knows a publisher, and words count only as what they do in any digest.
"""

import itertools
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.segment.look import Look, Shape, shape_of
from services.enrich.segment.styles import GRAINS, STATISTICS, Styles, styles_of
from services.enrich.split import boilerplate
from services.enrich.split.entries import is_header
from services.enrich.split.items import SOURCE

_KINDS = {"paragraph": 0, "heading": 1, "list": 2, "quote": 3, "code": 4, "row": 5, "rule": 6}
_NUMBERINGS = {
    name: place
    for place, name in enumerate(
        (
            "", "bullet", "plain", "padded", "han", "han_paren", "paren", "circled", "half_paren", "square", "keycap", "decimal", "letter",
            "roman", "di", "bar", "hash", "part", "named", "formal", "framed_han",
        )
    )
}  # fmt: skip
_PROMPT = re.compile(
    r"^\W*(?:阅读原文|查看原文|原文链接|原文|详情|查看详情|链接|点击查看|阅读更多|more|read more|via|source|参考链接|相关链接)\W*$"
    r"|^\W*(?:阅读原文|查看原文|原文链接|参考链接|详情链接)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}|\d{1,2}月\d{1,2}日|星期|周[一二三四五六日]")
_FRAME = frozenset("★☆◆◇■□●○▲▼—–-=~*#|｜/·•")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FIGURE = re.compile(r"^[\W_]*\d[\d.,%~/:-]*[^\d\s]{0,8}$|^[\W_]*$")
"""A cell that holds a figure with its unit, or nothing."""
SHORT, TAIL = 60, 400
"""Characters of the longest line that may be a heading, a day or a prompt, and of the longest whose words are looked at at all."""
HEADED = 60
"""Characters of a line whose script is looked at."""
NONE = -9.0
"""Of a neighbour that is not there."""
OFFSETS = (-3, -2, -1, 1, 2, 3)
_SEEN_NEAR = (
    "kind", "level", "numbering", "emphasis", "length", "end", "link", "bracket",
    "address", "run_before", "numbered", "loose_count", "coarse_count", "prompt", "source", "labels", "same", "coarse_gap", "empty", "tail",
    "heading", "colon_end", "same_before", "fine_count", "digits", "figures",
)  # fmt: skip
_SEEN_FAR = _SEEN_NEAR[:8]
_GRAIN_NAMES = ("coarse", "fine", "loose")


@dataclass(frozen=True, slots=True)
class Table:
    """What the model sees of a document."""

    looks: Sequence[Look]
    shapes: Sequence[Shape]
    styles: Styles
    solid: Sequence[int]
    """Lines that have text; the others are pictures and rules."""
    names: tuple[str, ...]
    rows: Sequence[Sequence[float]]


def table_of(looks: Sequence[Look]) -> Table:
    """The rows of a document's lines; empty lines have rows of their own."""
    shapes = [shape_of(look) for look in looks]
    solid = [index for index, look in enumerate(looks) if look.text]
    styles = styles_of(looks, shapes, solid)
    own = _Own(looks, shapes, styles, solid).rows()
    names = tuple(own[0]) if own else ()
    order = {line: place for place, line in enumerate(solid)}
    rows: list[list[float]] = []
    for index, row in enumerate(own):
        numbers = [float(value) for value in row.values()]
        for offset in OFFSETS:
            place = order[index] + offset if index in order else -1
            near = own[solid[place]] if 0 <= place < len(solid) else None
            seen = _SEEN_NEAR if abs(offset) < 3 else _SEEN_FAR
            numbers += [NONE] * len(seen) if near is None else [float(near[name]) for name in seen]
        rows.append(numbers)
    near_names = (f"{name}@{offset}" for offset in OFFSETS for name in (_SEEN_NEAR if abs(offset) < 3 else _SEEN_FAR))
    return Table(looks, shapes, styles, solid, (*names, *near_names), rows)


class _Own:
    """The numbers of each line without its neighbours."""

    def __init__(self, looks: Sequence[Look], shapes: Sequence[Shape], styles: Styles, solid: Sequence[int]) -> None:
        self.looks, self.shapes, self.styles, self.solid = looks, shapes, styles, solid
        self.total = max(1, len(solid))
        self.order = {line: place for place, line in enumerate(solid)}
        self.levels = sorted({look.level for look in looks if look.kind == "heading"})
        self.labels = Counter(shape.label for shape in shapes if shape.label)
        self.beginnings = Counter(look.text[:3] for look in looks if len(look.text) >= 3)
        self.places: dict[str, list[int]] = defaultdict(list)
        self.prefixes: dict[str, list[int]] = defaultdict(list)
        for line in solid:
            said = shapes[line].said
            if len(said) >= 4:
                self.places[said].append(line)
            if len(said) >= 7:
                self.prefixes[said[:7]].append(line)
        self.mean = sum(len(looks[line].text) for line in solid) / self.total
        self.shares = {
            "numbered_share": sum(looks[line].numbered for line in solid) / self.total,
            "bold_share": sum(shapes[line].emphasis == 2 for line in solid) / self.total,
            "heading_share": sum(looks[line].kind == "heading" for line in solid) / self.total,
            "row_share": sum(looks[line].kind == "row" for line in solid) / self.total,
            "bullet_share": sum(looks[line].numbering == "bullet" for line in solid) / self.total,
            "lines": math.log1p(len(looks)),
            "mean": math.log1p(self.mean),
        }
        self.announced = next((line for line in solid[:60] if is_header(looks[line].text)), None)
        self._runs()
        self._distances()

    def rows(self) -> list[dict[str, float]]:
        """One for each line, all with the same names in the same order."""
        found: list[dict[str, float]] = []
        heading = -1
        at, size = 0, max(1, sum(len(look.text) + 1 for look in self.looks))
        for index, look in enumerate(self.looks):
            row = self._form(look, self.shapes[index])
            row |= self._words(look, self.shapes[index])
            row |= self._repeats(index)
            row |= {
                "run_before": self.before[index] >= 0,
                "run_after": self.after[index] >= 0,
                "run": math.log1p(self.length[index]),
                "run_gap_before": min(60, index - self.before[index]) if self.before[index] >= 0 else -1,
                "run_gap_after": min(60, self.after[index] - index) if self.after[index] >= 0 else -1,
                "place": index / max(1, len(self.looks)),
                "index": min(index, 30),
                "rest": min(30, len(self.looks) - index),
                "text_place": at / size,
                "behind_announced": min(40, index - self.announced) if self.announced is not None and index >= self.announced else -1,
            }
            for grain, name in enumerate(_GRAIN_NAMES):
                statistics = self.styles.statistics[grain].get(self.styles.keys[grain][index], (0.0,) * len(STATISTICS))
                row |= {f"{name}_{statistic}": value for statistic, value in zip(STATISTICS, statistics, strict=True)}
                row[f"{name}_before"] = self.near_before[grain][index]
                row[f"{name}_after"] = self.near_after[grain][index]
            if look.kind == "heading":
                heading = index
            row["below_heading"] = min(40, index - heading) if heading >= 0 else 41
            row["under_level"] = self.looks[heading].level if heading >= 0 else 0
            found.append(row | self.shares)
            at += len(look.text) + 1
        return found

    def _form(self, look: Look, shape: Shape) -> dict[str, float]:
        text, size = look.text, len(look.text)
        heading = look.kind == "heading"
        rank = self.levels.index(look.level) if heading else -1
        colon = min((place for place in (text.find("：", 0, 40), text.find(":", 0, 40)) if place >= 0), default=-1)
        return {
            "kind": _KINDS[look.kind],
            "level": look.level,
            "level_rank": rank,
            "level_depth": len(self.levels) - 1 - rank if heading else -1,
            "numbering": _NUMBERINGS.get(look.numbering, 1),
            "numbered": look.numbered,
            "bullet": look.numbering == "bullet",
            "first_number": look.numbered and look.number in (0, 1),
            "number": min(look.number, 30),
            "emphasis": shape.emphasis,
            "strong_share": look.strong / size if size else 0.0,
            "strong": min(look.strong, 60),
            "length": math.log1p(size),
            "relative_length": math.log((size + 1) / (self.mean + 1)),
            "end": shape.end,
            "sentences": min(3, text[:-1].count("。")),
            "commas": min(4, text.count("，") + text.count("、")),
            "colon": colon,
            "colon_end": text[-1:] in ("：", ":") if text else False,
            "link": shape.link,
            "links": min(4, look.links),
            "bracket": shape.bracket,
            "emoji": shape.emoji,
            "images": min(2, look.images),
            "empty": not text,
            "cells": len(look.cells),
            "header": look.header,
            "first_cell": len(look.cells[0]) if look.cells else 0,
            "flows": look.flows,
            "joined": look.joined,
            "ascii": sum(character < "\x80" for character in text[:HEADED]) / max(1, min(HEADED, size)),
            "digits": sum(map(str.isdigit, text[:HEADED])) / max(1, min(HEADED, size)),
            "figures": sum(1 for cell in look.cells if _FIGURE.match(cell)) / max(1, len(look.cells)),
            "longest_cell": min(200, max(map(len, look.cells), default=0)),
        }

    def _words(self, look: Look, shape: Shape) -> dict[str, float]:
        text, size = look.text, len(look.text)
        short = 0 < size <= SHORT
        return {
            "address": 2 if _ADDRESS.fullmatch(text.strip("<> ")) else 1 if "http" in text else 0,
            "labels": math.log1p(self.labels[shape.label]) if shape.label else 0.0,
            "beginning": math.log1p(self.beginnings[text[:3]]) if size >= 3 else 0.0,
            "prompt": short and bool(_PROMPT.search(text)),
            "source": bool(SOURCE.match(text)),
            "day": short and bool(_DAY.search(text)),
            "framed": text[:1] in _FRAME and text[-1:] in _FRAME and 2 < size <= 24,
            "tail": size <= TAIL and boilerplate.tail_kind(text) is not None,
            "heading": short and boilerplate.heading_kind(text) is not None,
            "dated": short and bool(boilerplate.date_line(text) or boilerplate.issue_line(text) or boilerplate.byline(text)),
            "digest_name": short and bool(boilerplate.digest_name(text)),
            "announces": short and is_header(text),
        }

    def _repeats(self, index: int) -> dict[str, float]:
        said = self.shapes[index].said
        same = self.places.get(said, ()) if len(said) >= 4 else ()
        alike = self.prefixes.get(said[:7], ()) if len(said) >= 7 else ()
        coarse = self.styles.keys[0]
        return {
            "same": min(40, len(same)),
            "same_before": bisect_left(same, index),
            "same_after": len(same) - 1 - bisect_left(same, index) if same else 0,
            "alike_before": min(3, bisect_left(alike, index)),
            "alike_after": min(3, len(alike) - 1 - bisect_left(alike, index)) if alike else 0,
            "same_style": sum(coarse[other] == coarse[index] for other in same[:40] if other != index),
        }

    def _runs(self) -> None:
        """Numberings of one look that count on: the line before, the line after, and how long the run is."""
        size = len(self.looks)
        self.before, self.after, self.length = [-1] * size, [-1] * size, [0] * size
        last: dict[tuple[object, ...], int] = {}
        for line in self.solid:
            look = self.looks[line]
            if not look.numbered or look.kind in ("row", "code"):
                continue
            style = (look.numbering, look.kind, look.level, self.shapes[line].emphasis == 2)
            previous = last.get((*style, look.number - 1))
            if previous is not None and self.after[previous] < 0:
                self.after[previous], self.before[line] = line, previous
            self.length[line] = self.length[self.before[line]] + 1 if self.before[line] >= 0 else 1
            last[(*style, look.number)] = line
        for line in reversed(self.solid):
            if self.after[line] >= 0:
                self.length[line] = self.length[self.after[line]]

    def _distances(self) -> None:
        """By grain, how many lines away the nearest of the same class are."""
        size = len(self.looks)
        self.near_before = [[60.0] * size for _ in range(GRAINS)]
        self.near_after = [[60.0] * size for _ in range(GRAINS)]
        for grain in range(GRAINS):
            for lines in self.styles.members[grain].values():
                for one, two in itertools.pairwise(lines):
                    gap = float(min(60, self.order[two] - self.order[one]))
                    self.near_after[grain][one] = self.near_before[grain][two] = gap
