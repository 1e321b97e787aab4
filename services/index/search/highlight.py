"""Text with Elasticsearch's marks ↔ text and matched ranges → escaped HTML with `<em>`. Pure.

Elasticsearch puts marks that no digest can contain; everything else is escaped here, so that `<script>` in a title stays text.
"""

import html
import re
import secrets
from collections.abc import Sequence

from services.index.search.query import Marks

Range = tuple[int, int]
"""[start, end) in code points."""

EXCERPT = 160
"""Characters of one fragment: two lines of a wide page, four of a phone."""

BEFORE = 30
"""Characters kept before the first match where a fragment must be cut: enough to see what it is about."""


def fresh() -> Marks:
    """Marks for one search: 64 random bits, so that a digest can't hold them, in brackets of their own."""
    word = secrets.token_hex(8)
    return Marks(f"[[{word}>", f"<{word}]]")


def read(marked: str, marks: Marks) -> tuple[str, list[Range]]:
    """The text without marks and the matched ranges, those that touch joined into one."""
    text, ranges, length = [], [], 0
    opened: int | None = None
    for piece in re.split(f"({re.escape(marks.start)}|{re.escape(marks.end)})", marked):
        if piece == marks.start:
            opened = length
        elif piece == marks.end:
            if opened is not None:
                ranges.append((opened, length))
            opened = None
        else:
            text.append(piece)
            length += len(piece)
    return "".join(text), joined(ranges)


def joined(ranges: Sequence[Range]) -> list[Range]:
    """Ranges in order, those that touch or overlap as one, empty ones dropped."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def excerpt(text: str, ranges: Sequence[Range], *, limit: int = EXCERPT) -> tuple[str, list[Range]]:
    """At most `limit` characters around the first match, an ellipsis where something is left out."""
    if len(text) <= limit:
        return text, list(ranges)
    first = ranges[0][0] if ranges else 0
    start = max(0, min(first - BEFORE, len(text) - limit)) if first + BEFORE > limit else 0
    end = start + limit
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    moved = [(max(a, start) - start + len(head), min(b, end) - start + len(head)) for a, b in ranges]
    return head + text[start:end] + tail, joined(moved)


def to_html(text: str, ranges: Sequence[Range] = ()) -> str:
    """Escaped text with the ranges in `<em>`."""
    parts, at = [], 0
    for start, end in ranges:
        parts += [html.escape(text[at:start]), "<em>", html.escape(text[start:end]), "</em>"]
        at = end
    return "".join([*parts, html.escape(text[at:])])


def fragment(marked: str, marks: Marks, *, limit: int | None = EXCERPT) -> str:
    """Marked text as HTML; cut to `limit` characters if one is given."""
    text, ranges = read(marked, marks)
    if limit is not None:
        text, ranges = excerpt(text.strip(), _shifted(ranges, len(text) - len(text.lstrip())), limit=limit)
    return to_html(text, ranges)


def _shifted(ranges: Sequence[Range], by: int) -> list[Range]:
    return [(start - by, end - by) for start, end in ranges]
