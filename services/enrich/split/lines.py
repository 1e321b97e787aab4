"""Units → the lines among them that may head a story by their looks: bold, in brackets, with a bullet, or just short. Pure.

Each function gives indices within units[lo:hi]; `labels` are the keys of lines that a digest says again and again within its stories.
"""

import itertools
import re
from collections.abc import Sequence

from services.enrich.split.units import Unit, key

_BRACKETED = re.compile(r"^【[^】]{4,40}】")


def bold(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short emphasised lines that are neither numbered nor labels within stories."""
    found = []
    for index in range(lo, hi):
        unit = units[index]
        if not (unit.block.emphasised and unit.titular and unit.number is None and unit.block.kind != "heading"):
            continue
        if key(unit.text) in labels or unit.text.endswith(("：", ":")) or unit.block.kind in ("list", "quote"):
            continue
        found.append(index)
    return tuple(found)


def bracketed(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with a title in brackets: 【央行开展逆回购操作】……"""
    return tuple(index for index in range(lo, hi) if _BRACKETED.match(units[index].text) and not units[index].heading)


def bulleted(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with the same bullet as the first of them, at the same depth."""
    bullets = [index for index in range(lo, hi) if (marker := units[index].block.marker) and not marker.numbered and not units[index].heading]
    if not bullets:
        return ()
    first = units[bullets[0]].block
    sign = first.marker.text if first.marker else ""
    return tuple(i for i in bullets if (m := units[i].block.marker) and m.text == sign and units[i].block.level == first.level)


def short(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short lines with longer text below: titles of a plain digest that neither numbers nor emphasises them."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = []
    for index, below in itertools.pairwise(solid):
        unit, text = units[index], units[below].text
        if not unit.titular or unit.block.marker or unit.text.endswith(("：", ":")) or key(unit.text) in labels or unit.block.kind != "paragraph":
            continue
        if len(text) >= 15 and len(text) >= 1.2 * len(unit.text) and text[-1] in "。！？”」…；）)!?.":
            found.append(index)
    return tuple(found)
