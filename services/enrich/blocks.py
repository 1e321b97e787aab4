"""What a reader of any media type makes of a digest: a Document, one flat tuple of blocks over one normalised text. Pure.

Everything behind the readers sees blocks only, never markup; spans everywhere refer to `Document.text`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from services.enrich.source import SourceMap, Unit, of_runs
from services.enrich.split.markers import Marker, marker_of
from shared.errors import Rejected

BlockKind = Literal["heading", "paragraph", "list", "quote", "code", "row", "rule"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link as printed: its words and where it points."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One line as a reader sees it: a paragraph, a heading, a table row."""

    text: str
    """As printed, without markup, trimmed; empty for a picture or a rule."""
    start: int
    """[start, end) in the document's text."""
    end: int
    source: int
    """Offset in characters of the decoded source where the block's line begins; exactly, with every character: `Document.source_map`."""
    kind: BlockKind = "paragraph"
    level: int = 0
    """Headings: 1 to 6. Lists: depth from 1."""
    marker: Marker | None = None
    """Numbering or bullet that the text begins with."""
    strong: int = 0
    """How many characters at the beginning are emphasised (bold, coloured, large): the whole length for a bold line."""
    links: tuple[Anchor, ...] = ()
    images: tuple[str, ...] = ()
    """Alt texts, one for each picture, empty where it has none."""
    cells: tuple[str, ...] = ()
    """Of a table row."""
    header: bool = False
    """A table's head row."""
    flows: bool = False
    """Goes on in the paragraph of the block before, behind a hard line break."""
    path: str = ""
    """What its source calls it: a page `div.card>h3.title` (readers.paths), Word the name of its style."""
    badges: tuple[int, int] = (0, 0)
    """How many characters at both ends are labels and ratings in elements of their own (重要, HOT)."""

    @property
    def emphasised(self) -> bool:
        """The whole text is emphasised, but for its marker and closing marks."""
        begun = self.marker.length if self.marker else 0
        return bool(self.text) and self.strong >= max(min(begun + 1, len(self.text)), len(self.text) - 2)

    @property
    def plain(self) -> str:
        """The text without its marker."""
        return self.text[self.marker.length :].strip() if self.marker else self.text


@dataclass(frozen=True)
class Document:
    """A digest as read: its normalised text, its blocks in order, and what it says about itself."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    """From the document's metadata, never guessed from its text."""
    publisher: str | None = None
    date: str | None = None
    """As printed in the metadata."""
    broken: int = 0
    """Characters that could not be decoded."""
    facts: tuple[tuple[str, str], ...] = field(default=())
    """Further metadata by name."""
    outside: tuple[str, ...] = field(default=())
    """Lines that the page shows around the article that was read: not split, only found."""
    mapping: Callable[[], SourceMap] = field(default=SourceMap, compare=False, repr=False)

    @cached_property
    def source_map(self) -> SourceMap:
        """Where each character of `text` stands in the source; made when it is first asked for."""
        return self.mapping()


LINES = 100_000
"""Blocks that a document has at most, unless a reader is told otherwise: see shared.settings.ReadLimits."""


def too_many_lines(limit: int) -> Rejected:
    """The refusal of a document with more than `limit` blocks."""
    return Rejected("too_large", f"the digest has more than the {limit} lines that are read; send it in parts")


class Builder:
    """Collects blocks whose text is laid out by us (all but plain text): one a line."""

    def __init__(self, lines: int = LINES) -> None:
        """`lines` is how many blocks it takes at most."""
        self.limit = lines
        self.blocks: list[Block] = []
        self._runs: list[tuple[int, int, int]] = []
        self._lines: list[str] = []
        self._at = 0

    def add(
        self,
        text: str,
        *,
        source: int,
        kind: BlockKind = "paragraph",
        level: int = 0,
        strong: int = 0,
        links: tuple[Anchor, ...] = (),
        images: tuple[str, ...] = (),
        cells: tuple[str, ...] = (),
        header: bool = False,
        number: str | None = None,
        flows: bool = False,
        path: str = "",
        badges: tuple[int, int] = (0, 0),
        runs: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        """Append a block; `number` is the printed number of an ordered list, which stands outside its text. Raises Rejected beyond the limit.

        `runs` are (offset in `text`, length, source offset) for readers that know where each character came from.
        """
        if len(self.blocks) >= self.limit:
            raise too_many_lines(self.limit)
        if number:
            text, strong = f"{number} {text}", strong + len(number) + 1 if strong else 0
        marker = None if kind in ("row", "code", "rule") else marker_of(text)
        start = self._at
        before = len(number) + 1 if number else 0
        self._runs.extend((start + before + offset, length, at) for offset, length, at in runs)
        self._lines.append(text)
        self._at += len(text) + 1
        self.blocks.append(
            Block(
                text, start, start + len(text), source, kind, level, marker, min(strong, len(text)), links, images, cells, header, flows, path, badges
            )
        )

    def text(self) -> str:
        """The normalised text: the blocks' texts, one a line."""
        return "\n".join(self._lines)

    def source_map(self, *, unit: Unit, parts: Sequence[int]) -> SourceMap:
        """Where the text came from, by the runs of its blocks."""
        return of_runs(self._runs, unit=unit, parts=parts)
