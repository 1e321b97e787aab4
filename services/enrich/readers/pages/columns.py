"""The pieces of a page → its columns in reading order, each with its lines from the top. Pure.

A page is cut where a gutter runs between text on both sides that fills its side, as columns of prose do and cells of a table do not;
what spans both columns parts the page above and below it. Nothing is cut where this is not seen: then the page is read line by line.
"""

from collections.abc import Sequence

from services.enrich.readers.pages.piece import Column, Line, Piece

GUTTER = 0.8
"""Widths of a character that a gutter has at least."""

FILLED = 0.6
"""Share of its side that the middle line of a column of prose fills."""

DEEP = 8
"""Columns within columns: newspapers reach 4."""


def columns(pieces: Sequence[Piece]) -> list[Column]:
    """The columns of a page."""
    return [Column(_lines(group)) for group in _cut(list(pieces), DEEP) if group]


def _cut(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    if len(pieces) < 6 or depth == 0:
        return [pieces]
    gutter = _gutter(pieces)
    if gutter is not None:
        left = [piece for piece in pieces if piece.right <= gutter]
        right = [piece for piece in pieces if piece.left >= gutter]
        return [*_cut(left, depth - 1), *_cut(right, depth - 1)]
    # A title, a picture's caption or a table over the whole width: what is above it is read before what is below.
    lo, hi = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    centre = (lo + hi) / 2
    spanning = [piece for piece in pieces if piece.left < centre - 0.5 * piece.size and piece.right > centre + 0.5 * piece.size]
    if not spanning or len(spanning) > len(pieces) / 2:
        return [pieces]
    bands = _bands(pieces, spanning)
    if not any(band and _gutter(band) is not None for band in bands):
        return [pieces]
    return [group for band in bands for group in _cut(band, depth - 1)]


def _bands(pieces: list[Piece], spanning: list[Piece]) -> list[list[Piece]]:
    """The pieces between the spanning ones, from the top; spanning ones by themselves."""
    heights = sorted(((piece.middle, piece) for piece in spanning), key=lambda one: -one[0])
    wide = set(map(id, spanning))
    rest = sorted((piece for piece in pieces if id(piece) not in wide), key=lambda piece: -piece.middle)
    bands: list[list[Piece]] = []
    at = 0
    for height, piece in heights:
        begun = at
        while at < len(rest) and rest[at].middle > height:
            at += 1
        if at > begun:
            bands.append(rest[begun:at])
        if bands and len(bands[-1]) and id(bands[-1][-1]) in wide:
            bands[-1].append(piece)
        else:
            bands.append([piece])
    bands.append(rest[at:])
    return bands


def _gutter(pieces: list[Piece]) -> float | None:
    """Where a gutter runs from top to bottom between two sides of prose."""
    size = sorted(piece.size for piece in pieces)[len(pieces) // 2]
    reach = None
    best: tuple[float, float] | None = None
    for piece in sorted(pieces, key=lambda one: one.left):
        if reach is not None and piece.left - reach >= GUTTER * size and (best is None or piece.left - reach > best[0]):
            at = (piece.left + reach) / 2
            left = [one for one in pieces if one.right <= at]
            right = [one for one in pieces if one.left >= at]
            if _prose(left, size) and _prose(right, size):
                best = (piece.left - reach, at)
        reach = piece.right if reach is None else max(reach, piece.right)
    return best[1] if best else None


def _prose(pieces: list[Piece], size: float) -> bool:
    if len(pieces) < 3:
        return False
    widths = sorted(piece.width for piece in pieces)
    side = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    heights = {round(piece.middle / max(size, 1)) for piece in pieces}
    return len(heights) >= 3 and widths[len(widths) // 2] >= max(FILLED * side, 8 * size)


def _lines(pieces: list[Piece]) -> list[Line]:
    """Pieces at the same height side by side, lines from the top."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (-one.middle, one.left)):
        if rows and abs(rows[-1][0].middle - piece.middle) <= 0.4 * min(rows[-1][0].size, piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [Line(sorted(row, key=lambda one: one.left)) for row in rows]
