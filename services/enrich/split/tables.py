"""Rows of a table → which column holds titles, which the text below them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.enrich.split.units import Unit

_TITLE = re.compile(r"^(?:标题|题目|新闻|新闻标题|文章|文章标题|名称|主题|事件|要闻|资讯|title|headline)$", re.IGNORECASE)
_TEXT = re.compile(r"^(?:摘要|内容|正文|简介|概要|概述|描述|说明|详情|要点|summary|abstract|digest|description|content)$", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:暂无.{0,4}|无|—|-|/|N/?A)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Indices of the columns that matter."""

    title: int
    text: int | None


def columns(cells: Sequence[str]) -> Columns | None:
    """The columns of a table whose head row names a title; None for tables of figures."""
    names = [cell.strip() for cell in cells]
    title = next((index for index, name in enumerate(names) if _TITLE.match(name)), None)
    if title is None:
        return None
    return Columns(title, next((index for index, name in enumerate(names) if _TEXT.match(name)), None))


def head_row(units: Sequence[Unit], lo: int, hi: int) -> int | None:
    """The first row in units[lo:hi] that names a column of titles."""
    return next((index for index in range(lo, hi) if units[index].block.kind == "row" and columns(units[index].block.cells)), None)


def story(cells: Sequence[str], chosen: Columns) -> tuple[str, str]:
    """Title and text of a row; the text is empty where the cell says that there is none."""
    title = cells[chosen.title] if chosen.title < len(cells) else ""
    text = cells[chosen.text] if chosen.text is not None and chosen.text < len(cells) else ""
    return title, "" if _NOTHING.match(text) else text
