"""Columns in reading order → blocks: printed lines joined to the paragraphs that they were broken from. Pure.

A line goes on in the next one where it reaches the column's right edge and the next is neither indented, nor of another size, nor set off by
more space, nor begins with a number or a bullet behind a finished sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.enrich.blocks import Anchor, Builder
from services.enrich.readers.pages.piece import Column, Line
from services.enrich.split.markers import marker_of

LARGER = 1.12
"""Times the body's size from which a line is a heading: 12 points over 10.5 is, rounding is not."""

INDENT = 0.8
"""Characters of an indent: Chinese paragraphs have two."""

SET_OFF = 1.55
"""Times the usual distance between lines that sets a paragraph off."""

SHORT_OF = 2.6
"""Characters that a full line may end before the right edge: punctuation may not begin a line and takes one or two characters with it."""

_LATIN = re.compile(r"[!-~]+")
_ENDED = "。！？；：…!?;:”」』）"


class Paragraph:
    """Lines that are read as one."""

    __slots__ = ("last", "lines", "rows")

    def __init__(self, line: Line, *, row: bool = False) -> None:
        self.lines = [line]
        self.last = line
        self.rows = row

    def joined(self) -> tuple[str, list[int], int, tuple[Anchor, ...]]:
        """Text, the place of each character, emphasised characters at the beginning, links."""
        text, places, strong, links = "", list[int](), 0, tuple[Anchor, ...]()
        for line in self.lines:
            for piece in line.pieces:
                words, at = piece.text, list(piece.places)
                if text.endswith("\u00ad"):
                    text, places = text[:-1], places[:-1]
                elif text and _spaced(text[-1], words[0], same_line=piece is not line.pieces[0]):
                    text, places = text + " ", [*places, -1]
                    strong += strong == len(text) - 1
                if strong == len(text):
                    strong += piece.strong
                text, places, links = text + words, places + at, links + piece.links
        kept = [(character, place) for character, place in zip(text, places, strict=False) if character != "\u00ad"]
        return "".join(character for character, _ in kept), [place for _, place in kept], min(strong, len(kept)), links


def _spaced(before: str, after: str, *, same_line: bool) -> bool:
    """Latin words and numbers have a space between lines; Chinese has none."""
    return same_line or (before.isascii() and after.isascii() and before not in "-/" and not before.isspace())


def into(builder: Builder, pages: Sequence[list[Column]]) -> None:
    """Add the pages' paragraphs to `builder`: larger ones as headings, lines of several cells as rows."""
    body = _body_size(pages)
    sizes = sorted(
        {_rounded(line.size) for columns in pages for column in columns for line in column.lines if line.size >= LARGER * body}, reverse=True
    )
    levels = {size: min(6, number) for number, size in enumerate(sizes, 1)}
    for paragraph in _paragraphs(pages):
        if paragraph.rows:
            _row(builder, paragraph.last)
            continue
        text, places, strong, links = paragraph.joined()
        lead = len(text) - len(text.lstrip())
        text, places = text.strip(), places[lead : lead + len(text.strip())]
        if not text:
            continue
        level = levels.get(_rounded(paragraph.last.size), 0)
        builder.add(
            text,
            source=next((place for place in places if place >= 0), 0),
            kind="heading" if level else "paragraph",
            level=level,
            strong=max(0, strong - lead),
            links=links,
            runs=_runs(places),
        )


def _row(builder: Builder, line: Line) -> None:
    places: list[int] = []
    for piece in line.pieces:
        places += [-1, -1, -1, *piece.places] if places else piece.places
    builder.add(
        " | ".join(piece.text for piece in line.pieces),
        source=next((place for place in places if place >= 0), 0),
        kind="row",
        links=tuple(link for piece in line.pieces for link in piece.links),
        cells=tuple(piece.text for piece in line.pieces),
        runs=_runs(places),
    )


def _runs(places: Sequence[int]) -> list[tuple[int, int, int]]:
    """(offset, length, source) of the characters that follow each other in the source too."""
    runs: list[tuple[int, int, int]] = []
    begun = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index] != places[index - 1] + 1 or places[index] == 0:
            if places[begun] >= 0:
                runs.append((begun, index - begun, places[begun]))
            begun = index
    return runs


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _body_size(pages: Sequence[list[Column]]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for columns in pages:
        for column in columns:
            for line in column.lines:
                sizes[_rounded(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _paragraphs(pages: Sequence[list[Column]]) -> Iterator[Paragraph]:
    current: Paragraph | None = None
    edge: tuple[float, float] | None = None
    for columns in pages:
        for column in columns:
            edges = _edges(column)
            leading = _leading(column)
            above: Line | None = None
            rows = _rows(column)
            for line in column.lines:
                if id(line) in rows:
                    if current is not None:
                        yield current
                    current = None
                    yield Paragraph(line, row=True)
                elif current is not None and _goes_on(current, line, above, edge or edges, edges, leading):
                    current.lines.append(line)
                    current.last = line
                else:
                    if current is not None:
                        yield current
                    current = Paragraph(line)
                above, edge = line, edges
    if current is not None:
        yield current


def _goes_on(paragraph: Paragraph, line: Line, above: Line | None, old: tuple[float, float], new: tuple[float, float], leading: float) -> bool:
    """Whether `line` goes on in `paragraph`; `above` is the line above it in its own column, `old` and `new` the edges of both columns."""
    last, text = paragraph.last, line.text
    before = last.text
    if _rounded(last.size) != _rounded(line.size) or (last.strong >= len(before)) != (line.strong >= len(text)):
        return False
    if above is not None and above.bottom - line.bottom > max(SET_OFF * leading, 1.3 * line.size):
        return False
    word = _LATIN.match(text)
    room = max(SHORT_OF, 0.6 * len(word[0]) + 1 if word else 0) * line.size
    if last.right < old[1] - room:
        return False
    # A paragraph that hangs (a list) is indented from its second line on; one that does not is at the column's edge.
    indent = line.left - new[0]
    hanging = len(paragraph.lines) > 1 and abs((line.left - new[0]) - (last.left - old[0])) < 0.3 * line.size
    first = marker_of(paragraph.lines[0].text)
    listed = first is not None
    if indent > INDENT * line.size and not hanging and not (listed and line.left > paragraph.lines[0].left):
        return False
    marker = marker_of(text)
    ended = before[-1:] in _ENDED
    if ended and text.startswith("\ufffd"):
        return False  # a bullet that the fonts of who printed it did not have
    if first is not None and first.number is not None and marker is not None and (marker.style, marker.number) == (first.style, first.number + 1):
        return False  # full lines of a list
    if (
        marker is not None
        and marker.style not in ("tight", "space", "alone")
        and (ended or marker.style in ("circled", "keycap", "han_paren", "di", "bullet"))
    ):
        return False
    return not (above is None and ended)


def _edges(column: Column) -> tuple[float, float]:
    """Left and right edge of a column's text: the left most lines share, the right that the longer ones reach."""
    lefts = Counter(round(line.left) for line in column.lines)
    # Where paragraphs are indented, lines that go on stand further left than those that begin.
    common = [left for left, count in lefts.items() if count >= max(2, 0.1 * len(column.lines))]
    rights = sorted(line.right for line in column.lines)
    return float(min(common or lefts)), rights[min(len(rights) - 1, int(0.95 * len(rights)))]


def _leading(column: Column) -> float:
    """The usual distance between lines that are near each other."""
    steps = sorted(above.bottom - below.bottom for above, below in zip(column.lines, column.lines[1:], strict=False) if above.bottom > below.bottom)
    return steps[len(steps) // 4] if steps else 0.0


def _rows(column: Column) -> set[int]:
    """Lines of several cells next to another such one: a table. A title and its page number in a contents list is none."""
    several = [len(line.pieces) > 1 and not (len(line.pieces) == 2 and line.pieces[1].text.strip(" .…").isdigit()) for line in column.lines]
    found = set()
    for index, line in enumerate(column.lines):
        beside = (index > 0 and several[index - 1]) or (index + 1 < len(several) and several[index + 1])
        if several[index] and beside:
            found.add(id(line))
    return found
