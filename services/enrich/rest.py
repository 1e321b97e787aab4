"""A document, its items and what is known of the text around them → the text that no item holds, so that
nothing is lost. Pure.

Asked last and of the result alone: however a splitter found its items, every visible character is then

- in the title or the body of an item whose span it lies in, or else in a line that this item *prints*: `一、`
  before a title, a tag, a prompt, a cell, of which the splitter made nothing;
- or in the digest's *others*: boilerplate by its kind, and `rest`, which is everything else.

Lines stay whole, so that a phrase within a line is found also where a title begins in the middle of it. Spans
may end within a line. Drawn rules (`-----`) are no text.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from services.enrich.blocks import Document
from shared.records import Boilerplate, Other, OtherKind, Span

MOST_LINE = 80
"""Characters of a line that an item prints whole, as a title with its numbering has. Of a longer one it
prints what stands around the places where its text was cut; the pieces between are in its title or body."""

AROUND = 40
"""Characters printed on either side of such a place: so much of a line is found in one piece wherever it
is taken."""

MOST_PRINTED = 5_000
"""Characters that an item prints beside its title and body; real ones have some 30. What is more goes to
the rest."""

MOST_MISSES = 100
"""Lines of an item that are looked for in its text in vain, each through all of it, and cuts of a line:
behind them nothing is looked for any more, and what is left counts as not held. Else time would grow with the
square."""

MOST_OTHERS = 100_000
"""Characters of others that a digest's record in Elasticsearch holds, 300 kB: real digests have some
thousands. What is more becomes items (`services.enrich.enrich`), which are bounded, so that nothing is
dropped."""


@dataclass(frozen=True)
class Held:
    """What an item holds of the document."""

    title: str | None
    body: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Rest:
    """What becomes of the text that is in no title and no body."""

    others: tuple[Other, ...]
    """In the order of the text, as much as a digest's record holds."""
    surplus: tuple[Other, ...]
    """What is more."""
    printed: tuple[tuple[str, ...], ...]
    """Of each item: its lines that neither title nor body hold whole."""
    share: float
    """Of the visible characters, how many lie within items: 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a part of one that belongs to one item or to none."""

    start: int
    end: int
    text: str
    item: int | None
    edge: str
    """What stands around its beginning where that is within a line; empty at a line's."""


@dataclass
class _Item:
    """An item while the lines of its spans go by."""

    held: Held
    at: int = 0
    misses: int = 0
    printed: list[str] = field(default_factory=list)
    size: int = 0

    def holds(self, line: str) -> bool:
        """Whether a line stands whole in the title or the body; lines of a body stand there in their
        order, mostly."""
        if line in (self.held.title or ""):
            return True
        if self.misses >= MOST_MISSES:
            return False
        body = self.held.body
        place = body.find(line, self.at)
        if place < 0:
            place = body.find(line, 0, self.at + len(line))
        else:
            self.at = place + len(line)
        self.misses += place < 0
        return place >= 0

    def prints(self, line: str) -> bool:
        """Take a line that it does not hold; False where it is too much."""
        pieces = [line] if len(line) <= MOST_LINE else _around(line, f"{self.held.title or ''}\n{self.held.body}")
        size = sum(map(len, pieces))
        if self.size + size > MOST_PRINTED:
            return False
        self.printed += pieces
        self.size += size
        return True


def rest_of(document: Document, items: Sequence[Held], boilerplate: Sequence[Boilerplate], *, title: str | None = None) -> Rest:
    """What no item holds of a document: `items` with their spans in its text, in their order, and what is
    known of the text around them.

    Spans may have any order and gaps, boilerplate too: what neither covers is `rest`. `title` is the
    digest's, which its text may not say.
    """
    states = [_Item(item) for item in items]
    inside = visible = 0
    left: list[tuple[_Piece, OtherKind, int]] = []
    kinds = _Kinds(boilerplate)
    last = 0
    for piece in _pieces(document, items):
        size = len("".join(piece.text.split()))
        visible += size
        if piece.edge and (owner := last - 1 if piece.item is None else piece.item) >= 0:
            states[owner].prints(piece.edge)
        if piece.item is None:
            left.append((piece, kinds.at(piece.start), last))
            continue
        last = piece.item + 1
        state = states[piece.item]
        if state.holds(piece.text) or state.prints(piece.text):
            inside += size
        else:
            left.append((piece, "rest", last))
    named = [Other(kind="digest_title", text=title)] if title and title not in document.text else []
    others, surplus = _bounded([*named, *_runs(left), *(Other(kind="rest", text=line) for line in document.outside)])
    printed = tuple(tuple(dict.fromkeys(state.printed)) for state in states)
    return Rest(others, surplus, printed, round(inside / visible, 4) if visible else 1.0)


def _pieces(document: Document, items: Sequence[Held]) -> Iterator[_Piece]:
    """The document's lines, cut where an item begins or ends within one."""
    spans = sorted((span.start, span.end, number) for number, item in enumerate(items) for span in item.spans)
    starts = [start for start, _, _ in spans]
    for block in document.blocks:
        if block.kind == "rule" and not any(map(str.isalnum, block.text)):
            continue  # drawn; a running head of pages is a rule with words, as it is in no body
        at = block.start
        number = max(0, bisect_right(starts, at) - 1)
        while at < block.end:
            while number < len(spans) and spans[number][1] <= at:
                number += 1
            start, end, item = spans[number] if number < len(spans) else (block.end, block.end, -1)
            owner, until = (item, end) if start <= at else (None, start)
            until = min(until, block.end)
            if text := document.text[at:until].strip():
                around = slice(max(block.start, at - AROUND), min(block.end, at + AROUND))
                yield _Piece(at, until, text, owner, document.text[around] if at > block.start else "")
            at = until


class _Kinds:
    """Which kind of boilerplate stands at a place."""

    def __init__(self, boilerplate: Sequence[Boilerplate]) -> None:
        self.pieces = sorted(boilerplate, key=lambda piece: piece.start)
        self.starts = [piece.start for piece in self.pieces]

    def at(self, place: int) -> OtherKind:
        number = bisect_right(self.starts, place) - 1
        if number < 0 or self.pieces[number].end <= place or self.pieces[number].kind == "other":
            return "rest"
        return self.pieces[number].kind  # type: ignore[return-value]  # "other" is left out above


def _runs(left: Sequence[tuple[_Piece, OtherKind, int]]) -> Iterator[Other]:
    """What follows each other, is of one kind and stands behind the same item, as one text of several
    lines."""
    for (kind, after), pieces in groupby(left, key=lambda one: one[1:]):
        run = [piece for piece, _, _ in pieces]
        yield Other(kind=kind, text="\n".join(piece.text for piece in run), start=run[0].start, end=run[-1].end, after=after)


def _bounded(others: Sequence[Other]) -> tuple[tuple[Other, ...], tuple[Other, ...]]:
    """As much as a digest's record holds, and what is more."""
    kept: list[Other] = []
    surplus: list[Other] = []
    size = 0
    for other in others:
        fits = size + len(other.text) <= MOST_OTHERS
        size += len(other.text) if fits else 0
        (kept if fits else surplus).append(other)
    return tuple(kept), tuple(surplus)


def _around(line: str, text: str) -> list[str]:
    """What stands around the places of a long line where a piece that `text` holds ends and another
    begins."""
    windows: list[list[int]] = []
    at = misses = 0
    while at < len(line):
        misses += 1
        length = _longest(line, at, text) if misses < MOST_MISSES else 0
        end = at + length if length else at + 1 if misses < MOST_MISSES else len(line)
        first, last = max(0, (end if length else at) - AROUND), min(len(line), end + AROUND)
        if end < len(line) or not length:
            if windows and first <= windows[-1][1]:
                windows[-1][1] = max(windows[-1][1], last)
            else:
                windows.append([first, last])
        at = end
    return [piece for first, last in windows if (piece := line[first:last].strip())]


def _longest(line: str, at: int, text: str) -> int:
    """How many characters of the line from `at` on stand in the text as one piece: doubled, then halved,
    some 20 searches."""
    low, high = 0, 1
    while at + low < len(line) and line[at : at + high] in text:
        low = min(high, len(line) - at)
        if low == len(line) - at:
            return low
        high *= 2
    while low + 1 < high:
        middle = (low + high) // 2
        if at + middle <= len(line) and line[at : at + middle] in text:
            low = middle
        else:
            high = middle
    return low
