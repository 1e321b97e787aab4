"""A part of the outline → an item: number, title, subject, body, links, pictures, source line. Pure."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.enrich.blocks import Anchor, Block
from services.enrich.split.forms import BETWEEN, form
from services.enrich.split.markers import BULLETS
from services.enrich.split.tables import Columns, story
from services.enrich.split.units import SHORT, Unit, bare

TITLE = 80
"""Characters of the longest line that is taken for a title when text follows below it."""
PARAGRAPH = 200
"""Characters of a line from which it is no title, whatever it is taken for; the longest titles seen, of papers, have 124."""
_SENTENCE = re.compile(r"(.+?[。！？!?；;]|.+?(?=\n)|.+)", re.DOTALL)
HEADLINE = 120
"""Characters of a headline that is made from a first sentence; longer ones are cut."""
_SUBJECT = re.compile(r"^([^:：\s《》“”\"'。,，;；?？!！]{1,20})\s*[:：]\s*(?=\S)|^【([^】]{1,20})】(?=\S)")
SOURCE = re.compile(
    r"^[（(【\[]?\s*(?:消息|文章|信息|资料|新闻|原文|内容|数据)?(?:来源|出处|原出处|转自|转载自|via|source)\s*[:：丨|]\s*\S", re.IGNORECASE
)
SOURCE_ALONE = re.compile(r"^(?:消息|文章|信息|资料)?(?:来源|原?出处)\s*[:：]\s*$")
STAMP = re.compile(r"^[\[（(【]?(?:\d{1,2}月\d{1,2}日)?\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?[\]）)】]?$")
"""A line that is nothing but the day or time of the story below it."""
_BULLET = re.compile(rf"^[{re.escape(BULLETS)}]+\s*")
_BOXED = re.compile(r"^[【\[]([^】\]]+)[】\]]$")
_INLINE = re.compile(
    r"(?:[【〔〖](?P<boxed>[^】〕〗]{2,40})[】〕〗]\s*|(?P<title>.{3,60}?)\s*(?:——|—|–|\s-\s|：|:\s|。|\n)\s*)(?P<rest>\S.*)", re.DOTALL
)
"""A title and the text behind it on one line."""
_COUNTED = re.compile(r"^[\W\d]+$|^\d{1,4}[年月日时点分号\d\W]+$")
"""A cell that counts or dates its row."""
_CLOSING = " \t；;。"


Head = Literal["title", "inline", "untitled"]
"""What a line that heads an item is: its title, title and text, or text."""


@dataclass(frozen=True)
class Story:
    """An item without the digest around it."""

    first: int
    """[first, after) in blocks."""
    after: int
    number: str | None
    title: str | None
    headline: str
    subject: str | None
    section_path: tuple[str, ...]
    body: str
    links: tuple[Anchor, ...]
    images: tuple[str, ...]
    source_line: str | None
    by: str = ""


def story_of(
    units: Sequence[Unit],
    blocks: Sequence[Block],
    head: int | None,
    first: int,
    after: int,
    *,
    path: tuple[str, ...],
    number: str | None = None,
    by: str = "",
    table: Columns | None = None,
    form: Head | None = None,
    without: Container[int] = (),
) -> Story:
    """The story of units [first, after) that units[head] heads.

    `form`: what the line of its head is known to be; `without`: blocks that are none of it.
    """
    begin, end = units[first].first, units[after - 1].after
    lines: list[str]
    title: str | None
    address = ""
    if head is None:
        title, lines = None, _lines(blocks[begin:end])
    elif table is not None and units[head].block.kind == "row":
        title, text = story(units[head].block.cells, table)
        title = title or units[head].text
        lines = [line for line in (text, *_lines(blocks[units[head].after : end])) if line]
    else:
        if by == "date" and STAMP.match(units[head].text):
            head = next((index for index in range(head + 1, after) if units[index].text), head)
        number = number or (units[head].marker.text if units[head].marker else None)  # type: ignore[union-attr]  # checked
        below = _lines(block for index, block in enumerate(blocks[units[head].after : end], units[head].after) if index not in without)
        title, opening, address = _title(units[head], below) if form is None else _known(units[head], form)
        lines = [line for line in (opening, *below) if line] or [line for line in (address,) if line]
    body = "\n".join(lines).strip()
    links = tuple(link for block in blocks[begin:end] for link in block.links if link.url)
    if address and all(link.url != address for link in links):
        links = (Anchor(address, address), *links)
    return Story(
        begin,
        end,
        number,
        title,
        headline(title, body),
        subject(title),
        path,
        body,
        links,
        tuple(image for block in blocks[begin:end] for image in block.images if image),
        _source_line(lines),
        by,
    )


def whole_story(blocks: Sequence[Block], title: str | None) -> Story:
    """All blocks as one story that nobody looked into: its text and no more."""
    body = "\n".join(_lines(blocks))
    return Story(0, len(blocks), None, title, headline(title, body), subject(title), (), body, (), (), None, "whole")


def untitled(text: str) -> Story:
    """A text as a story of which nothing else is known."""
    return Story(0, 0, None, None, headline(None, text), None, (), text, (), (), None, "rest")


def _lines(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if block.text and block.kind != "rule"]


def _printed(unit: Unit) -> str:
    """A head's line without number, bullet, emoji, and the badges that stand in elements of their own."""
    leading, closing = unit.block.badges
    text = unit.text[: len(unit.text) - closing] if closing < len(unit.text) else unit.text
    if unit.marker is None:
        return _BULLET.sub("", bare(text[leading:].strip() or text))
    return bare(text)


def _begun(unit: Unit, line: str) -> int:
    """Where a line without its marks begins in its block."""
    return max(0, unit.block.text.find(line))


def _title(unit: Unit, below: Sequence[str]) -> tuple[str | None, str, str]:
    """The printed title of a head, the text behind it and the address at its end; no title for text."""
    line = _printed(unit)
    shown = form(line, unit.block.links)
    if shown.named:
        return shown.title, shown.rest, ""
    strong = unit.block.strong - _begun(unit, line) - shown.begun
    title, rest = _parted(shown.title, strong, unit, below)
    return (None, line, "") if title is None else (title, rest, shown.address)


def _known(unit: Unit, form_of_line: Head) -> tuple[str | None, str, str]:
    """Title, rest and address of a line that is known to be a title, a title with text behind it, or text."""
    line = _printed(unit)
    if form_of_line == "untitled" or not line:
        return None, line, ""
    if unit.block.kind == "row" and unit.block.cells:
        cells = [cell for cell in unit.block.cells if cell]
        named = next((cell for cell in cells if not _COUNTED.match(cell)), cells[0] if cells else line)
        shown = form(named)
        return shown.title, " | ".join(cell for cell in cells if cell is not named), shown.address
    shown = form(line, unit.block.links)
    strong = unit.block.strong - _begun(unit, line) - shown.begun
    # What a line looks like goes before what it is taken for: a paragraph is no title, a heading has no text behind it.
    size = len(shown.title)
    paragraph = size > PARAGRAPH or 2 <= strong <= TITLE < size
    if shown.named or unit.heading or (not paragraph and (form_of_line == "title" or strong >= size)):
        return bare(_BOXED.sub(r"\1", shown.title)).rstrip(_CLOSING), shown.rest, shown.address
    if 2 <= strong < size - 2 and strong <= TITLE:
        title, rest = _BOXED.sub(r"\1", shown.title[:strong].rstrip(BETWEEN)), shown.title[strong:].lstrip(BETWEEN)
    elif match := _INLINE.match(shown.title):
        title, rest = match["boxed"] or match["title"], match["rest"]
    else:
        return None, line, ""
    return bare(title), rest, shown.address


def _parted(text: str, strong: int, unit: Unit, below: Sequence[str]) -> tuple[str | None, str]:
    """The title that `text` is or begins with, and the rest; `strong` characters of it are emphasised."""
    if (boxed := _BOXED.match(text)) and below:
        return boxed[1], ""
    if text.startswith(("【", "〔", "〖")):
        # 【甲股份】拟回购股份 is a title; 【央行开展逆回购】央行今日…… is a brief.
        return (text, "") if unit.prominent or (below and unit.titular) else (None, text)
    if (unit.prominent and not unit.sentence) or not text:
        return text or None, ""
    if (4 if text[strong : strong + 1] not in ("：", ":") else 2) <= strong < len(text) - 2 and strong <= TITLE:
        # A bold beginning is the title of the text on its line; a bold word within a title is not.
        head, rest = _BOXED.sub(r"\1", text[:strong].rstrip(BETWEEN)), text[strong:].lstrip(BETWEEN)
        if text[strong - 1] in ":：。" or text[strong : strong + 1] in (":", "：", "。", "|", "｜", " ", "—", "–") or len(rest) > len(head):
            return bare(head), rest
    whole = text.rstrip(_CLOSING)
    if below:
        if len(text) <= TITLE and not (text.endswith(("。", "；", ";")) or "。" in whole):
            return text, ""
        return None, text
    if len(whole) <= SHORT and "。" not in whole and not text.endswith("。"):
        return bare(whole), ""
    return None, text


def headline(title: str | None, body: str) -> str:
    """The title, else the first sentence of the body."""
    if title:
        return title
    match = _SENTENCE.match(body)
    sentence = (match[0] if match else body).strip()
    return sentence if len(sentence) <= HEADLINE else sentence[: HEADLINE - 1] + "…"


def subject(title: str | None) -> str | None:
    """`昆山` of `昆山:将新增(近)零碳工厂10家`, `甲股份` of `【甲股份】拟回购股份`."""
    match = _SUBJECT.match(title or "")
    return match[1] or match[2] if match else None


def _source_line(lines: Sequence[str]) -> str | None:
    for index in range(len(lines) - 1, -1, -1):
        if SOURCE.match(lines[index]) and len(lines[index]) <= 200:
            return lines[index]
        if SOURCE_ALONE.match(lines[index]) and index + 1 < len(lines):
            return f"{lines[index]}{lines[index + 1]}"
    return None
