"""Text and matched ranges → excerpts and escaped HTML with `<em>`. Pure."""

import html
from collections.abc import Sequence

Range = tuple[int, int]
"""[start, end) in code points."""

EXCERPT = 160
"""Characters of one fragment: two lines of a wide page, four of a phone."""

BEFORE = 30
"""Characters kept before the first match where a fragment must be cut: enough to see what it is about."""


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
