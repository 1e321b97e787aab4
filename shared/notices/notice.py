"""What is said to people. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.records import Record

Level = Literal["red", "yellow", "green", "news"]
MARKS: dict[Level, str] = {"red": "■", "yellow": "▲", "green": "●", "news": "◆"}
"""Shapes beside colours, for whoever can't tell these apart."""


class Line(Record):
    """One thing that is said, with where to see more of it."""

    text: str
    url: str | None = None


class Notice(Record):
    """A message; the same id is the same message, however often it is sent."""

    id: str
    level: Level
    title: str
    lines: tuple[Line, ...] = ()
    url: str | None = None
    at: datetime = Field(description="UTC")

    @property
    def headline(self) -> str:
        """The title behind its mark."""
        return f"{MARKS[self.level]} {self.title}"


def plain(notice: Notice) -> str:
    """Return the message as text of several lines, for mail."""
    lines = [f"· {line.text}" + (f"\n  {line.url}" if line.url else "") for line in notice.lines]
    return "\n".join([notice.headline, *lines, *([notice.url] if notice.url else [])])


def markdown(notice: Notice, *, most_bytes: int) -> str:
    """Return the message as the Markdown that chat robots take, of `most_bytes` in UTF-8 at most; what is left out is counted."""
    head = f"**{_escaped(notice.headline)}**"
    foot = f"[打开]({notice.url})" if notice.url else ""
    lines = [f"- [{_escaped(line.text)}]({line.url})" if line.url else f"- {_escaped(line.text)}" for line in notice.lines]
    for kept in range(len(lines), -1, -1):
        left = [f"- 另有 {len(lines) - kept} 条"] if kept < len(lines) else []
        text = "\n".join(part for part in (head, *lines[:kept], *left, foot) if part)
        if len(text.encode()) <= most_bytes:
            return text
    return head.encode()[:most_bytes].decode("utf-8", "ignore")


def _escaped(text: str) -> str:
    """Text of digests makes no links, mentions or emphasis: robots read `<@all>` and `[…](…)`."""
    for mark in "\\[]()<>*_`#~@":
        text = text.replace(mark, {"<": "＜", ">": "＞", "@": "＠"}.get(mark, f"\\{mark}"))
    return text.replace("\n", " ")
