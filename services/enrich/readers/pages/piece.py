"""A piece of a printed line, and lines and columns made of such: what the pages' modules hand on. Pure.

Coordinates are points from the lower left corner, as PDF has them.
"""

from dataclasses import dataclass, field

from services.enrich.blocks import Anchor


@dataclass(slots=True)
class Piece:
    """Characters of one line that follow each other without a wide gap."""

    text: str
    places: list[int]
    """The source offset of each character; -1 for one that the reader put in."""
    left: float
    right: float
    bottom: float
    top: float
    size: float
    """Of the font, in points, of most of its characters."""
    strong: int
    """How many characters at the beginning are bold."""
    links: tuple[Anchor, ...] = ()

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.bottom + self.top) / 2

    @property
    def width(self) -> float:
        """From its first character to its last."""
        return self.right - self.left


@dataclass(slots=True)
class Line:
    """Pieces side by side."""

    pieces: list[Piece]
    left: float = field(init=False)
    right: float = field(init=False)
    bottom: float = field(init=False)
    top: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = min(piece.left for piece in self.pieces)
        self.right = max(piece.right for piece in self.pieces)
        self.bottom = min(piece.bottom for piece in self.pieces)
        self.top = max(piece.top for piece in self.pieces)
        self.size = max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def text(self) -> str:
        """Its words, pieces with a space between them."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def strong(self) -> int:
        """Emphasised characters at the beginning."""
        total = 0
        for piece in self.pieces:
            total += piece.strong + (total > 0)
            if piece.strong < len(piece.text):
                break
        return total


@dataclass(slots=True)
class Column:
    """Lines below each other on one page, from the top."""

    lines: list[Line]

    @property
    def left(self) -> float:
        """Its left edge."""
        return min(line.left for line in self.lines)
