"""Units → the lines among them that may head a story by their looks: bold, in brackets, with a bullet, or just short. Pure.

Each function gives indices within units[lo:hi]; `labels` are the keys of lines that a digest says again and again within its stories.
"""

import itertools
import re
from collections.abc import Sequence

from services.enrich.split.boilerplate import date_line
from services.enrich.split.items import SOURCE
from services.enrich.split.units import Unit

_BRACKETED = re.compile(r"^【[^】]{2,40}】")
_BOXED = re.compile(r"^【[^】]{2,40}】$")
_FRAMES = frozenset("★☆◆◇■□●○▲▼—–-=~*#|｜/·•")
_FRAMED = re.compile(r"^([★☆◆◇■□●○▲▼—–=~*#|｜/·•-])\1*\s*\w[^★☆◆◇■□●○▲▼—–=~*#|｜]{0,15}?\s*\1+$")
LEADING = 7
"""Characters of the shortest bold sentence that is the title of its paragraph: 乙银行：行长辞任。 has nine, labels (处置：) have fewer."""
LED = 5
"""Characters that at least stand behind it: 协议期五年。 has six."""
FRAME = 24
"""Characters of the longest line that a frame makes the name of a section, frame included."""
_DAY = re.compile(r"^(?:20\d{2}年|去年|今年|本月)?\d{1,2}月\d{1,2}日(?!至|到|起|前|-|—|~)")
_TIME = re.compile(r"^[\[（(【]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?!\d|[:：%])")
_STAMPS = frozenset("0123456789去今本[（(【")
SENTENCE = 10
"""Characters of the shortest line that is a story's text below its title though it does not end like a sentence."""
SECOND_LINE = 60
"""Characters of the longest line of source and day below a title."""
REGULAR = 0.7
"""Share of the pieces between rules that must begin with a title: the last is often the publisher's own foot."""
STAMPED = 0.75
"""Share of a region's lines that must begin with a day before those head briefs: in a story told day by day there are others between."""


def bold(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short emphasised lines that are neither numbered nor labels within stories."""
    found = []
    for index in range(lo, hi):
        unit = units[index]
        if not (unit.block.emphasised and unit.titular and unit.number is None and unit.block.kind != "heading"):
            continue
        if unit.said in labels or unit.text.endswith(("：", ":")) or unit.block.kind in ("list", "quote"):
            continue
        found.append(index)
    return tuple(found)


def bracketed(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with a title in brackets: 【央行开展逆回购操作】……; where lines that are nothing else begin, only these: 【国内】."""
    opened = (index for index in range(lo, hi) if units[index].text[:1] == "【" and not units[index].heading)
    found = tuple(index for index in opened if _BRACKETED.match(units[index].text))
    boxed = tuple(index for index in found if _BOXED.match(units[index].text))
    if len(boxed) >= 2 and boxed[0] == found[0]:
        return boxed
    return found if len(found) >= 3 else ()


def framed(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Short lines between the same signs, which name sections: ★ 国内政策 ★, —— 要闻 ——."""
    texts = ((index, units[index].block.text) for index in range(lo, hi))
    found = tuple(index for index, text in texts if text[:1] in _FRAMES and len(text) <= FRAME and _FRAMED.match(text))
    return found if len(found) >= 2 else ()


def signed(unit: Unit) -> bool:
    """May be framed, in brackets, or bulleted."""
    return unit.text[:1] == "【" or unit.block.text[:1] in _FRAMES or _bullet(unit) is not None


def led(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Paragraphs that begin with a bold sentence, where most do: **两市融资余额增加。** 余额1.92万亿元……"""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = tuple(index for index in solid if units[index].number is None and _leads(units[index]))
    return found if len(found) >= 2 and len(found) >= 0.5 * len(solid) else ()


def _leads(unit: Unit) -> bool:
    strong = unit.block.strong
    return LEADING <= strong <= len(unit.block.text) - LED and unit.block.text[strong - 1] in "。：:！？"


def stamped(text: str) -> bool:
    """Begins with a day or a time: 2月3日，…; 09:32 …."""
    return text[:1] in _STAMPS and bool(_DAY.match(text) or _TIME.match(text))


def dated(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with a time, or all with a day: briefs of a chronicle."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = tuple(index for index in solid if stamped(units[index].text))
    timed = sum(1 for index in found if _TIME.match(units[index].text))
    if len(found) < 3 or (timed < len(found) and len(found) < STAMPED * len(solid)):
        return ()
    return found


def ruled(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """The first lines behind rules, where rules part a digest into pieces that begin with a short line and go on."""
    borders = [index for index in range(lo, hi) if units[index].block.kind == "rule"]
    if len(borders) < 2:
        return ()
    heads: list[int] = []
    titled = 0
    for first, after in itertools.pairwise([lo - 1, *borders, hi]):
        solid = [index for index in range(first + 1, after) if not units[index].empty]
        if solid and (heads or first >= lo or len(solid) > 1):
            heads.append(solid[0])
            titled += units[solid[0]].titular and len(solid) > 1
    return tuple(heads) if len(heads) >= 2 and titled >= REGULAR * len(heads) else ()


def bulleted(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with the same bullet as the first of them, at the same depth."""
    bullets = [index for index in range(lo, hi) if (_bullet(units[index]) is not None and not units[index].heading)]
    if not bullets:
        return ()
    first = units[bullets[0]]
    return tuple(i for i in bullets if _bullet(units[i]) == _bullet(first) and units[i].block.level == first.block.level)


def _bullet(unit: Unit) -> str | None:
    """The bullet as printed, empty for a list's that is not in the text; None for a line without one."""
    marker = unit.block.marker
    if marker is not None:
        return None if marker.numbered else marker.text
    return "" if unit.block.kind == "list" and not unit.block.flows else None


def short(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short lines with longer text below: titles of a plain digest that neither numbers nor emphasises them."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = []
    solid = [index for index in solid if not _about(units[index].text)]
    for index, below in itertools.pairwise(solid):
        unit, text = units[index], units[below].text
        if not unit.titular or unit.block.marker or unit.text.endswith(("：", ":")) or unit.said in labels or unit.block.kind != "paragraph":
            continue
        if not text:
            continue  # a number that nothing follows
        sentence = text[-1] in "。！？" and len(text) >= 0.8 * len(unit.text)
        if sentence or (len(text) >= SENTENCE and len(text) >= 1.2 * len(unit.text) and text[-1] in "”」…；）)!?."):
            found.append(index)
    return tuple(found)


def _about(text: str) -> bool:
    """Says of a story where it comes from or of which day it is, above or below its text."""
    return len(text) <= SECOND_LINE and (bool(SOURCE.match(text)) or date_line(text))
